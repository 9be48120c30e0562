"""docs/cli.md says what the commands' help says."""

from __future__ import annotations

import pytest

from docs.make_cli import PAGE, page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run .venv/bin/python docs/make_cli.py"


def test_the_page_does_not_depend_on_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = page()
    monkeypatch.setenv("COLUMNS", "40")
    assert page() == expected


@pytest.mark.parametrize(
    "name", ["report-qa ask", "report-qa chat", "python -m ingest add", "python -m ingest rollback"]
)
def test_every_command_has_its_own_part(name: str) -> None:
    assert f"### {name}\n" in page()
    assert f"Usage: {name} " in page()
