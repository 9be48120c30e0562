from __future__ import annotations

import logging

import pytest

from report_qa.doors import outward
from report_qa.doors.outward import SAID, told
from report_qa.doors.statuses import HTTP_STATUS
from report_qa.errors import Busy, IndexUnavailable, ModelUnavailable, NothingPublished

PLACE = "/srv/policy/library"
# Failures of this side whose sentences name nothing that is within, or that no door but the command line meets.
HARMLESS = {"busy", "service_off"}
AT_INGEST = {"catalogue_invalid", "library_locked"}


@pytest.fixture(autouse=True)
def nothing_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outward, "_noted", {})


def test_every_failure_of_the_service_has_words_for_strangers_or_needs_none() -> None:
    failures = {code for code, status in HTTP_STATUS.items() if status >= 500}
    assert failures - set(SAID) == HARMLESS | AT_INGEST


def test_at_home_an_error_is_told_as_it_is() -> None:
    error = NothingPublished(f"Nothing is published in {PLACE} yet.", hint="Run python -m ingest PATH first.")
    assert told(error, at_home=True) is error


def test_strangers_are_told_nothing_of_what_is_within_and_the_log_everything(caplog: pytest.LogCaptureFixture) -> None:
    error = IndexUnavailable(f"The Chroma server http://chroma:8000 does not answer: {PLACE}.", hint="Start it.")
    with caplog.at_level(logging.WARNING):
        said = told(error, at_home=False)
        told(error, at_home=False)
    assert str(said) == (
        "The documents can't be searched at the moment. "
        "Please try again in a moment; if it stays so, tell whoever looks after this service."
    )
    assert (said.code, said.retryable) == (error.code, True)
    assert PLACE in error.message
    assert [PLACE in record.getMessage() for record in caplog.records] == [True]


def test_what_an_error_says_of_itself_stays_with_it() -> None:
    assert not told(ModelUnavailable("http://model refuses the key.", retryable=False), at_home=False).retryable


def test_what_is_meant_for_whoever_asked_is_told_to_everybody() -> None:
    error = Busy("Too many questions are waiting.", hint="Try again.")
    assert told(error, at_home=False) is error
