"""Cited documents for reference managers: RIS, BibTeX and CSL-JSON, each read by a program of others."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import citeproc
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from hypothesis import example, given, settings
from pybtex.database import parse_string
from pybtex.richtext import Text

from report_qa.exporting.bibtex import as_bibtex
from report_qa.exporting.collect import of_answer, of_checked, of_conversation
from report_qa.exporting.content import Content
from report_qa.exporting.csl import as_csl
from report_qa.exporting.ris import as_ris
from report_qa.exporting.works import web_address, works
from tests.report_qa.exporting.samples import (
    CHECKED,
    CONVERSATION,
    EXTRACTS,
    PLAN,
    REFUSED,
    REPORT,
    RETURNS,
    SAFE,
    of_words,
    one_line,
    open_evidence,
    pieces,
)

NASTY = pieces(
    *'\\{}"@#$%&_~^<>|=,()[]', "TY  - BOOK", "\r\nER  - ", "<i>", "</b>", "{:type: bill}", "}\n}\n@misc{a,", "\\\\"
)
# Commands that TeX knows and latexcodec doesn't.
TEX = {
    r"\textbraceleft": "{",
    r"\textbraceright": "}",
    r"\textasciicircum": "^",
    r"\textless": "<",
    r"\textgreater": ">",
    r"\textbar": "|",
    r"\textasciigrave": "`",
}
RETURNS_NOTE = f"[1] p. iii (PDF page 2): “{RETURNS.quote}” (edition 000007, {RETURNS.cite})"


def ris(content: Content) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rispy.loads(as_ris(content).decode("utf-8"))
    return found


def bibtex(content: Content) -> dict[str, tuple[str, dict[str, str]]]:
    parsed = parse_string(as_bibtex(content).decode("utf-8"), "bibtex")
    return {
        key: (entry.type, {name: untexed(value) for name, value in entry.fields.items()})
        for key, entry in parsed.entries.items()
    }


def untexed(value: str) -> str:
    said = str(Text.from_latex(value.replace(r"\textbackslash{}", "\ue000")))
    # latexcodec leaves a space for the braces that end a command.
    said = re.sub(r"(\\text[a-z]+) ?(?:\{\})?", lambda found: TEX[found[1]], said)
    return said.replace(r"\$", "$").replace("\ue000", "\\")


def csl(content: Content) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(as_csl(content).decode("utf-8"))
    return found


def test_one_work_for_each_cited_document() -> None:
    content = of_conversation(CONVERSATION, open_evidence)
    assert [(work.title, len(work.notes)) for work in works(content)] == [
        (REPORT.title, 2),
        ("The old plan", 2),
        (f"Sheet {SAFE}", 1),
    ]
    assert works(of_answer(REFUSED, open_evidence)) == ()
    assert [work.title for work in works(of_checked(CHECKED, open_evidence))] == [REPORT.title]


def test_ris_is_read_with_types_dates_and_notes() -> None:
    report, plan, sheet = ris(of_answer(EXTRACTS, open_evidence))
    assert (report["type_of_reference"], report["title"], report["publisher"]) == ("RPRT", REPORT.title, "Local Trust")
    assert (report["year"], report["date"], report["urls"]) == ("2024", "2024/06/03", [REPORT.source_url])
    assert report["notes"] == [RETURNS_NOTE, "Licence: CC BY 4.0"]
    assert (plan["type_of_reference"], plan["year"], plan.get("date")) == ("ELEC", "2019", None)
    assert plan["publisher"] == "Ministère de l’Égalité"
    assert plan["notes"][0] == "Superseded by The new plan."
    assert (sheet["type_of_reference"], sheet["title"], sheet.get("urls")) == ("DATA", f"Sheet {SAFE}", None)


def test_bibtex_is_read_with_types_dates_and_notes() -> None:
    found = bibtex(of_answer(EXTRACTS, open_evidence))
    assert list(found) == ["localtrust2024why", "ministerede2019old", "sheet"]
    (kind, report), (other, plan), (_, sheet) = found.values()
    assert (kind, other) == ("techreport", "misc")
    assert (report["title"], report["institution"], report["year"], report["day"]) == (
        REPORT.title,
        "Local Trust",
        "2024",
        "3",
    )
    assert report["url"] == REPORT.source_url
    assert report["note"] == f"{RETURNS_NOTE} Licence: CC BY 4.0"
    assert (plan["year"], plan.get("month"), plan["publisher"]) == ("2019", None, "Ministère de l’Égalité")
    assert one_line(sheet["title"]) == f"Sheet {SAFE}"


def test_csl_is_what_the_schema_knows_and_a_processor_prints_it() -> None:
    items = csl(of_answer(EXTRACTS, open_evidence))
    schema = Path(citeproc.__file__).parent / "data" / "schema" / "schemas" / "styles"
    types = (schema / "csl-types.rnc").read_text(encoding="utf-8")
    variables = (schema / "csl-variables.rnc").read_text(encoding="utf-8")
    for item in items:
        assert f'"{item["type"]}"' in types
        assert not [name for name in set(item) - {"id", "type"} if f'"{name}"' not in variables]
    assert [item["type"] for item in items] == ["report", "webpage", "dataset"]
    assert [item.get("issued") for item in items] == [
        {"date-parts": [[2024, 6, 3]]},
        {"date-parts": [[2019]]},
        None,
    ]
    printed = processed(items)
    assert f"{REPORT.title}. Local Trust. Available at: {REPORT.source_url}" in printed[0]
    assert "The old plan (2019)" in printed[1]
    assert f"Sheet {SAFE}" in printed[2].replace("\u2060", "")


def processed(items: list[dict[str, Any]]) -> list[str]:
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))
    return [str(entry) for entry in bibliography.bibliography()]


@settings(deadline=None, max_examples=60)
@given(NASTY)
@example("a -- b --- c ,, d '' e `` f")
def test_no_words_break_a_record(words: str) -> None:
    content = of_words(words)
    title, quote = content.references[0].title, one_line(content.references[0].quote)
    (record,) = ris(content)
    assert record.get("title", "") == title
    assert record["notes"][0].endswith(f"“{quote}” (edition 000007, {RETURNS.cite})")
    ((_, entry),) = bibtex(content).values()
    assert one_line(entry["title"]) == title
    assert f"“{quote}” (edition" in one_line(entry["note"])
    (item,) = csl(content)
    assert item["title"].replace("\u2060", "") == title
    assert not re.search(r"<(?=/?(?:i|b)>)|\{:", item["title"] + item["note"])


def test_only_addresses_of_the_web_are_kept() -> None:
    assert web_address(REPORT.source_url) == REPORT.source_url
    for address in (
        "",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://a b",
        'https://a"b',
        "https://a{b}",
        "https://a\n",
    ):
        assert web_address(address) == ""


def test_keys_are_plain_and_each_is_one() -> None:
    content = of_conversation(CONVERSATION, open_evidence)
    keys = [work.key for work in works(content)]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z][a-z0-9]*", key) for key in keys)
    assert PLAN.quote in as_ris(content).decode()
