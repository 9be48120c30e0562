"""Understand a follow-up question: what it leaves out is taken from the conversation.

"And for women?" leans on the question before it; "Who published it?" leaves out the subject. Where the words show which part of
the earlier question is to be exchanged ("What about 2023?", "No, I meant crime"), the earlier question is asked again with
that part exchanged. Otherwise the two are searched together. A question that stands on its own is never touched, so that an
old topic can't leak into a new one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from report_qa.dates import MONTHS, find_years
from report_qa.extremes import opposite_of
from report_qa.questions import Asked, Question, parse_question, split_parts
from report_qa.records.conversation import Exchange

_LEANING_START = re.compile(
    r"^\W*(and|but|so|or|also|then|what about|how about|what of|why(?: not| so| is that)?\W*$|which ones?|what else|anything else|"
    r"in (?:which|what) (?:year|document|report)\W*$|since when|by how much|how so|how many(?: of them)?\W*$|how much(?: of (?:it|that))?\W*$|"
    r"when\W*$|where\W*$|who\W*$|compared (?:with|to) what)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(it|its|they|them|their|theirs|he|his|him|she|her|hers|those|these|that|this|the same|the former|the latter|"
    r"there|one|ones|such)\b",
    re.IGNORECASE,
)
_THINGS, _PEOPLE = (
    frozenset({"it", "its", "this", "that"}),
    frozenset({"they", "them", "their", "he", "she", "his", "her"}),
)
_POSSESSIVE = re.compile(r"\b(?:its|their|his|her)\b", re.IGNORECASE)
# "this report", "these areas": a pronoun with its noun still leans; "that" as a conjunction doesn't ("says that …").
_CONJUNCTION_THAT = re.compile(
    r"\b(say|says|said|show|shows|find|finds|found|argue|argues|claim|claims|mean|means|state|states|so|is it true|think|thinks|believe|believes|estimate|estimates|the \w+|those|areas|places|people|wards|\w+s) that\b",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\b(is|are|was|were|do|does|did|will|would|can) there\b|\bthere (is|are|was|were)\b|\bis it (true|correct|right)\b|\bhow many (\w+ ){0,4}are there\b|\bone (in|of)\b|\bthe one\b",
    re.IGNORECASE,
)
# "Where does the money come from?": which money, the conversation must say.
_DEFINITE = re.compile(r"\bthe \w+", re.IGNORECASE)
# "What are the main themes?", "How reliable is the test?", "other causes".
_OF_SOMETHING = re.compile(
    r"^(?:so |and )?(?:what|who|which|how \w+)(?: is|'s| was) (?:some of )?the (?:[\w-]+ ){0,2}[\w-]+\W*$|"
    r"^(?:so |and )?(?:what|who|which)(?: are| were) (?:some )?(?:of the )?(?:the )?(?:[\w-]+ ){0,3}[\w-]+s\W*$|"
    r"^how \w+ (?:is|are|was|were) the [\w-]+\W*$|^how (?:did|do|does) the [\w-]+ \w+\W*$|^what \w+ (?:is|are) \w+\W*$|"
    r"\b(?:role|impact|effects?|purpose|importance|relationship|advantages?|disadvantages?|origins?|uses?|causes?|benefits?|best|biggest|largest|most) \w+\b|"
    r"\b(?:other|another|else|similar|nearby)\b|\bany (?:\w+ )?\w+s\b",
    re.IGNORECASE,
)
_OWN_SUBJECT = re.compile(
    r"\b(?:the|this|your) (?:reports?|documents?|evidence|authors?|library|shelf)\b", re.IGNORECASE
)
_SHORT = 3
# Content words with which a part of a question stands on its own.
_SELF_CONTAINED = 4

_CORRECTS = re.compile(
    r"^\W*(?:(?:no|nope|sorry|oh|actually|wait|not that)\b[\s,.!–-]*)*(?:(?:i|we) (?:meant?|was asking about)|make that|not \w+ but)\b[\s:,]*(?P<rest>.+?)[?.!\s]*$",
    re.IGNORECASE,
)
_EXCHANGES = re.compile(
    r"^\W*(?:(?:and|but|or|so|also|ok|okay)\b[\s,]*)*(?:(?:what|how) about|what of|how (?:much|many)\b)?\s*(?P<rest>[^?]*?)[?.!\s]*$",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"^(?P<word>in|for|among|at|from|by|of|on|during|before|after|since|within|outside|across)\s+(?P<object>.+)$",
    re.IGNORECASE,
)
_RELATIVE_YEAR = re.compile(
    r"\b(?:in |by |for )?(?:(?P<before>(?:the )?(?:year before(?: that)?|previous year|prior year|last year))|"
    r"(?P<after>(?:the )?(?:year after(?: that)?|following year|next year))|(?P<same>(?:in )?(?:that|the same) year))\b",
    re.IGNORECASE,
)
_YEAR = re.compile(
    r"\b(?:(?:in|by|for|at|of) )?(?:the )?(?:end of )?(?:FY ?|fiscal year )?((?:1[6-9]|2[01])\d\d)\b", re.IGNORECASE
)
_ONLY_ASKS_AGAIN = re.compile(
    r"(?:(?:and|but|so|also|ok|okay|what about|how about|what of)\b\s*)*(?:(?:what|how (?:much|many)) (?:was|is|were|are|did) (?:it|that|they|this|the figure|there)(?: be)?\s*|how (?:much|many)\b)?(?:the figures? )?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(?:the )?(?P<kind>[a-z]+)\s+(?P<number>\d{1,3}|one|two|three|four|five)$", re.IGNORECASE)
_ORDINALS = "first second third fourth fifth".split()
_ORDINAL = re.compile(
    r"^(?:the |in the |for the )*(?P<ordinal>first|second|third|fourth|fifth|last) (?P<kind>[a-z]+)s?$", re.IGNORECASE
)
_VERB = re.compile(
    r"\b(is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|say|says|said|come|comes|came|put|get|got|give|gave|cost|make|made)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\b(?:what|why|how|when|where|who|which)\b", re.IGNORECASE)
_ASKS_FURTHER = re.compile(r"(?:what|why|how|when|where|who|which|did|does|do|was|were|is|are)\b", re.IGNORECASE)
# "Tell me about lung cancer" opens a subject, "tell me about the experiment" goes on with one.
_INTRODUCES = re.compile(r"^(?:please )?(?:tell me (?:more )?about|describe|explain)\s+(?P<what>.+)$", re.IGNORECASE)
# A phrase that a preposition begins ends here.
_PHRASE_ENDS = r"(?=\s+(?:is|are|was|were|do|does|did|has|have|had|can|will|would|live|lives|lived|get|gets|got|to|by|of|for|on|at|in|from|according|that|which|who)\b|[,?.;]|$)"
_NAME_FORM = r"[A-Z][\w'’&-]*(?:\s+(?:(?:of|for|the|and)\s+)?[A-Z][\w'’&-]*)*"


def follow_up(
    question: Question, history: Sequence[Exchange], *, acronyms: Mapping[str, frozenset[str]] | None = None
) -> Question | None:
    """Return the earlier question that this one leans on, or None where it stands on its own."""
    if not history or not leans(question):
        return None
    # The subject is that of the last question that stood on its own; what was named since then belongs to it. A question of
    # few words says too little of its subject, so what it came after is looked at too.
    said: list[str] = []
    things = {match[0].lower() for match in _PRONOUN.finditer(question.text)}
    wanted = 2 if things & _THINGS and things & _PEOPLE else 1
    for exchange in reversed(history):
        asked = parse_question(exchange.question)
        if exchange.topic and exchange.topic != exchange.question:
            said.append(exchange.topic)
            break
        if not leans(asked):
            said.append(exchange.question)
            wanted -= 1
            if wanted <= 0 and (asked.names or asked.years or len(asked.terms) >= _SELF_CONTAINED):
                break
        elif asked.names or asked.years:
            said.append(exchange.question)
    else:
        said.append(history[0].question)
    earlier = parse_question(" ".join(dict.fromkeys(reversed(said))), acronyms)
    return earlier if earlier.terms else None


def rewritten(text: str, history: Sequence[Exchange]) -> str | None:
    """Return the earlier question with the part exchanged that a follow-up names; None where no part can be told.

    "What about 2023?", "And for women?", "And in phase 2?", "No, I meant crime", "What was it the year before?".
    """
    if not history:
        return None
    earlier = (history[-1].topic or history[-1].question).strip()
    plain = " ".join(text.split())
    corrects = _CORRECTS.match(plain)
    year = _year_meant(corrects["rest"] if corrects else plain, earlier)
    if year:
        return _with_year(earlier, year)
    if corrects:
        return _exchanged(earlier, corrects["rest"], correcting=True)
    exchanges = _EXCHANGES.match(plain)
    if not exchanges or not exchanges["rest"] or _VERB.search(exchanges["rest"]) or _ASKS.search(exchanges["rest"]):
        return None
    if not _LEANING_START.match(plain) and not _PREPOSITION.match(exchanges["rest"]):
        return None
    return _exchanged(earlier, exchanges["rest"], correcting=False)


def _year_meant(text: str, earlier: str) -> int | None:
    """Return the year for which the earlier question is asked again: "What was it by 2021?", "And the year before?"."""
    years = find_years(earlier)
    if not years:
        return None
    relative = _RELATIVE_YEAR.search(text)
    named = None if relative else _YEAR.search(text)
    match = relative or named
    if match is None or not _ONLY_ASKS_AGAIN.fullmatch((text[: match.start()] + text[match.end() :]).strip(" ?.,")):
        return None
    if named is not None:
        return int(named[1])
    assert relative is not None
    return max(years) + (-1 if relative["before"] else 1 if relative["after"] else 0)


def _with_year(earlier: str, year: int) -> str:
    """Return a question with its last mention of a year changed, since a year before may belong to a document's name."""
    *_, last = _YEAR.finditer(earlier)
    return _put(earlier, last.span(1), str(year))


def _put(text: str, place: tuple[int, int], words: str) -> str:
    """Return a text with other words at a place (start, end)."""
    return text[: place[0]] + words + text[place[1] :]


def _exchanged(earlier: str, wanted: str, *, correcting: bool) -> str | None:
    """Return the earlier question about something else of the same kind, or None."""
    year = _YEAR.search(wanted)
    if year and find_years(earlier) and (rest := (wanted[: year.start()] + wanted[year.end() :]).strip(" ,")):
        # "And in Hartley in 2011?"
        earlier, wanted = _with_year(earlier, int(year[1])), rest
    for found in (
        _numbered(earlier, wanted),
        _opposite(earlier, wanted),
        _phrase(earlier, wanted),
        _named(earlier, wanted),
    ):
        if found:
            return found
    return _subject(earlier, wanted) if correcting else None


def _numbered(earlier: str, wanted: str) -> str | None:
    match = _NUMBERED.match(re.sub(r"^(?:in|for|of|at)\s+", "", wanted))
    if match:
        old = re.search(
            rf"\b{re.escape(match['kind'])}\s+(?:\d{{1,3}}|one|two|three|four|five)\b", earlier, re.IGNORECASE
        )
        return _put(earlier, old.span(), f"{match['kind']} {match['number']}") if old else None
    match = _ORDINAL.match(wanted)
    if match:
        old = re.search(rf"\b(?:{'|'.join(_ORDINALS)}|last)\s+(?={re.escape(match['kind'])})", earlier, re.IGNORECASE)
        ordinal = "fourth" if match["ordinal"] == "last" and match["kind"] == "quarter" else match["ordinal"]
        return _put(earlier, old.span(), f"{ordinal} ") if old else None
    return None


def _opposite(earlier: str, wanted: str) -> str | None:
    """Exchange one side of a pair for the other: men and women, urban and rural."""
    word = re.sub(r"^(?:for|among|in|of|by|the)\s+", "", wanted.strip(), flags=re.IGNORECASE)
    for other in opposite_of(word):
        old = re.search(rf"\b{re.escape(other)}\b", earlier, re.IGNORECASE)
        if old:
            return _put(earlier, old.span(), word)
    return None


def _phrase(earlier: str, wanted: str) -> str | None:
    """Exchange the last phrase that the same preposition begins ("in Hartley" for "in Northfield"), or add one."""
    match = _PREPOSITION.match(wanted)
    if not match:
        return None
    wanted = wanted[0].lower() + wanted[1:]
    word = match["word"].lower()
    places = list(
        re.finditer(
            rf"\b{word}\s+(?:the\s+)?(?:(?-i:{_NAME_FORM})|(?!total\b|all\b)[^,?.;]+?){_PHRASE_ENDS}",
            earlier,
            re.IGNORECASE,
        )
    )
    places = [place for place in places if not find_years(place[0]) and place[0].split()[1] not in MONTHS]
    if places:
        return _put(earlier, places[-1].span(), wanted)
    return f"{earlier.rstrip('?. ')} {wanted}?"


def _named(earlier: str, wanted: str) -> str | None:
    """Exchange the last name of a question for another name."""
    new = re.sub(r"^(?:the|for|in)\s+", "", wanted)
    if not re.match(r"[A-Z]", new):
        return None
    names = list(re.finditer(rf"(?<!^)\b{_NAME_FORM}", earlier))
    names = [name for name in names if name.start() > 0 and name[0] not in MONTHS]
    if not names:
        return None
    return _put(earlier, names[-1].span(), new)


def _subject(earlier: str, wanted: str) -> str | None:
    """Exchange what a question is about: its last content word that is no verb, as far as its place tells."""
    counted = re.search(r"\bhow (?:many|much) (?P<subject>[\w’'-]+)", earlier, re.IGNORECASE)
    placed = counted or re.search(
        r"\b(?:did|do|does|is|are|was|were|has|have|about)\s+(?:the\s+)?(?P<subject>[\w’'-]+)", earlier
    )
    if placed:
        return _put(earlier, placed.span("subject"), wanted)
    about = set(parse_question(earlier).terms)
    words = [
        word
        for word in re.finditer(r"[A-Za-z][\w’'-]+", earlier)
        if about.intersection(parse_question(word[0]).terms) and not _VERB.fullmatch(word[0])
    ]
    return _put(earlier, words[-1].span(), wanted) if words else None


def question_used(question: Question, context: Question | None) -> str:
    """Return the words that a question is searched with."""
    return question.text if context is None else f"{context.text} {question.text}"


def parts_of(
    text: str, history: Sequence[Exchange], acronyms: Mapping[str, frozenset[str]]
) -> tuple[tuple[Question, Question | None], ...]:
    """Return the questions that a text asks at once, each with the earlier question that it leans on, if any.

    A later part that says too little by itself ("… and how many in 2008?") leans on the first.
    """
    again = rewritten(text, history)
    first, *others = (parse_question(part, acronyms) for part in split_parts(again or text))
    context = follow_up(first, history, acronyms=acronyms) if again is None else None
    later: list[tuple[Question, Question | None]] = []
    for part in others:
        whole = rewritten(part.text, [Exchange(question=first.text)])
        leaning = whole is None and (leans(part) or len(part.terms) < _SELF_CONTAINED)
        later.append((parse_question(whole, acronyms) if whole else part, first if leaning else None))
    return tuple(
        (_of_the_same_year(_asking_for_the_same(part, before), before), before)
        for part, before in ((first, context), *later)
    )


def _asking_for_the_same(question: Question, context: Question | None) -> Question:
    """Return a follow-up that names no kind of answer as one that asks for the kind that the earlier question did."""
    if context is None or question.asked:
        return question
    return replace(question, asked=context.asked)


def _of_the_same_year(question: Question, context: Question | None) -> Question:
    """Return a question about "that year" as one about the year of the earlier question."""
    meant = _RELATIVE_YEAR.search(question.text)
    if context is None or question.years or meant is None or not meant["same"]:
        return question
    return replace(question, years=context.years)


def _names_a_thing(before: str) -> bool:
    """Return whether what stands in front of "their" may be what it refers to ("were residents happy with their area")."""
    return len(parse_question(before).terms) > 1 and _LEANING_START.match(before) is None


def leans(question: Question) -> bool:
    """Return whether a question can't be understood without the ones before it."""
    text = _EXPLETIVE.sub(" ", _CONJUNCTION_THAT.sub(" ", question.text))
    own, _, further = text.partition(" and ")
    if question.names and _ASKS_FURTHER.match(further) and not _PRONOUN.search(own):
        # "Who are the Hamilton Electors, and what did they want?" says itself who they are.
        text = own
    if _LEANING_START.search(question.text):
        return True
    text = _POSSESSIVE.sub(lambda match: " " if _names_a_thing(text[: match.start()]) else match[0], text)
    if _PRONOUN.search(text):
        return True
    if question.names or question.phrases or question.years or _OWN_SUBJECT.search(question.text):
        return False
    if len(question.terms) == 1 and _DEFINITE.search(text):
        return True
    introduces = _INTRODUCES.match(question.text)
    if introduces:
        return bool(re.match(r"the\b", introduces["what"], re.IGNORECASE)) and len(question.terms) <= _SHORT
    if len(question.terms) <= _SHORT and _OF_SOMETHING.search(text):
        return True
    return (
        len(question.terms) < _SHORT
        and Asked.DEFINITION not in question.asked
        and (len(question.text.split()) <= _SHORT or not _DEFINITE.search(text))
    )
