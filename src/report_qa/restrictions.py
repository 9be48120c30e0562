"""Phrases with which a question says whose words it wants: "according to Frontier", "in the 2013 edition", "not from the report".

Only explicit forms count. A name that merely occurs ("How did Onward measure it?") says what a question is about, not where
to look, and "since 2020" behind a verb says when something happened; "in reports published since 2020" says which documents
are meant. Which documents a phrase stands for is not decided here: that needs the shelf (`stages.restrict`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from report_qa.dates import find_years
from report_qa.questions import find_names
from report_qa.words import STOP_TERMS, content_terms, stem, tokens

# Nouns that name a publication, and those that do so only where somebody is said to speak in it: a plan is also a programme.
_NOUN = (
    r"(?:reports?|evaluations?|stud(?:y|ies)|(?:white |green |working |discussion )?papers?|notes?|briefings?|editions?|"
    r"publications?|documents?|reviews?|articles?|protocols?|versions?|filings?|manifestos?|10-?[KQ])"
)
_SPOKEN_NOUN = rf"(?:{_NOUN}|plans?|strateg(?:y|ies)|surveys?|guidance|evidence(?: base)?)"
_NO_PART = (
    r"(?!(?:the|an?|is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|what|how|which|who|whom|whose|when|"
    r"where|why|that|this|these|those|in|on|at|by|from|with|as|than|or|not|it|they|he|she|we|you|there|about|according|to)\b)"
)
_WORD = rf"{_NO_PART}[\w’'&./–-]+"
# What stands behind a phrase: the end, a sign, or a word that begins something else.
_ENDS = (
    r"(?=\s*(?:$|[,;:?!.)\"”](?:\s|$|\?)|\s(?:what|how|which|who|when|where|why|whether|and|but|or|is|are|was|were|do|does|did|"
    r"has|have|had|can|could|will|would|should|say|says|said|about|on|to|in|that|only|as|not)\b))"
)
_NAME = r"(?-i:[A-Z0-9][\w’'&.-]*(?:\s+(?:(?:of|for|the|and|on|de|&)\s+){0,2}[A-Z0-9][\w’'&.-]*){0,7})"
_BEHIND = rf"(?:\s+(?:of|on|about|by|for|from|into)\s+(?:the\s+)?{_WORD}(?:\s+(?:the\s+)?{_WORD}){{0,7}}?)?"


_SAYS = (
    r"(?:say|tell|find|conclude|recommend|argue|report|show|claim|suggest|estimate|state|mention|propose|reveal|note|"
    r"describe|think)\b"
)
# What a publication does, and a body does too without speaking.
_GIVES = rf"(?:{_SAYS}|(?:call|ask|want|warn|identify|list|give|cite|set|see|make|define|cover|highlight|stress|explain|discuss|present)\b)"
_FIRST = r"(?:(?:actually|also|really|itself|have\s+to)\s+)?"
_SPEAKS, _TELLS = rf"(?=\s+{_FIRST}{_SAYS})", rf"(?=\s+{_FIRST}{_GIVES})"


def _document(noun: str, ends: str = _ENDS) -> str:
    """Return the pattern of a phrase that ends in a noun for publications, with what it is of, on or by."""
    return rf"(?:the\s+|(?:its|their)\s+(?=\d))?(?:{_WORD}\s+){{0,8}}?{noun}(?!\s+{noun}){_BEHIND}{ends}"


_TEAM = r"(?:['’]s?\s+(?:team|authors|researchers|colleagues))?"
_BODY = rf"(?:the\s+)?{_NAME}{_TEAM}"
_QUOTED = r"[\"“][^\"”]{3,120}[\"”]"
_SPEAKER = rf"(?P<np>{_document(_SPOKEN_NOUN)}|{_QUOTED}|{_BODY}{_ENDS})"
# "The 2013 report", "Local Trust's report"; a noun without either is any report.
_ONE = r"(?=the\s|(?-i:[A-Z])[\w’'&.-]*(?:['’]s\s|\s))"
_BEGINS = r"[,(]?\s*\b"
_EXCEPT = (
    r"(?:but\s+)?(?:not\s+(?:from|in|by)|other\s+than|apart\s+from|except(?:\s+for)?|excluding|leaving\s+out|outside)\s+"
    r"(?:(?:from|in|by)\s+)?"
)
_TOLD = r"(?:according\s+to|as\s+(?:reported|stated|described)\s+(?:by|in)|in\s+the\s+words\s+of)\s+"
_IN = r"(?:(?:only|solely|just)\s+)?(?:in|from|within|using|based\s+on|going\s+by)\s+(?:only\s+)?"
_POINTS = r"(?:summary|overview|outline|gist|points?|findings|messages|conclusions|takeaways|arguments|results)\s+(?:of|in|from)"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (form, re.compile(pattern, re.IGNORECASE))
    for form, pattern in (
        ("except", rf"{_BEGINS}{_EXCEPT}(?P<np>{_ONE}{_document(_NOUN)})"),
        ("told", rf"{_BEGINS}{_TOLD}{_SPEAKER}"),
        ("told", rf"{_BEGINS}per\s+(?P<np>{_document(_SPOKEN_NOUN)})"),
        ("in", rf"{_BEGINS}{_IN}(?P<np>{_ONE}{_document(_NOUN)})"),
        ("says", rf"\b(?:do|does|did)\s+(?P<np>{_document(_SPOKEN_NOUN, _TELLS)}|(?:{_QUOTED}|{_BODY}){_SPEAKS})"),
        ("wants", rf"\b(?:summari[sz]e|sum\s+up|outline|{_POINTS})\s+{_SPEAKER}"),
    )
)
_SPAN = re.compile(
    rf"[,(]?\s*\b(?:(?:in|from|using|per|within|according\s+to|do|does|did|only)\s+)(?:(?:only|the|any|all)\s+)*(?P<noun>{_SPOKEN_NOUN}|sources)\s+"
    r"(?:(?:that|which)\s+(?:were|was|are|is)\s+)?(?P<published>(?:published|issued|released|written|dated)\s+)?"
    r"(?P<when>(?P<how>since|after|before|until|up\s+to|from|in|between)\s+(?P<first>(?:19|20)\d\d)(?:\s*(?P<link>and|to|[-–]|onwards?)\s*(?P<last>(?:19|20)\d\d)?)?)\b"
    r"|[,(]\s*(?:only\s+)?(?:published|issued|released)\s+(?P<when2>(?P<how2>since|after|before|until|up\s+to|in|between)\s+(?P<first2>(?:19|20)\d\d)(?:\s*(?:and|to|[-–])\s*(?P<last2>(?:19|20)\d\d))?)\b",
    re.IGNORECASE,
)
# They say which of several editions is meant only to somebody who knows them.
_SAYS_LITTLE = frozenset(
    stem(word)
    for word in "latest new newest recent current original final first second last full main same whole entire own section chapter "
    "interim underlying supporting available team authors researchers colleagues fy".split()
)
_PLAIN_NOUNS = frozenset(
    stem(word)
    for word in "report reports document documents publication publications paper papers note notes edition editions version "
    "versions article articles filing filings evidence base briefing briefings".split()
)
_EARLIEST, _LATEST = 0, 9_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """One phrase that says which documents are wanted.

    `start_char` and `end_char` are the phrase's place in the question; `named` is what it names, as it is written. `names` are the
    proper names in it, each as its stems, `years` its years, `words` the stems of its other words that tell documents apart.
    `is_document` says that it speaks of a publication rather than of whoever says something. `generic` is "report" or "evidence"
    for "the report" and "the evidence" and nothing else, else "". `since` and `until` are the first and the last year of publication
    of a phrase that gives those, else None. `excludes` turns a phrase round.
    """

    start_char: int
    end_char: int
    named: str
    names: tuple[tuple[str, ...], ...] = ()
    years: frozenset[int] = frozenset()
    words: tuple[str, ...] = ()
    is_document: bool = False
    generic: str = ""
    since: int | None = None
    until: int | None = None
    excludes: bool = False
    is_subject: bool = False

    @property
    def says_nothing(self) -> bool:
        """Whether nothing in the phrase could tell documents apart."""
        return not (self.names or self.years or self.words or self.generic or self.since is not None)


def find_restrictions(text: str) -> tuple[Restriction, ...]:
    """Return the phrases of a question that say which documents are wanted, in order and apart from each other."""
    found: list[Restriction] = []
    for restriction in (*_spans(text), *_phrases(text)):
        overlaps = any(
            restriction.start_char < other.end_char and other.start_char < restriction.end_char for other in found
        )
        if not overlaps and not restriction.says_nothing:
            found.append(restriction)
    return tuple(sorted(found, key=lambda restriction: restriction.start_char))


def without_restrictions(text: str, restrictions: tuple[Restriction, ...]) -> str:
    """Return a question without these phrases; a subject ("What does the report say?") becomes "it"."""
    for restriction in sorted(restrictions, key=lambda item: -item.start_char):
        instead = " it" if restriction.is_subject else ""
        text = text[: restriction.start_char].rstrip() + instead + text[restriction.end_char :]
    text = re.sub(r"^[\s,;:.]+", "", " ".join(text.split())).replace(" the it ", " it ")
    return text[:1].upper() + text[1:]


def _spans(text: str) -> Iterator[Restriction]:
    for match in _SPAN.finditer(text):
        how = " ".join((match["how"] or match["how2"]).lower().split())
        first, last = int(match["first"] or match["first2"]), match["last"] or match["last2"]
        if how == "in" and not (match["published"] or match["how2"]):
            # "in the report in 2020": the year may be that of anything.
            continue
        since, until = _period(how, first, int(last) if last else None, open_end=bool(match["link"]) and not last)
        begins = (
            match.start("noun")
            if match["noun"] and re.match(r"\W*(?:do|does|did)\b", match[0], re.IGNORECASE)
            else match.start()
        )
        yield Restriction(
            start_char=begins,
            end_char=match.end(),
            named=(match["when"] or match["when2"]).strip(),
            is_document=True,
            since=since,
            until=until,
            is_subject=begins != match.start(),
        )


def _period(how: str, first: int, last: int | None, *, open_end: bool) -> tuple[int, int]:
    """Return the first and the last year, both included, of "since 2020", "before 2022", "between 2019 and 2021"."""
    if last is not None:
        return first, last
    if how == "since" or open_end:
        return first, _LATEST
    if how == "after":
        return first + 1, _LATEST
    if how in ("until", "up to"):
        return _EARLIEST, first
    return (_EARLIEST, first - 1) if how == "before" else (first, first)


def _phrases(text: str) -> Iterator[Restriction]:
    for form, pattern in _FORMS:
        for match in pattern.finditer(text):
            named = match["np"].strip(" .,?")
            subject = form in ("says", "wants")
            start, end = match.span("np") if subject else match.span()
            yield _restriction(named, start, end, excludes=form == "except", is_subject=subject)


def _restriction(named: str, start: int, end: int, *, excludes: bool, is_subject: bool) -> Restriction:
    noun = re.search(rf"\b{_SPOKEN_NOUN}\b", named, re.IGNORECASE)
    quoted = named[:1] in '"“'
    plain = named.strip('"“”')
    # A capital that begins a title is a name's only where the rest of it is capitalised too.
    names = () if quoted else find_names(f"of {plain}")
    of_names = {part for name in names for part in name}
    words = tuple(
        word
        for word in content_terms(plain)
        if word not in of_names
        and word not in _SAYS_LITTLE
        and (quoted or word not in _PLAIN_NOUNS)
        and not find_years(word)
        and not word.isdigit()
    )
    rest = [token for token in tokens(plain) if token not in STOP_TERMS]
    generic = ""
    if not names and not words and re.match(r"the\s", plain, re.IGNORECASE) and len(rest) <= 2:
        generic = "report" if rest == ["report"] else "evidence" if rest[:1] == ["evidence"] else ""
    return Restriction(
        start_char=start,
        end_char=end,
        named=re.sub(r"^the\s+", "", plain, flags=re.IGNORECASE) if not generic else plain,
        names=names,
        years=find_years(plain),
        words=words,
        is_document=noun is not None or quoted,
        generic=generic,
        excludes=excludes,
        is_subject=is_subject,
    )
