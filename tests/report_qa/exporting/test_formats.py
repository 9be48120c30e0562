"""The formats by name and by file, and names that every system takes."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.errors import SettingInvalid
from report_qa.exporting.collect import of_answer
from report_qa.exporting.formats import export, file_name, format_named, format_of_file, offered
from tests.report_qa.exporting.samples import EXTRACTS, PICTURE, open_evidence

CONTENT = of_answer(EXTRACTS, open_evidence)
BEGINNINGS = {
    "docx": b"PK\x03\x04",
    "pdf": b"%PDF-",
    "markdown": b"Answer\n\n# What",
    "csv": b"\xef\xbb\xbf",
    "json": b"{\n",
    "ris": b"TY  - ",
    "bibtex": b"@techreport{",
    "csl": b"[\n",
}


def test_the_formats_in_the_order_in_which_they_are_offered() -> None:
    assert [each.name for each in offered()] == list(BEGINNINGS)
    assert [each.label for each in offered() if each.shows_pages] == ["Word", "PDF"]
    assert [each.label for each in offered() if each.cites_only] == ["RIS", "BibTeX", "CSL-JSON"]
    assert len({each.extension for each in offered()}) == len(offered())


@pytest.mark.parametrize("name", BEGINNINGS)
def test_one_call_writes_any_of_them(name: str) -> None:
    assert export(CONTENT, name, pictures=[PICTURE]).startswith(BEGINNINGS[name])
    assert format_of_file(f"a.b{format_named(name).extension.upper()}").name == name


def test_the_longest_extension_counts() -> None:
    assert format_of_file("list.json").name == "json"
    assert format_of_file("list.csl.json").name == "csl"
    assert isinstance(json.loads(export(CONTENT, "csl")), list)


def test_what_is_no_format_is_said() -> None:
    with pytest.raises(
        SettingInvalid, match=r"answer\.odt has no extension of an export\. End the name with one of \.docx"
    ):
        format_of_file("answer.odt")
    with pytest.raises(SettingInvalid, match="no export as 'odt'"):
        export(CONTENT, "odt")


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("How large is the gap?", "How large is the gap"),
        ('a/b\\c:d*e"f<g>h|i', "a b c d e f g h i"),
        ("CON", "answer CON"),
        ("nul.txt", "answer nul.txt"),
        ("  .hidden. ", "hidden"),
        ("???", "answer"),
        ("Łódź & więcej", "Łódź & więcej"),
        ("word " * 40, " ".join(["word"] * 16)),
    ],
)
def test_a_file_is_named_after_its_title_and_day(title: str, stem: str) -> None:
    assert file_name(replace(CONTENT, title=title), "docx") == f"{stem} - 2026-11-24.docx"


@given(st.text(st.characters(exclude_categories=())))
def test_threat_30_every_system_takes_the_name(title: str) -> None:
    name = file_name(replace(CONTENT, title=title), "csl")
    assert not re.search(r"[<>:\"/\\|?*\x00-\x1f]", name)
    assert len(name.encode("utf-8")) <= 200
    assert name == name.strip(" .")
    assert re.fullmatch(r".* - 2026-11-24\.csl\.json", name)
