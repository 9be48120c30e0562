"""How a text refers to other documents: "[12]", "(Onward, 2021)", "Frontier Economics' report", and the words of a footnote.

Everything here is form. Whether a document of the shelf is meant, and which, is decided with the shelf (`stages.resolve`). A
footnote that explains something and cites nothing is no reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from report_qa.dates import find_years

_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"“”]+")
_ADDRESS_END = ".,;:!?)]}'’”"
# Where a note goes on to another source.
_NEXT_SOURCE = re.compile(
    r"\s*;\s+|\s+[·•|]\s+|(?<=[.)\]”\"'>/\w])\s+(?=(?:See|Source|Sources|Also|Cf|Compare|And see)\b)|(?<=\w)\s+(?=Sources?:)|"
    r",?\s+and\s+(?=(?:the|our|a)\s+notes?\s+(?:on|about)\b)"
)
_BRACKETED = re.compile(r"\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\]")
_SURNAMES = r"[A-ZÀ-Þ][\w’'.&-]*(?:\s+(?:(?:of|for|the|and|de|van|von|&)\s+)*[A-ZÀ-Þ0-9][\w’'.&-]*){0,6}"
_OTHERS = r"(?:\s+(?:et\s+al\.?|and\s+others|and\s+colleagues))?"
_YEAR = r"(?:19|20)\d\d[a-z]?"
# "Onward, 2021", "DCMS 2022", inside brackets and between semicolons.
_CITED = re.compile(
    rf"(?:(?:see|e\.g\.|cf\.|for example|in|from)\s*,?\s*)*(?P<who>{_SURNAMES}{_OTHERS}),?\s+(?P<year>{_YEAR})"
    r"(?:\s*[,:]\s*(?:pp?\.?\s*)?[\d–-]+)?\s*"
)
_IN_BRACKETS = re.compile(r"\(([^()]{4,200})\)")
_BESIDE = re.compile(rf"(?P<who>{_SURNAMES}{_OTHERS})(?:['’]s?)?\s+\((?P<year>{_YEAR})(?:\s*[,:][^()]{{0,20}})?\)")
_MONTHS = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December|Spring|Summer|Autumn|Winter)\b"
)
_PUBLICATION = (
    r"(?:reports?|evaluations?|stud(?:y|ies)|(?:white |green |working |discussion )?papers?|briefings?|inquir(?:y|ies)|reviews?|"
    r"notes?|surveys?|white papers?|manifestos?|press releases?)"
)
# "Frontier Economics' 2021 report", "the APPG's inquiry", "the Crest Advisory study".
_OF_A_BODY = re.compile(
    rf"(?P<all>(?:\bthe\s+)?(?P<who>{_SURNAMES})(?:(?:['’]s?|s['’])\s+(?:[\w’'-]+\s+){{0,2}}?|\s+){_PUBLICATION})\b"
)
_ARTICLE = re.compile(r"^(?:The|This|That|An?|Its|Our|In|By|From|For|As)\s+")
_POSSESSIVE = re.compile(r"['’]s?(?=\s|$)")
# "the note on Big Local", "a report called Turnaround": what follows is what a document is called, or is about.
_ON = re.compile(
    rf"\b(?P<all>(?:the\s+|a\s+|our\s+|its\s+)?{_PUBLICATION}\s+(?:on|about|called|titled|entitled)\s+"
    r"(?P<what>[^.;:()<>|]{2,160}?))(?=[.;:()<>|,](?:\s|$)|\s+and\s+on\s+|$)"
)
_AND_ON = re.compile(r"\s+and\s+on\s+(?P<what>[^.;:()<>|]{2,160}?)(?=[.;:()<>|,](?:\s|$)|$)")
_QUOTED = re.compile(r"“([^”]{3,160})”|\"([^\"]{3,160})\"|‘([^’]{3,160})’(?!\w)")
_CITES = re.compile(
    r"\b(?:see|source|sources|cf|ibid|op\. cit|vol|pp?\.\s*\d|available (?:at|from)|retrieved|doi|press|university|isbn)\b",
    re.IGNORECASE,
)
_SAME_SOURCE = re.compile(r"^\W*(?:\d{1,3}\W+)?(?:ibid|ibidem|idem)\b", re.IGNORECASE)
_ENTRY_LABEL = re.compile(r"^\s*[\[(]?(?P<label>\d{1,3})[\])]?[.:)]?\s+(?=\S)")
_LIST_HEADING = re.compile(
    r"^[\W\d]*(?:list of )?(?:references|bibliography|(?:foot|end)?notes|works cited|literature(?: cited)?|sources|citations)"
    r"(?: and (?:references|notes|sources|further reading))?\W*$",
    re.IGNORECASE,
)


class Form(StrEnum):
    """What a stretch names a document by: its author, the body that published it, or what it is called."""

    AUTHOR = "author"
    BODY = "body"
    TITLE = "title"
    QUOTED = "quoted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A stretch of a text that cites: its place, whom or what it names ("Onward"), and the year as written ("2021a").

    `is_sure` is False where the same form often cites nothing.
    """

    start_char: int
    end_char: int
    who: str
    year: str = ""
    form: Form = Form.AUTHOR
    is_sure: bool = True


def find_addresses(text: str) -> tuple[str, ...]:
    """Return the web addresses of a text, without the punctuation that ends a sentence."""
    return tuple(match[0].rstrip(_ADDRESS_END) for match in _ADDRESS.finditer(text))


def plain_address(address: str) -> str:
    """Return an address so that two that open the same page are equal: no scheme, no "www.", no fragment, no last slash."""
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
    except ValueError:
        return ""
    host = parts.netloc.lower().rpartition("@")[2].removeprefix("www.").rstrip(".")
    path = unquote(parts.path).rstrip("/")
    return f"{host}{path}{'?' + parts.query if parts.query else ''}" if host else ""


def without_addresses_and_marks(text: str) -> str:
    """Return the words of a note that say something: without addresses and the number that it begins with."""
    return " ".join(_ADDRESS.sub(" ", _ENTRY_LABEL.sub("", text, count=1)).replace("<", " ").replace(">", " ").split())


def sources_of(note: str) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) of each source that a note names; several addresses are as many sources."""
    label = _ENTRY_LABEL.match(note)
    begin = label.end() if label else 0
    bounds: list[tuple[int, int]] = []
    for match in [*_NEXT_SOURCE.finditer(note, begin), None]:
        end = match.start() if match else len(note)
        bounds += _by_address(note, begin, end)
        begin = match.end() if match else end
    return tuple((start, end) for start, end in bounds if start < end)


def _by_address(note: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    addresses = list(_ADDRESS.finditer(note, begin, end))
    for address in addresses[:-1]:
        stop = address.start() + len(address[0].rstrip(_ADDRESS_END))
        yield begin, stop
        begin = stop
        while begin < end and not (note[begin].isalnum() or note[begin] in '“"‘'):
            begin += 1
        if note.startswith("and ", begin):
            begin += 4
    yield begin, end


def is_citation(words: str) -> bool:
    """Return whether a note's words cite something, rather than explain: an address, a quoted title, a year with a name, "see"."""
    return bool(
        _ADDRESS.search(words)
        or _CITES.search(words)
        or _QUOTED.search(words)
        or _SAME_SOURCE.match(words)
        or (find_years(words) and re.search(rf"\b{_SURNAMES}", _MONTHS.sub(" ", words)) and _looks_listed(words))
    )


def _looks_listed(words: str) -> bool:
    """A source is listed (commas, brackets, a colon), an explanation is told; both have capitals and years."""
    return bool(re.search(r"\(\s*(?:[A-Z][a-z]+\s+)?(?:19|20)\d\d|,\s*(?:[A-Z][a-z]+\s+)?(?:19|20)\d\d[a-z]?\b", words))


def says_same_source(words: str) -> bool:
    """Return whether a note says "ibid.": the source of the note before it."""
    return bool(_SAME_SOURCE.match(words))


def find_bracketed(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return (start, end, numbers) of "[12]", "[3, 5]" and "[3–5]"."""
    return tuple((match.start(), match.end(), match[1]) for match in _BRACKETED.finditer(text))


def find_author_years(text: str) -> tuple[Cited, ...]:
    """Return "(Onward, 2021; DCMS 2022)" as two, and "Onward (2021)" as one; a month and a year are no author."""
    found: list[Cited] = []
    for brackets in _IN_BRACKETS.finditer(text):
        at = brackets.start(1)
        for part in re.split(r"(;)", brackets[1]):
            if match := _author_year(part):
                start = at + len(part) - len(part.lstrip())
                found.append(
                    Cited(start_char=start, end_char=start + len(part.strip()), who=match["who"], year=match["year"])
                )
            at += len(part)
    found += [
        Cited(start_char=match.start(), end_char=match.end(), who=match["who"], year=match["year"])
        for match in _BESIDE.finditer(text)
        if not _MONTHS.search(match["who"])
    ]
    return tuple(sorted(found, key=lambda cited: cited.start_char))


def _author_year(part: str) -> re.Match[str] | None:
    match = _CITED.fullmatch(part.strip())
    return match if match and not _MONTHS.search(match["who"]) else None


def without_citations(text: str) -> str:
    """Return a statement without what only cites: "[12]" and "(Onward, 2021)"; a name that is part of the sentence stays."""
    text = _BRACKETED.sub(" ", text)
    for brackets in reversed(list(_IN_BRACKETS.finditer(text))):
        if all(map(_author_year, brackets[1].split(";"))):
            text = text[: brackets.start()].rstrip() + text[brackets.end() :]
    return re.sub(r"\s+([.,;:])", r"\1", " ".join(text.split()))


def find_named(text: str) -> tuple[Cited, ...]:
    """Return the publications that a text names by who published them: "Frontier Economics' report", "the APPG's inquiry"."""
    return tuple(
        Cited(
            start_char=match.start("all"),
            end_char=match.end("all"),
            who=_POSSESSIVE.split(_ARTICLE.sub("", match["who"]))[0],
            form=Form.BODY,
            is_sure="’" in match["all"] or "'" in match["all"],
        )
        for match in _OF_A_BODY.finditer(text)
    )


def find_titled(text: str) -> tuple[Cited, ...]:
    """Return what a text calls a document: "the note on Big Local" (and "on crime"), and what stands in quotation marks."""
    found = []
    for match in _ON.finditer(text):
        places = [(match.start("all"), match.end("all"), match["what"])]
        while further := _AND_ON.match(text, places[-1][1]):
            places.append((further.start("what"), further.end("what"), further["what"]))
        found += [
            Cited(start_char=start, end_char=end, who=what, form=Form.TITLE, is_sure=False)
            for start, end, what in places
        ]
    return tuple(found)


def find_quoted(text: str) -> tuple[Cited, ...]:
    """Return what stands in quotation marks, without them."""
    return tuple(
        Cited(
            start_char=match.start(),
            end_char=match.end(),
            who=next(filter(None, match.groups())),
            form=Form.QUOTED,
            is_sure=False,
        )
        for match in _QUOTED.finditer(text)
    )


def entry_label(words: str) -> str:
    """Return the number that an entry of a list of references, or a note, begins with; "" where it has none."""
    match = _ENTRY_LABEL.match(words)
    return match["label"] if match else ""


def is_list_of_references(heading: str) -> bool:
    """Return whether a heading stands over a list of references or of endnotes."""
    return bool(_LIST_HEADING.match(heading))
