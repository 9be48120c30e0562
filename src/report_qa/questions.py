"""What a question asks for: the kind of answer, the words that carry it, and the details that evidence must match.

A quotation can be true and still not answer. So a question is taken apart before anything is searched: the asking words
("How many …") say what kind of words an answer has to hold (`Asked`), names, years and figures in the question are
conditions that evidence has to meet, and the other content words are what it has to be about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from report_qa.dates import find_dates, find_years
from report_qa.measures import lines_of
from report_qa.quantities import find_quantities
from report_qa.summaries import SUMMARY
from report_qa.words import STOP_TERMS, content_terms, stem, tokens


class Asked(StrEnum):
    """The kinds of words that an answer must hold."""

    FIGURE = "figure"
    MONEY = "money"
    SHARE = "share"
    DATE = "date"
    NAME = "name"
    LIST = "list"
    DEFINITION = "definition"
    REASON = "reason"
    YES_NO = "yes or no"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question taken apart. `terms` are stems in order; `names` are proper names, each as its stems.

    `expansions` give the stems that a term stands for besides itself, where the documents explain it as an acronym, and
    `spelt_out` is the text with those words behind the acronym. `asked_for` are the terms that only name the kind of
    answer ("which body …", "four …"); `document_years` are the years that belong to a publication ("the 2014 report").
    `measures` are the measures of accounts that it names, each with the lines that they rest on.
    """

    text: str
    asked: frozenset[Asked]
    terms: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    years: frozenset[int]
    figures: frozenset[Decimal]
    phrases: tuple[str, ...]
    spelt_out: str
    expansions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    asked_for: frozenset[str] = frozenset()
    document_years: frozenset[int] = frozenset()
    measures: tuple[tuple[str, str], ...] = ()


_NOUNS_OF_SIZE = (
    r"number|figure|size|rate|total|value|cost|amount|average|gap|population|budget|ratio|score|length|age|sum|return|"
    r"increase|decrease|rise|fall|growth|change|level|target|estimate|price|salary|count|margin|expenditure|spending|revenue|"
    r"weight|speed|height|width|depth|distance|index|temperature|altitude|volume|turnover|profit|income|turnout|threshold|limit"
)
SIZES = frozenset(stem(word) for word in _NOUNS_OF_SIZE.split("|"))
# "People who had died", "areas where it fell": such a word asks nothing.
_ASKS_HERE = (
    r"(?:^|[,;:?.!]\s*|[\"“(]|\b(?:and|or|but|so|of|by|to|from|for|with|about|know|say|tell me|is|was|are|were)\s+)"
)
_PATTERNS: tuple[tuple[Asked, re.Pattern[str]], ...] = tuple(
    (asked, re.compile(pattern, re.IGNORECASE))
    for asked, pattern in (
        (Asked.SHARE, r"\b(what|which)\s+(percentage|per\s?cent|proportion|share|fraction)\b|\bhow many (percent|per cent|percentage)|\bby what (percentage|share)"),
        (Asked.MONEY, r"\b(?:what|which) (?:\w+ ){0,2}(?:budget|cost|price|spending|expenditure|salary|revenue|profit|funding|grant)\b(?! (?:rate|per cent|percentage))|\bhow (much|large|big)\b.*\b(money|fund(s|ed|ing)?|grants?|cost|costs|budget|spen[dt]|spending|worth|invest\w*|pounds?|endowment|allocat\w+|paid|pay)\b|\bhow much money\b|\bwhat (?:did|does|do|will|would) .{1,60}\b(?:spend|pay|cost|earn|charge|invest)\b|\b(what|which) (amount|sum)\b|\bwhat (is|was|were|are) the (\w+ ){0,3}(budget|endowment|cost|price)\b"),
        (Asked.FIGURE, r"\bhow (many|much|large|big|high|low|long|far|old|wide|deep|often|fast|likely|soon|quickly|frequently)\b|\bwhat (number|figure|score|rate|ratio|ages?)\b|\bwhat(?:'s|’s| is| was) the (?:most|maximum|minimum|least|upper limit|limit|longest|shortest)\b|\bby how\b|\bto what extent\b|\bwhat (?:is|was|were|are) (?:the )?(?:[\w'’-]+ ){0,5}?(?:" + _NOUNS_OF_SIZE + r")\b|\b(what|which)\s+((?!(?:has|have|had|with|got|gives?)\b)\w+\s+){0,4}?(" + _NOUNS_OF_SIZE + r")\b"),
        (Asked.DATE, r"^(and |but |so |since |until )?when\b(?! (?:is|are) an? |[^?]{3,120}, (?:what|who|how|which|where|why)\b)|(,|;|\band\b) when (did|was|were|is|are|does|do|will)\b|\b(what|which)\s+(\w+\s+)?(year|date|month|day|quarter)s?\b|\bhow (recently|long ago)\b|\bsince what\b|\buntil what\b"),
        (Asked.NAME, _ASKS_HERE + r"(?:who|whose|whom|where)\b|\b(what|which)\s+(\w+\s+){0,2}?(person|organi[sz]ation|body|company|firm|university|institute|author|authors|publisher|minister|charity|agency|department|council|city|town|country|region|place|airport|airfield|hospital|school|court|site|researchers?|team|think tank|chief executive)\b|\bwhat (is|was) the name\b"),
        (Asked.LIST, r"^(please )?(list|name|give|enumerate)\b|\b(what|which)\s+(are|were)\s+(?:the|our|your|their|its|his|her|my|these|those|[\w.]+(?:'s|’s|s'|s’))\b|\b(what|which)\s+(two|three|four|five|six|seven|eight|nine|ten|\d+|other|kinds?|types?|sorts?)\b|\bwhat (kinds|types|sorts)\b|\bwhich (main |key |other |different )?\w{2,}[^s\W]s\b(?! of\b)|\bwhat (main |key |other |different )?\w{2,}[^s\W]s (did|do|does|are|were|have|had|can|could|should|will|underpin|make|make up|guide)\b|\bwho are\b"),
        (Asked.DEFINITION, r"^when (is|are) an? |\b(define|definition|meaning)\b|\bwhat (does|do|did) .+ (mean|stand for|refer to)\b|\bwhat counts as\b|\bmeant by\b|^(so )?what(\s+is|\s+are|'s) (an? )?[\w'‘’-]+(\s[\w'‘’-]+){0,3}\s?\?*$"),
        (Asked.REASON, r"\bwhy\b|\bwhat(?:'s|’s| is| was) the (?:point|purpose|idea|thinking|rationale)\b|\bwhat .{1,60} for\?|\bwhat (?:made|makes|drove|drives|lay behind|lies behind)\b|\bwhat\b.{1,40}\b(?:caused|led to|explains)\b|\bwhat (caused|causes|explains|led to)\b|\b(reasons?|causes?)\b|\bhow come\b"),
        (Asked.YES_NO, r"^(so |and |but )?(is|are|was|were|did|does|do|has|have|had|can|could|should|will|would|may)\b"),
        (Asked.SUMMARY, SUMMARY),
    )
)  # fmt: skip
# The words that only ask; "how large is the gap" is about the gap, not about largeness.
_ASKING = re.compile(
    r"\bhow (many|much|large|big|high|low|long|far|old|wide|often|likely|recently)\b|"
    r"\b(what|which) (percentage|per\s?cent|proportion|share|fraction|number|figure|amount|sum|year|date|month|kinds?|types?|sorts?)( of)?\b|"
    r"\bwhat does .* mean\b(?<=mean)|\bwhat counts as\b|^(please )?(list|name|give|tell me|can you|could you)( about)?\b|\b(stand for|mean|meant by|refer to)\b|\b(?:is|are|was|were) (?:named|listed|mentioned|stated) (?=as|in|for|on|by|at)",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"\b[A-Z][\w'’&-]*(?:\s+(?:(?:of|for|the|and|in|on|to|our|de|&)\s+)*[A-Z][\w'’&-]*)*|\b[A-Z]{2,}\b|\b\w*[a-z]+[A-Z]\w*"
)
_DOCUMENT = r"(?:report|plan|paper|study|review|strategy|manifesto|release|edition|evaluation|statement|budget|document|book|survey|index|indices)s?"
_DATED_DOCUMENT = re.compile(
    rf"\b(?:1[6-9]|2[01])\d\d(?:\s?[-–]\s?\d{{2,4}})?(?:'s|’s)?\s+(?:[\w'’-]+\s+){{0,4}}?{_DOCUMENT}\b|"
    rf"\b{_DOCUMENT}\s+(?:of|from|for|in)?\s*(?:FY\s*)?(?:\w+\s+)?(?:1[6-9]|2[01])\d\d(?:\s?[-–]\s?\d{{2,4}})?",
    re.IGNORECASE,
)
# "In Eastwick" is no longer name than "Eastwick".
_LINKS = frozenset("in on at of for by from to and or with the a an".split())
_MONTH = re.compile(
    r"(January|February|March|April|May|June|July|August|September|October|November|December|Spring|Summer|Autumn|Winter)\W*"
)
_ASKS = re.compile(r"\b(how|what|when|who|whom|whose|which|where|why)\b", re.IGNORECASE)
_PART = re.compile(
    r"(?:\?\s+|[,;]?\s+and\s+|;\s+)(?=(?:by |in |on |at |for |from |to |with )?(?:how|what|when|who|whom|whose|which|where|why)\b)",
    re.IGNORECASE,
)
_KIND_OF_ANSWER = re.compile(
    r"\b(?:which|what)\s+(?:\w+\s+(?=organi[sz]ations?|bodies|places|people|things))?([a-z][\w-]+)\b", re.IGNORECASE
)
# Sizes of one particular thing: what gives a salary has to say so, while any amount is a "number" or a "sum".
_SIZE_OF_ONE_THING = re.compile(
    r"salary|budget|population|price|cost|length|age|ratio|score|margin|revenue|expenditure|turnout|target|gap|interval",
    re.IGNORECASE,
)
_COUNT_WORDS = frozenset("two three four five six seven eight nine ten eleven twelve".split())
_COMPARE = re.compile(r"^(?:please )?compare (.+?) (?:with|and|to|against|versus) (.+?)[.?\s]*$", re.IGNORECASE)
# "In what years did A and B start?" asks one thing of two; the plural says so.
_ONE_THING_OF_TWO = re.compile(
    r"^(?P<ask>(?:(?:in|on|by|since) )?(?:what|which) (?:date|year|month|figure|amount|percentage|share|total|budget)s (?:is|are|was|were|did|do|does|has|have|had)) "
    r"(?P<first>[^,;?]+?),? and (?P<second>[^,;?]+?)(?P<verb> (?:set up|[a-z]+))\?*$",
    re.IGNORECASE,
)  # fmt: skip
_SINGULAR = {"were": "was", "are": "is", "have": "has", "do": "does"}
# "FY2018", "Q2" and "USD" say when and in what, and name nothing.
_PERIOD_OR_UNIT = re.compile(
    r"(?:FY|CY|Q[1-4]|H[12]|F?Y?E?)['’]?(?:\d{2,4})?(?:['’]s)?|USD|GBP|EUR|US\$", re.IGNORECASE
)
_INSTRUCTION = re.compile(
    r"if\b.*\b(?:state|explain)\b|using\b.*\banswer\b|"
    r"(?:please )?(?:answer|calculate|respond|express|round (?:to|your|the|it)|assume that|approach the|address the|give (?:an?|your) (?:response|answer)|"
    r"state (?:your|the answer|which|whether)|provide (?:your|an?|the) (?:answer|response)|base (?:your|the answer)|"
    r"use (?:only |the |plain |simple )*(?:information|data|details|words)|use [\"“]|we (?:need|want) (?:to|this)|please (?:use|keep|make|write|be|include|show))\b(?!.*\?$)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“](.{3,80}?)[\"”]")


def parse_question(text: str, acronyms: Mapping[str, frozenset[str]] | None = None) -> Question:
    """Take a question apart. Any text is a question; what it doesn't say comes back empty."""
    plain = " ".join(text.split())
    # "How big is the Community Wealth Fund Alliance?" asks for no sum: a name's words are not the asker's.
    core = _without_instructions(plain)
    nameless = _without_names(core)
    asked = frozenset(kind for kind, pattern in _PATTERNS if pattern.search(nameless if kind is Asked.MONEY else core))
    about = _ASKING.sub(" ", core) if not re.search(r"\bwhat does\b", core, re.IGNORECASE) else core
    about_terms = content_terms(about) or content_terms(core)
    dates = find_dates(core)
    figures = frozenset(
        quantity.value
        for quantity in find_quantities(core)
        if not quantity.is_year
        and not quantity.in_words
        and not any(date.start_char <= quantity.start_char < date.end_char for date in dates)
    )
    return Question(
        text=plain,
        asked=asked,
        terms=tuple(about_terms),
        names=find_names(core),
        years=find_years(core),
        figures=figures,
        phrases=tuple(match[1] for match in _QUOTED.finditer(core)),
        spelt_out=_spelt_out(core, acronyms or {}),
        measures=lines_of(plain),
        asked_for=_asked_for(plain),
        document_years=frozenset(year for match in _DATED_DOCUMENT.finditer(core) for year in find_years(match[0])),
        expansions=tuple(
            (stem(short.lower()), tuple(content_terms(long)))
            for short, longs in (acronyms or {}).items()
            if re.search(rf"\b{re.escape(short)}s?\b", plain)
            for long in sorted(longs)
        ),
    )


def _without_instructions(text: str) -> str:
    """Return a question without the sentences that say how it is to be answered ("Round to one decimal place.")."""
    sentences = re.split(r"(?<=[.?!:])\s+", text)
    kept = [sentence for sentence in sentences if not _INSTRUCTION.match(sentence)]
    return " ".join(kept) if any("?" in sentence for sentence in kept) else text


def asked_together(question: Question, context: Question | None) -> str:
    """Return the words of a question as they are searched, behind those of the earlier question that it leans on."""
    return question.spelt_out if context is None else f"{context.spelt_out} {question.spelt_out}"


def asking_about(heading: str) -> str:
    """Return a question that what stands under a heading answers."""
    return f"What does it say about {heading[0].lower() + heading[1:]}?"


def _asked_for(text: str) -> frozenset[str]:
    found = {stem(word.lower()) for word in _KIND_OF_ANSWER.findall(text) if not _SIZE_OF_ONE_THING.fullmatch(word)}
    return frozenset(found | {stem(word) for word in tokens(text) if word in _COUNT_WORDS})


def split_parts(text: str) -> tuple[str, ...]:
    """Return the questions that a text asks at once ("Who wrote it, and when?"); one that asks a single thing comes back whole."""
    plain = " ".join(text.split())
    compared, of_two = _COMPARE.match(plain), _ONE_THING_OF_TWO.match(plain)
    if compared:
        return (f"{compared[1]}?", f"{compared[2]}?")
    if of_two:
        ask = _of_one(of_two["ask"])
        return tuple(f"{ask} {of_two[name]}{of_two['verb']}?" for name in ("first", "second"))
    parts = [part.strip(" ,;") for part in _PART.split(plain)]
    parts = [part for part in parts if part]
    if len(parts) < 2 or any(not content_terms(part) and not _ASKS.search(part) for part in parts):
        return (text,)
    return tuple(part if part.endswith("?") else f"{part}?" for part in parts)


def _of_one(ask: str) -> str:
    """Return "What date was" for "What dates were"."""
    *before, noun, verb = ask.split()
    return " ".join([*before, noun.removesuffix("s"), _SINGULAR.get(verb.lower(), verb)])


def _spelt_out(text: str, acronyms: Mapping[str, frozenset[str]]) -> str:
    for short, longs in acronyms.items():
        if len(longs) == 1 and next(iter(longs)) not in text:
            text = re.sub(rf"\b{re.escape(short)}\b", f"{short} ({next(iter(longs))})", text, count=1)
    return text


def find_names(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the proper names of a text as stems: capitalised words that don't merely begin a sentence, and acronyms."""
    found = [_name_stems(words) for words in _name_words(text)]
    return tuple(dict.fromkeys(stems for stems in found if stems))


def _name_words(text: str) -> Iterator[list[str]]:
    for match in _NAME.finditer(text):
        words = [word for word in match[0].split() if len(word) > 1 and not _PERIOD_OR_UNIT.fullmatch(word)]
        if not words or not any(word[0].isupper() for word in words):
            continue
        begins = _begins_sentence(text, match.start())
        while words and (
            not words[0][0].isupper() or words[0].lower() in _LINKS or (begins and _is_stop_word(words[0]))
        ):
            begins = begins and not words[0][0].isupper()
            words = words[1:]
        if all(_MONTH.fullmatch(word) for word in words):
            continue
        if (
            words
            and (len(words) > 1 or not _is_stop_word(words[0]))
            and not (begins and len(words) == 1 and not words[0].isupper())
        ):
            yield words


def _without_names(text: str) -> str:
    for words in _name_words(text):
        if len(words) > 2:
            text = text.replace(" ".join(words), "…")
    return text


def written_name(stems: tuple[str, ...], text: str) -> str:
    """Return a name as it is written in a text, from its stems."""
    return next((" ".join(words) for words in _name_words(text) if _name_stems(words) == stems), " ".join(stems))


def _name_stems(words: list[str]) -> tuple[str, ...]:
    # "Know Your Neighbourhood Fund": a capital makes even a common word part of the name.
    return tuple(
        stem(token) for word in words for token in tokens(word) if word[0].isupper() or token not in STOP_TERMS
    )


def _is_stop_word(word: str) -> bool:
    return word.lower().split("'")[0].split("’")[0] in STOP_TERMS


def _begins_sentence(text: str, position: int) -> bool:
    before = text[:position].rstrip()
    return not before or before[-1] in ".?!:;\"“‘'(–—"
