"""An export as a person reads it: blocks of words in order, the same for every format that is read.

A block says what it is (a question, a quotation, a caution …); how that looks is the format's. No format has words of its
own, so that all say the same: what was asked and of which edition, whose words the sentences are, and what was refused,
left out or withheld.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import quote

from report_qa.dates import MONTHS
from report_qa.exporting.content import Content, Entry, Judged, Kind, PagePicture, Reference, Sentence, Wording
from report_qa.exporting.works import issued, web_address
from report_qa.records.answer import AnswerStatus, Verdict


class Style(StrEnum):
    """What a block is."""

    KICKER = "kicker"
    TITLE = "title"
    META = "meta"
    NOTICE = "notice"
    QUESTION = "question"
    STATE = "state"
    SOURCE = "source"
    QUOTATION = "quotation"
    READ_OUT = "read out"
    WRITTEN = "written"
    VERDICT = "verdict"
    REASON = "reason"
    NOTE = "note"
    CAUTION = "caution"
    CHOICE = "choice"
    HEADING = "heading"
    REFERENCE = "reference"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceText:
    """A reference in words.

    `quote` has its marks, or says that the words are not located any more; `source` is publisher, date and place; `address`
    is on the web, `link` opens the very words.
    """

    number: int
    quote: str
    title: str
    source: str
    standing: str = ""
    remark: str = ""
    licence: str = ""
    address: str = ""
    cite: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stretch of words. `label` stands before them ("Contradicted"), `numbers` are the references behind them."""

    style: Style
    text: str = ""
    label: str = ""
    numbers: tuple[int, ...] = ()
    reference: ReferenceText | None = None
    picture: PagePicture | None = None


REFERENCES, PAGES = "References", "Cited pages"
NOT_LOCATED = "The words no longer stand at their place."
_THIN_SPACE = "\u202f"
_OPENING, _CLOSING = ("“", "‘", '"', "'"), ("”", "’", '"', "'")
_KINDS = {
    Kind.ANSWER: "Answer",
    Kind.CONVERSATION: "Conversation",
    Kind.CHECKED: "Claim check",
    Kind.EVIDENCE: "Evidence list",
}
_DONE = {Kind.ANSWER: "asked", Kind.CONVERSATION: "asked", Kind.CHECKED: "checked", Kind.EVIDENCE: "chosen"}
_STYLES = {
    Wording.QUOTED: Style.QUOTATION,
    Wording.READ_OUT: Style.READ_OUT,
    Wording.WRITTEN: Style.WRITTEN,
}
VERDICTS = {
    Verdict.SUPPORTED: "Supported",
    Verdict.CONTRADICTED: "Contradicted",
    Verdict.NOT_FOUND: "Not found",
    Verdict.NOT_A_CLAIM: "No claim",
}
STATES = {
    AnswerStatus.ANSWERED: "Answered.",
    AnswerStatus.ANSWERED_PARTLY: "Answered in part.",
    AnswerStatus.CLARIFICATION: "Not answered: a question back.",
    AnswerStatus.GREETING: "No question.",
    AnswerStatus.REFUSED_NO_EVIDENCE: "Not answered: the documents do not answer this.",
    AnswerStatus.REFUSED_OUT_OF_SCOPE: "Not answered: this is not a question to the documents.",
    AnswerStatus.REFUSED_UNSUPPORTED: "Not answered: what was found did not stand up to its checks, so it is not shown.",
    AnswerStatus.ERROR_MODEL: "Not answered: the language model failed.",
    AnswerStatus.ERROR_INTERNAL: "Not answered: something went wrong.",
}


def blocks(content: Content, pictures: Sequence[PagePicture] = ()) -> Iterator[Block]:
    """Yield an export's words in reading order; pictures of pages come after the references."""
    yield Block(style=Style.KICKER, text=" · ".join(part for part in (_KINDS[content.kind], content.shelf) if part))
    yield Block(style=Style.TITLE, text=content.title)
    yield Block(style=Style.NOTICE, text=notice(content))
    for entry in content.entries:
        yield from _entry(entry, content)
    if content.checked is not None:
        yield Block(style=Style.STATE, text=summary(content.judged))
    for judged in content.judged:
        yield from _judged(judged)
        yield from _standings(judged.numbers, content)
    for cite in content.missing:
        yield Block(style=Style.CAUTION, text=f"This quotation can no longer be opened: {cite}")
    if content.references:
        yield Block(style=Style.HEADING, text=REFERENCES)
    for reference in content.references:
        yield Block(style=Style.REFERENCE, reference=reference_text(reference, content.address))
    if pictures:
        yield Block(style=Style.HEADING, text=PAGES)
        for picture in pictures:
            yield Block(style=Style.PICTURE, text=picture.caption, picture=picture)
        left = len(cited_pages(content)) - len(pictures)
        if left > 0:
            yield Block(style=Style.CAUTION, text=f"{_count(left, 'cited page')} could not be pictured here.")


def notice(content: Content) -> str:
    """Return what a reader has to know of the whole: that quotations are exact, from which edition and when, whose words."""
    said = f"Quotations are exact; {_editions(content)}{_DONE[content.kind]} {_when(content)}."
    if content.writers:
        said += (
            f" Sentences that are not quotations were written by a language model ({', '.join(content.writers)}); each was"
            " checked against the quotations that it cites."
        )
    if any(sentence.wording is Wording.READ_OUT for entry in content.entries for sentence in entry.sentences):
        said += " Rows of tables and lists are read out; the references give their exact words."
    return said


def reference_text(reference: Reference, address: str = "") -> ReferenceText:
    """Return a reference in words."""
    parts = (reference.publisher, published(reference.published_on), reference.place)
    return ReferenceText(
        number=reference.number,
        quote=quoted(reference.quote) if reference.quote else NOT_LOCATED,
        title=reference.title,
        source=", ".join(part for part in parts if part),
        standing=_capital(reference.standing),
        remark="" if reference.cited else "Came nearest to a question; no answer cites it.",
        licence=reference.licence,
        address=web_address(reference.source_url),
        cite=reference.cite,
        link=permanent_link(reference.cite, address),
    )


def quoted(words: str) -> str:
    """Return exact words between quotation marks; a thin space parts these from marks of the words' own."""
    before = _THIN_SPACE if words[:1] in _OPENING else ""
    after = _THIN_SPACE if words[-1:] in _CLOSING else ""
    return f"“{before}{words}{after}”"


def permanent_link(cite: str, address: str) -> str:
    """Return the address under which the chat opens the very words, "" where the chat's own address is not known."""
    start, _, query = address.partition("?")
    base = web_address(start.rstrip("/"))
    return f"{base}/evidence?cite={quote(cite, safe='')}{f'&{query}' if query else ''}" if base else ""


def published(day: date | None) -> str:
    """Return a date of publication as far as it is known: "3 June 2024", "2024" or ""."""
    known = issued(day)
    if not known or day is None:
        return ""
    return _day(day) if len(known) == 3 else str(day.year)


def summary(judged: Sequence[Judged]) -> str:
    """Return how many sentences got which verdict, the gravest first."""
    counts = Counter(sentence.verdict for sentence in judged)
    order = (Verdict.CONTRADICTED, Verdict.NOT_FOUND, Verdict.SUPPORTED, Verdict.NOT_A_CLAIM)
    names = VERDICTS | {Verdict.NOT_A_CLAIM: "without a claim"}
    said = [f"{counts[verdict]} {names[verdict].lower()}" for verdict in order if counts[verdict]]
    return f"{_count(len(judged), 'sentence')}: {', '.join(said)}." if said else "There was nothing to check."


def cited_pages(content: Content) -> dict[tuple[str, int], list[Reference]]:
    """Return the references by the page that they stand on, (file's hash, page index); without what only came nearest."""
    found: dict[tuple[str, int], list[Reference]] = {}
    for reference in content.references:
        if reference.cited and reference.document is not None:
            for page in reference.pages:
                found.setdefault((reference.document.sha256, page.page_index), []).append(reference)
    return found


def _entry(entry: Entry, content: Content) -> Iterator[Block]:
    if content.kind is Kind.CONVERSATION:
        yield Block(style=Style.QUESTION, text=entry.question)
        yield Block(style=Style.META, text=f"Asked on {_moment(entry.asked_at)}; edition {entry.edition_id}")
    if entry.understood and (entry.sentences or entry.searched):
        yield Block(style=Style.NOTE, text=entry.understood, label="Understood as")
    if entry.restricted_to:
        yield Block(style=Style.NOTE, text=entry.restricted_to, label="Searched only")
    yield Block(style=Style.STATE, text=_state(entry))
    if entry.text and entry.text != STATES[entry.status]:
        yield Block(style=Style.NOTE, text=entry.text)
    yield from (Block(style=Style.CHOICE, text=choice) for choice in entry.choices)
    if entry.written_by:
        yield from (_sentence(sentence) for sentence in entry.sentences)
        yield from _standings([number for sentence in entry.sentences for number in sentence.numbers], content)
    else:
        yield from _extracts(entry, content)
    for part in entry.unanswered_parts:
        yield Block(style=Style.CAUTION, text=part, label="Not answered")
    if entry.searched and not entry.sentences:
        yield Block(style=Style.NOTE, text=entry.searched, label="Searched")
    if entry.nearest:
        yield Block(style=Style.NOTE, text="What came nearest, without answering the question:", numbers=entry.nearest)
    if entry.withheld:
        said = f"{_count(entry.withheld, 'sentence')} not shown: {', '.join(entry.withheld_for)}."
        yield Block(style=Style.CAUTION, text=said, label="Withheld")
    if entry.notice:
        yield Block(style=Style.CAUTION, text=entry.notice)


def _state(entry: Entry) -> str:
    said = STATES[entry.status]
    if not entry.sentences:
        return said
    lead = said.rstrip(".")
    if entry.written_by:
        return f"{lead}, written by {entry.written_by} and checked against the sources."
    return f"{lead} in the documents’ own words."


def _extracts(entry: Entry, content: Content) -> Iterator[Block]:
    """Yield quotations, those that follow each other from one document under its name."""
    above = None
    for sentence in entry.sentences:
        first = content.reference(sentence.numbers[0])
        if (first.title, first.standing) != above:
            above = (first.title, first.standing)
            yield Block(style=Style.SOURCE, text=first.title, label=_capital(first.standing))
        yield _sentence(sentence)


def _standings(numbers: Sequence[int], content: Content) -> Iterator[Block]:
    """Yield a caution for each cited document that is not in force, where documents are not named beside their words."""
    cited = [content.reference(number) for number in numbers]
    for title, standing in dict.fromkeys((each.title, each.standing) for each in cited if each.standing):
        yield Block(style=Style.CAUTION, text=title, label=_capital(standing))


def _sentence(sentence: Sentence) -> Block:
    text = quoted(sentence.text) if sentence.wording is Wording.QUOTED else sentence.text
    return Block(style=_STYLES[sentence.wording], text=text, numbers=sentence.numbers)


def _judged(judged: Judged) -> Iterator[Block]:
    yield Block(style=Style.VERDICT, text=judged.text, label=VERDICTS[judged.verdict], numbers=judged.numbers)
    yield from (Block(style=Style.REASON, text=reason) for reason in judged.reasons)


def _editions(content: Content) -> str:
    names = content.edition_ids
    if not names:
        return ""
    return f"edition{'' if len(names) == 1 else 's'} {_listed(names)}, "


def _when(content: Content) -> str:
    days = sorted({entry.asked_at.date() for entry in content.entries}) or [content.made_on.date()]
    return f"on {_day(days[0])}" if len(days) == 1 else f"between {_day(days[0])} and {_day(days[-1])}"


def _moment(moment: datetime) -> str:
    return f"{_day(moment.date())} at {moment:%H:%M} {moment.tzname() or ''}".rstrip()


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
