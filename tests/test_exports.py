"""The public surface is a sorted list, and each name on it exists."""

from __future__ import annotations

import pytest

import report_qa


def test_exports_are_sorted_and_complete() -> None:
    assert report_qa.__all__ == sorted(report_qa.__all__, key=lambda name: (name.islower(), name))
    assert set(report_qa.__all__) == set(report_qa._HOMES)


@pytest.mark.parametrize("name", report_qa.__all__)
def test_each_export_can_be_had(name: str) -> None:
    assert getattr(report_qa, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(report_qa, "nothing")  # noqa: B009
