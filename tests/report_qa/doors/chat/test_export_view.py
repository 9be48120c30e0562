"""What the panel of an export is given: every format in its order, and each source once."""

from __future__ import annotations

from dataclasses import replace

from report_qa.doors.chat.export_view import formats_data, sources_data
from report_qa.exporting.formats import offered
from report_qa.records.document import DocumentState
from tests.report_qa.doors.chat.fakes import PROSE, ROW, SENTENCE


def test_the_formats_come_in_the_order_in_which_they_are_offered() -> None:
    data = formats_data()
    assert [each["name"] for each in data["formats"]] == [each.name for each in offered()]
    assert [each["name"] for each in data["formats"] if each["pages"]] == ["docx", "pdf"]
    assert [each["name"] for each in data["formats"] if each["cites"]] == ["ris", "bibtex", "csl"]


def test_a_source_is_chosen_once_and_says_what_it_is() -> None:
    old = replace(ROW, state=DocumentState.SUPERSEDED)
    first, second = sources_data([PROSE, old, PROSE])
    assert first == {
        "cite": PROSE.cite,
        "title": PROSE.document_title,
        "place": "p. 3 (PDF page 2)",
        "quote": SENTENCE,
    }
    assert second["title"] == f"{ROW.document_title} (superseded)"
