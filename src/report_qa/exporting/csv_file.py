"""CSV: a row for each sentence and reference, for those who sort and count in a spreadsheet.

UTF-8 with a byte order mark, without which Excel takes the bytes for another encoding; LibreOffice skips it. Every cell is
quoted, lines end with CR LF. A cell that a spreadsheet would take for a formula gets an apostrophe before it: that is how a
spreadsheet itself marks text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime

from report_qa.exporting.content import Content, Entry, Reference
from report_qa.exporting.prose import STATES, VERDICTS, notice, permanent_link, published
from report_qa.exporting.works import web_address

COLUMNS = (
    "question_number",
    "question",
    "status",
    "outcome",
    "sentence",
    "wording",
    "verdict",
    "remarks",
    "reference",
    "use",
    "quote",
    "title",
    "publisher",
    "published",
    "place",
    "page",
    "page_label",
    "standing",
    "licence",
    "source_url",
    "cite",
    "link",
    "edition",
    "asked_at",
    "notice",
)
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")
_Row = dict[str, str]


def as_csv(content: Content) -> bytes:
    """Return an export as comma-separated values in UTF-8 with a byte order mark."""
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, COLUMNS, restval="", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(content):
        whole = {"notice": notice(content)} | row
        writer.writerow({name: _cell(value) for name, value in whole.items()})
    return written.getvalue().encode("utf-8-sig")


def _cell(value: str) -> str:
    return f"'{value}" if _FORMULA.match(value) else value


def _rows(content: Content) -> Iterator[_Row]:
    for number, entry in enumerate(content.entries, 1):
        yield from _entry_rows(number, entry, content)
    for judged in content.judged:
        row = {
            "sentence": judged.text,
            "verdict": VERDICTS[judged.verdict],
            "remarks": " ".join(judged.reasons),
            "asked_at": _moment(content.made_on),
            "edition": content.edition_ids[0],
        }
        yield from _with_references(row, judged.numbers, "decides", content)
    if not content.entries and not content.judged:
        for reference in content.references:
            yield _reference(reference, content, "chosen") | {"asked_at": _moment(content.made_on)}
    for cite in content.missing:
        yield {"cite": cite, "remarks": "This quotation can no longer be opened."}


def _entry_rows(number: int, entry: Entry, content: Content) -> Iterator[_Row]:
    row = {
        "question_number": str(number),
        "question": entry.question,
        "status": entry.status.value,
        "outcome": STATES[entry.status],
        "edition": entry.edition_id,
        "asked_at": _moment(entry.asked_at),
        "remarks": _remarks(entry),
    }
    for sentence in entry.sentences:
        said = row | {"sentence": sentence.text, "wording": sentence.wording.value, "verdict": "Supported"}
        yield from _with_references(said, sentence.numbers, "cites", content)
    if not entry.sentences:
        yield from _with_references(row | {"sentence": entry.text}, entry.nearest, "came nearest", content)


def _remarks(entry: Entry) -> str:
    remarks = [
        f"Understood as: {entry.understood}" if entry.understood else "",
        f"Searched only {entry.restricted_to}" if entry.restricted_to else "",
        f"Written by {entry.written_by} and checked against the sources" if entry.written_by else "",
        *(f"Not answered: {part}" for part in entry.unanswered_parts),
        f"Sentences withheld: {entry.withheld}" if entry.withheld else "",
        f"Searched: {entry.searched}" if entry.searched else "",
        *(f"Choice: {choice}" for choice in entry.choices),
        entry.notice,
    ]
    return "\n".join(remark for remark in remarks if remark)


def _with_references(row: _Row, numbers: tuple[int, ...], use: str, content: Content) -> Iterator[_Row]:
    for number in numbers:
        yield _reference(content.reference(number), content, use) | row
    if not numbers:
        yield row


def _reference(reference: Reference, content: Content, use: str) -> _Row:
    page = reference.locator.page
    return {
        "reference": str(reference.number),
        "use": use,
        "quote": reference.quote,
        "title": reference.title,
        "publisher": reference.publisher,
        "published": published(reference.published_on),
        "place": reference.place,
        "page": "" if page is None else str(page),
        "page_label": reference.locator.page_label,
        "standing": reference.standing,
        "licence": reference.licence,
        "source_url": web_address(reference.source_url),
        "cite": reference.cite,
        "link": permanent_link(reference.cite, content.address),
        "edition": reference.edition_id,
    }


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
