"""CSV, read back: the very words in their columns, and nothing that a spreadsheet would calculate."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings

from report_qa.exporting.collect import of_checked, of_conversation, of_evidence
from report_qa.exporting.content import Content
from report_qa.exporting.csv_file import COLUMNS, as_csv
from tests.report_qa.exporting.samples import (
    CHECKED,
    CONVERSATION,
    DAY,
    GAP,
    MODEL,
    PLAN,
    RETURNS,
    SAFE,
    WRITTEN,
    of_words,
    open_evidence,
    pieces,
)

NASTY = pieces(*"=+-@＝＋－＠'\",;|", "\r", "=cmd|", '"\n=')


def rows(content: Content) -> list[dict[str, str]]:
    written = as_csv(content)
    assert written.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline="")))


def test_a_row_for_each_sentence_and_reference() -> None:
    found = rows(of_conversation(CONVERSATION, open_evidence))
    assert [(row["question_number"], row["reference"], row["use"]) for row in found] == [
        ("1", "1", "cites"),
        ("1", "2", "cites"),
        ("1", "3", "cites"),
        ("2", "4", "came nearest"),
        ("2", "1", "came nearest"),
        ("3", "1", "cites"),
        ("3", "2", "cites"),
        ("3", "1", "cites"),
        ("4", "", ""),
    ]
    assert all(set(row) == set(COLUMNS) for row in found)
    first, second, third, *_ = found
    assert (first["sentence"], first["quote"], first["page"], first["page_label"]) == (
        RETURNS.quote,
        RETURNS.quote,
        "2",
        "iii",
    )
    assert (second["quote"], second["standing"], second["published"]) == (
        PLAN.quote,
        "superseded by The new plan",
        "2019",
    )
    assert (third["sentence"], third["wording"]) == (f"'{SAFE} — Sum: £1.15m".replace("TY - ", "TY  - "), "read out")
    assert third["source_url"] == ""
    assert found[3]["status"] == "refused_no_evidence"
    assert "no passage mentions Moon" in found[3]["remarks"]
    assert (found[5]["wording"], found[7]["wording"]) == ("written by a model", "quotation")
    assert (
        f"Written by {MODEL} and checked against the sources\nNot answered: since when\nSentences withheld: 2"
        in (found[5]["remarks"])
    )
    assert found[5]["edition"] == WRITTEN.provenance.edition_id
    assert "Quotations are exact; editions" in found[0]["notice"]


def test_verdicts_have_rows_without_evidence_too() -> None:
    found = rows(of_checked(CHECKED, open_evidence))
    assert [(row["verdict"], row["reference"]) for row in found] == [
        ("Supported", "1"),
        ("Contradicted", "1"),
        ("Not found", ""),
        ("No claim", ""),
    ]
    assert found[1]["remarks"] == "The number is “£9m” here and “£3.2m” in the document."


def test_chosen_evidence_and_what_is_missing() -> None:
    found = rows(of_evidence([GAP.cite, "gone"], open_evidence, title="List", chosen_at=DAY))
    assert [(row["use"], row["quote"], row["cite"]) for row in found] == [
        ("chosen", GAP.quote, GAP.cite),
        ("", "", "gone"),
    ]


@settings(deadline=None, max_examples=60)
@given(NASTY)
def test_threat_6_no_cell_is_a_formula_and_no_words_are_lost(words: str) -> None:
    content = of_words(words)
    (row,) = rows(content)
    said = content.references[0].quote
    assert row["quote"] in (said, f"'{said}")
    assert not [cell for cell in row.values() if cell.lstrip()[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠")]
