"""Every error has one stable code, and each door knows what to do with it."""

from __future__ import annotations

import re

import pytest

from report_qa import errors
from report_qa.doors.exits import EXIT_STATUS, exit_status
from report_qa.doors.statuses import HTTP_STATUS, http_status
from report_qa.errors import ReportQAError


def _family(error: type[ReportQAError]) -> list[type[ReportQAError]]:
    return [error, *(member for child in error.__subclasses__() for member in _family(child))]


FAMILY = [error for error in _family(ReportQAError) if error.__module__ == errors.__name__]
LEAVES = [error for error in FAMILY if not error.__subclasses__()]


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.code)
def test_every_leaf_has_an_exit_status(leaf: type[ReportQAError]) -> None:
    assert leaf.code in EXIT_STATUS
    assert exit_status(leaf("It failed.")) == EXIT_STATUS[leaf.code] != 0


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.code)
def test_every_leaf_has_an_http_status(leaf: type[ReportQAError]) -> None:
    assert leaf.code in HTTP_STATUS
    assert http_status(leaf("It failed.")) == HTTP_STATUS[leaf.code] >= 400


def test_no_http_status_is_kept_for_an_error_that_is_gone() -> None:
    assert set(HTTP_STATUS) <= {error.code for error in FAMILY}


def test_no_exit_status_is_kept_for_an_error_that_is_gone() -> None:
    assert set(EXIT_STATUS) <= {error.code for error in FAMILY}


def test_a_family_has_an_exit_status_too() -> None:
    assert all(exit_status(error("It failed.")) != 0 for error in FAMILY)


def test_codes_are_unique_and_stable_in_form() -> None:
    codes = [error.code for error in FAMILY]

    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in codes)


def test_only_what_may_pass_by_itself_is_retryable() -> None:
    assert {error.code for error in FAMILY if error.retryable} == {
        "source_changed",
        "library_locked",
        "index_unavailable",
        "state_unavailable",
        "model_unavailable",
        "model_timeout",
        "too_many_requests",
        "busy",
        "service_off",
        "still_running",
    }


def test_every_error_is_drawn_in_the_tree_of_the_docstring() -> None:
    assert [error.__name__ for error in FAMILY if error.__name__ not in (errors.__doc__ or "")] == []


def test_a_message_says_what_to_do_next() -> None:
    error = errors.LibraryLocked("Another ingest holds the library.", hint="Wait for it.")

    assert str(error) == "Another ingest holds the library. Wait for it."
    assert str(errors.LibraryLocked("Another ingest holds the library.")) == "Another ingest holds the library."
