"""Understand a follow-up question: what it leaves out is taken from the conversation.

"And for women?" leans on the question before it; "Who published it?" leaves out the subject. Such a question is searched
together with the last question that stands on its own; a question that stands on its own is never touched, so that an old
topic can't leak into a new one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from report_qa.questions import Question, parse_question, split_parts
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
_SHORT = 3
# Content words with which a part of a question stands on its own.
_SELF_CONTAINED = 4


def follow_up(
    question: Question, history: Sequence[Exchange], *, acronyms: Mapping[str, frozenset[str]] | None = None
) -> Question | None:
    """Return the earlier question that this one leans on, or None where it stands on its own."""
    if not history or not leans(question):
        return None
    for exchange in reversed(history):
        earlier = parse_question(exchange.topic or exchange.question, acronyms)
        if earlier.terms and not leans(parse_question(exchange.question)):
            return earlier
        if exchange.topic and earlier.terms:
            return earlier
    earliest = parse_question(history[0].question, acronyms)
    return earliest if earliest.terms else None


def parts_of(
    text: str, history: Sequence[Exchange], acronyms: Mapping[str, frozenset[str]]
) -> tuple[tuple[Question, Question | None], ...]:
    """Return the questions that a text asks at once, each with the earlier question that it leans on, if any.

    A later part that says too little by itself ("… and how many in 2008?") leans on the first.
    """
    first, *others = (parse_question(part, acronyms) for part in split_parts(text))
    context = follow_up(first, history, acronyms=acronyms)
    later = ((part, first if leans(part) or len(part.terms) < _SELF_CONTAINED else None) for part in others)
    return ((first, context), *later)


def leans(question: Question) -> bool:
    """Return whether a question can't be understood without the ones before it."""
    text = _EXPLETIVE.sub(" ", _CONJUNCTION_THAT.sub(" ", question.text))
    if _LEANING_START.search(question.text):
        return True
    if _PRONOUN.search(text):
        return True
    if len(question.terms) == 1 and not question.names and _DEFINITE.search(text):
        return True
    return (
        len(question.terms) < _SHORT
        and not question.names
        and not question.phrases
        and len(question.text.split()) <= _SHORT
    )
