"""The gold questions of corpus/gold.jsonl agree with the documents of the shelf."""

import json
import re
import tomllib
import zipfile
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pypdfium2
import pytest

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
GOLD = CORPUS / "gold.jsonl"
KEYS = {"id", "question", "kind", "answerable", "answers", "must_contain", "source", "pages", "evidence", "history"}
FURTHER = {"resolved", "also", "sources"}
LEAST = {
    "figure": 30,
    "fact": 25,
    "definition": 10,
    "list": 10,
    "table": 15,
    "multi": 10,
    "followup": 15,
    "disagree": 12,
    "whyhow": 5,
    "unanswerable": 30,
}
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# White space, hyphens (soft and at a line's end, which pdfium gives as U+FFFE) and the bars of table rows.
LOOSE = re.compile(r"[\s|\-\u00ad\u2011\ufffe]+")

Row = dict[str, Any]


class Text(HTMLParser):
    """The words of a web page without its footnote marks."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in {"sup", "style", "title"}

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"sup", "style", "title"}

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def tight(text: str) -> str:
    return LOOSE.sub("", text)


@cache
def texts(name: str) -> tuple[str, ...]:
    """A document's text without spaces and hyphens: a PDF by page, another document in one piece."""
    path = CORPUS / name
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as pdf:
            return tuple(tight(page.get_textpage().get_text_range()) for page in pdf)
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as archive:
            body = ET.fromstring(archive.read("word/document.xml"))
        return (tight("".join(node.text or "" for node in body.iter(f"{WORD}t"))),)
    raw = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        page = Text()
        page.feed(raw)
        return (tight("".join(page.words)),)
    return (tight(re.sub(r"\[\^\w+\]", "", raw)),)


def needed(row: Row) -> list[Row]:
    """The documents and pages that hold the answer together."""
    places: list[Row] = row.get("sources") or [{"source": row["source"], "pages": row["pages"]}]
    return places


def passages(place: Row) -> list[str]:
    """The text of each page that a place names."""
    found = texts(place["source"])
    return [found[page - 1] for page in place["pages"]] or list(found)


def says(alternative: str, text: str) -> bool:
    """Whether the text has the words, its figures whole: "4%" isn't in "54%", nor "£1.1m" in "£1.15m"."""
    before = r"(?<![\w.,£])" if alternative[0].isdigit() or alternative[0] == "£" else ""
    after = r"(?!\w|[.,]\d)" if alternative[-1].isalnum() else ""
    return re.search(before + re.escape(alternative.casefold()) + after, text.casefold()) is not None


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def answerable(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["answerable"]]


def test_every_row_has_the_keys_and_a_name_of_its_own(rows: list[Row]) -> None:
    assert [row["id"] for row in rows if not KEYS <= row.keys() <= KEYS | FURTHER] == []
    assert [name for name, count in Counter(row["id"] for row in rows).items() if count > 1] == []
    asked = Counter((row["question"], *(turn["question"] for turn in row["history"])) for row in rows)
    assert [question for question, count in asked.items() if count > 1] == []


def test_there_are_enough_questions_of_each_kind(rows: list[Row]) -> None:
    kinds = Counter(row["kind"] for row in rows)
    assert kinds.keys() == LEAST.keys()
    assert {kind: kinds[kind] for kind, least in LEAST.items() if kinds[kind] < least} == {}
    assert len(rows) >= 150


def test_an_unanswerable_question_promises_nothing(rows: list[Row]) -> None:
    for row in rows:
        given = [row["answers"], row["must_contain"], row["evidence"]]
        assert row["answerable"] == (row["kind"] != "unanswerable"), row["id"]
        assert all(given) if row["answerable"] else not any([*given, row["source"], row["pages"]]), row["id"]


def test_a_follow_up_has_its_history_and_is_spelt_out(rows: list[Row]) -> None:
    assert [row["id"] for row in rows if row["kind"] == "followup" and not row["history"]] == []
    assert [row["id"] for row in rows if bool(row["history"]) != bool(row.get("resolved"))] == []
    assert [row["id"] for row in rows if row["kind"] in {"multi", "disagree"} and not row.get("sources")] == []
    documents = {row["id"]: {place["source"] for place in row["sources"]} for row in rows if row["kind"] == "multi"}
    assert [name for name, sources in documents.items() if len(sources) < 2] == []


def test_the_questions_cover_the_shelf(answerable: list[Row]) -> None:
    with (CORPUS / "catalogue.toml").open("rb") as file:
        shelf = {document["path"] for document in tomllib.load(file)["document"]}
    assert {place["source"] for row in answerable for place in needed(row)} == shelf
    assert {place["source"] for row in answerable for place in row.get("also", [])} <= shelf


def test_places_are_pages_of_a_pdf_or_a_whole_document(answerable: list[Row]) -> None:
    for row in answerable:
        for place in [{"source": row["source"], "pages": row["pages"]}, *needed(row), *row.get("also", [])]:
            assert bool(place["pages"]) == place["source"].endswith(".pdf"), row["id"]
            assert all(1 <= page <= len(texts(place["source"])) for page in place["pages"]), row["id"]


def test_what_an_answer_must_contain_is_in_the_evidence(answerable: list[Row]) -> None:
    missing = [
        f"{row['id']}: {group}"
        for row in answerable
        for group in row["must_contain"]
        if not any(says(alternative, "\n".join(row["evidence"])) for alternative in group.split("|"))
    ]
    assert missing == []


def test_the_evidence_is_in_the_documents(answerable: list[Row]) -> None:
    missing = [
        f"{row['id']}: {sentence}"
        for row in answerable
        for sentence in row["evidence"]
        if not any(tight(sentence) in passage for place in needed(row) for passage in passages(place))
    ]
    assert missing == []


def test_each_needed_document_gives_some_of_the_evidence(answerable: list[Row]) -> None:
    bare = [
        f"{row['id']}: {place['source']}"
        for row in answerable
        for place in needed(row)
        if not any(tight(sentence) in passage for sentence in row["evidence"] for passage in passages(place))
    ]
    assert bare == []
