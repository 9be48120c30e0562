"""Find what a quoted statement refers to: its notes, entries of a list of references, and documents that it names itself.

The mark of a note is looked for in the statement and right behind it. Where there is none, the next mark of the same paragraph, or
of the same list, counts as nearby: authors put one mark behind several sentences.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from report_qa.ports import PassageStore
from report_qa.records.chain import Reference, ReferenceKind
from report_qa.records.document import Block, BlockKind, NoteMark, Span
from report_qa.references import (
    Cited,
    entry_label,
    find_author_years,
    find_bracketed,
    find_named,
    find_quoted,
    find_titled,
    is_citation,
    is_list_of_references,
    says_same_source,
    sources_of,
)

# What may stand between the last word of a statement and its mark.
_BETWEEN = re.compile(r"[\s.,;:!?)\]”’\"']{0,3}")
_SURNAME = re.compile(r"[A-ZÀ-Þ][\w’'-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A reference with what says which document is meant: `cites` are a source's words, or `cited` is what is named in passing."""

    reference: Reference
    cites: str
    cited: Cited | None = None


def refer(spans: Sequence[Span], *, document_id: str, store: PassageStore) -> tuple[Found, ...]:
    """Return the references of a quotation, those of its notes first, in order and each once."""
    text, blocks = store.text(document_id), store.blocks(document_id)
    page = _Read(text, blocks, _entries(document_id, store, text, blocks))
    marks = store.note_marks(document_id)
    at = [mark for mark in marks if any(_stands_at(mark, span, text) for span in spans)]
    near = [] if at else _nearby(marks, spans[-1], blocks)
    found = [each for mark in (*at, *near) for each in page.of_mark(mark, nearby=not at)]
    found += page.of_words(spans)
    return tuple({(each.reference.span, each.cites): each for each in reversed(found)}.values())[::-1]


def _stands_at(mark: NoteMark, span: Span, text: str) -> bool:
    if span.start_char < mark.char <= span.end_char:
        return True
    return 0 < mark.char - span.end_char <= 3 and bool(_BETWEEN.fullmatch(text[span.end_char : mark.char]))


def _nearby(marks: Sequence[NoteMark], span: Span, blocks: Sequence[Block]) -> list[NoteMark]:
    """Return the first marks behind a span in its block, else in the rest of its list or the caption of its table."""
    number = _block_at(blocks, span.end_char - 1)
    if number is None:
        return []
    own = blocks[number]
    places = [Span(start_char=span.end_char - 1, end_char=own.end_char)]
    if own.kind is BlockKind.LIST:
        for block in blocks[number + 1 :]:
            if block.kind is not BlockKind.LIST or block.lead_in != own.lead_in or own.lead_in is None:
                break
            places.append(Span(start_char=block.start_char, end_char=block.end_char))
    elif own.kind is BlockKind.TABLE:
        beside = (*blocks[max(0, number - 1) : number], *blocks[number + 1 : number + 2])
        places += [
            Span(start_char=block.start_char, end_char=block.end_char)
            for block in beside
            if block.kind is BlockKind.CAPTION
        ]
    for place in places:
        behind = [mark for mark in marks if place.start_char < mark.char <= place.end_char]
        if behind:
            return [mark for mark in behind if mark.char == behind[0].char]
    return []


def _block_at(blocks: Sequence[Block], char: int) -> int | None:
    number = bisect_right(blocks, char, key=lambda block: block.start_char) - 1
    return number if number >= 0 and char < blocks[number].end_char else None


def _entries(document_id: str, store: PassageStore, text: str, blocks: Sequence[Block]) -> Mapping[str, Span]:
    """Return the entries of the lists of references by number: the printed one, else their place in the list."""
    found: dict[str, Span] = {}
    for section in store.sections(document_id):
        if not section.heading_path or not is_list_of_references(section.heading_path[-1]):
            continue
        own = [
            Span(start_char=block.start_char, end_char=block.end_char)
            for block in blocks
            if section.start_char <= block.start_char < section.end_char and block.kind is not BlockKind.TABLE
        ]
        labels = [entry_label(text[span.start_char : span.end_char]) for span in own]
        numbered = 2 * sum(map(bool, labels)) >= len(own)
        for place, (label, span) in enumerate(zip(labels, own, strict=True), 1):
            found.setdefault(label if numbered and label else "" if numbered else str(place), span)
    found.pop("", None)
    return found


class _Read:
    """A document's text with its blocks and the entries of its lists of references."""

    def __init__(self, text: str, blocks: Sequence[Block], entries: Mapping[str, Span]) -> None:
        self._text = text
        self._blocks = blocks
        self._entries = entries

    def of_mark(self, mark: NoteMark, *, nearby: bool) -> Iterator[Found]:
        note = mark.note or self._entries.get(mark.label)
        if note is not None:
            yield from self._of_note(note, ReferenceKind.NOTE, mark.label, nearby=nearby)

    def of_words(self, spans: Sequence[Span]) -> list[Found]:
        """Return what the statement's own words refer to."""
        found: list[Found] = []
        for span in spans:
            words = self._words(span)
            for start, end, numbers in find_bracketed(words):
                for number in _numbers(numbers):
                    entry = self._entries.get(number)
                    if entry is not None:
                        found += self._of_note(entry, ReferenceKind.NUMBERED, words[start:end], nearby=False)
            cited = find_author_years(words)
            found += [self._of_author(each, span) for each in cited]
            for each in (*find_named(words), *find_titled(words), *find_quoted(words)):
                if not any(each.start_char < other.end_char and other.start_char < each.end_char for other in cited):
                    found.append(self._named(each, span))
        return found

    def _of_note(self, note: Span, kind: ReferenceKind, mark: str, *, nearby: bool) -> Iterator[Found]:
        words = self._words(note)
        for start, end in sources_of(words):
            source = Span(start_char=note.start_char + start, end_char=note.start_char + end)
            if not is_citation(self._words(source)):
                continue
            reference = Reference(kind=kind, words=self._words(source), span=source, mark=mark, nearby=nearby)
            yield Found(reference=reference, cites=self._source_meant(note, source))

    def _source_meant(self, note: Span, source: Span) -> str:
        """Return a source's words, or for "ibid." those of the note before."""
        words = self._words(source)
        if not says_same_source(words):
            return words
        earlier = [
            block for block in self._blocks if block.kind is BlockKind.FOOTNOTE and block.end_char <= note.start_char
        ]
        for block in reversed(earlier):
            before = self._words(Span(start_char=block.start_char, end_char=block.end_char))
            if not says_same_source(before):
                start, end = sources_of(before)[-1]
                return before[start:end]
        return words

    def _of_author(self, cited: Cited, span: Span) -> Found:
        own = Span(start_char=span.start_char + cited.start_char, end_char=span.start_char + cited.end_char)
        mark = self._words(own)
        surname = _SURNAME.search(cited.who)
        for entry in self._entries.values() if surname else ():
            words = self._words(entry)
            begin = words[: len(surname[0]) + 8] if surname else ""
            if surname and re.search(rf"\b{re.escape(surname[0])}\b", begin) and cited.year in words:
                reference = Reference(kind=ReferenceKind.AUTHOR_YEAR, words=words, span=entry, mark=mark)
                return Found(reference=reference, cites=words)
        reference = Reference(kind=ReferenceKind.AUTHOR_YEAR, words=mark, span=own, mark=mark)
        return Found(reference=reference, cites="", cited=cited)

    def _named(self, cited: Cited, span: Span) -> Found:
        own = Span(start_char=span.start_char + cited.start_char, end_char=span.start_char + cited.end_char)
        reference = Reference(kind=ReferenceKind.NAMED, words=self._words(own), span=own)
        return Found(reference=reference, cites=self._words(own), cited=cited)

    def _words(self, span: Span) -> str:
        return self._text[span.start_char : span.end_char]


def _numbers(written: str) -> Iterator[str]:
    for part in re.split(r"[,;]", written):
        first, _, last = part.strip().replace("–", "-").partition("-")
        yield from map(str, range(int(first), min(int(last or first), int(first) + 8) + 1))
