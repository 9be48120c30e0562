"""A model that gathers what one sentence of a passage says into another: what weak models do most.

Every word, name, date and figure of its sentences stands in the passages, often in the same paragraph; only what is said of what
is wrong. Some of its sentences happen to be true, so what is shown of them has to be read.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, permutations

from report_qa.checking.amounts import find_amounts
from report_qa.checking.periods import find_moments
from report_qa.questions import find_names, written_name
from report_qa.records.writing import Message
from report_qa.sentences import split_sentences
from report_qa.words import content_terms
from tests.doubles import ScriptedModel, passages_in, question_in

_WHOLE = re.compile(r"[A-Z“‘][^|]{30,300}\.")
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|can|could|may|says|found|finds|gives|covers|rose|fell|[a-z]{3,}ed|estimates|reports|counts|names)\b"
)
_TAIL = re.compile(r"\s(?:in|by|with|from|for|of|between|on|at)\s[^,;]{4,60}\.$")
_AGENT = re.compile(r"\bby (?P<name>(?:the )?[A-Z][\w’'-]*(?:(?: (?:of|for|and|the|in))* [A-Z][\w’'-]*)*)")
KINDS = ("subject", "name", "date", "figure", "agent", "tail", "exchange", "joined")


class RecombiningModel(ScriptedModel):
    """Says one sentence of each kind about each question, as far as its passages have something to exchange."""

    name = "double:recombining"

    def __init__(self, size: int = 60) -> None:
        super().__init__("", size=size)

    def reply(self, messages: Sequence[Message]) -> str:
        chance = random.Random(question_in(messages))
        said: dict[str, str] = {}
        for handle, words in passages_in(messages).items():
            for kind, sentence in recombined(sentences_of(words), chance):
                said.setdefault(kind, f"{sentence} [{handle}]")
        return " ".join(said.values()) or "Nothing."


def sentences_of(words: str) -> list[str]:
    """Return the sentences of prose in a passage."""
    return [
        line[start:end]
        for line in words.split("\n")
        for start, end in split_sentences(line)
        if _WHOLE.fullmatch(line[start:end])
    ]


def recombined(sentences: Sequence[str], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield (kind, sentence) for what can be exchanged between the sentences of one passage."""
    pairs = list(permutations(sentences, 2))
    chance.shuffle(pairs)
    for one, other in pairs:
        for kind, changed in (
            ("subject", _subject(one, other)),
            ("name", _name(one, other, chance)),
            ("date", _exchanged(one, other, find_moments)),
            ("figure", _exchanged(one, other, find_amounts)),
            ("agent", _agent(one, other)),
            ("tail", _tail(one, other)),
            ("exchange", _within(one)),
            ("joined", _joined(one, other)),
        ):
            if changed and changed not in sentences:
                yield kind, changed


def _names(sentence: str) -> list[str]:
    return [
        name
        for name in (written_name(stems, sentence) for stems in find_names(sentence))
        if len(name) > 2 and name in sentence
    ]


def _foreign(other: str, one: str) -> list[str]:
    own = set(content_terms(one))
    return [name for name in _names(other) if not own & set(content_terms(name))]


def _parts(sentence: str) -> tuple[str, str] | None:
    verb = _VERB.search(sentence)
    if verb is None or not 3 < verb.start() < 90 or not _names(sentence[: verb.start()]):
        return None
    return sentence[: verb.start()], sentence[verb.start() :]


def _subject(one: str, other: str) -> str:
    mine, theirs = _parts(one), _parts(other)
    if mine is None or theirs is None or set(content_terms(mine[0])) & set(content_terms(other)):
        return ""
    return mine[0] + theirs[1]


def _name(one: str, other: str, chance: random.Random) -> str:
    own, foreign = _names(one), _foreign(other, one)
    return one.replace(chance.choice(own), chance.choice(foreign), 1) if own and foreign else ""


def _exchanged(one: str, other: str, find: object) -> str:
    mine, theirs = find(one), find(other)  # type: ignore[operator]
    for each in mine:
        for instead in theirs:
            same = getattr(each, "unit", "") == getattr(instead, "unit", "")
            if same and instead.written not in one:
                return one[: each.start_char] + str(instead.written) + one[each.end_char :]
    return ""


def _agent(one: str, other: str) -> str:
    foreign, agent = _foreign(other, one), _AGENT.search(one)
    if not foreign:
        return ""
    if agent:
        return one[: agent.start("name")] + foreign[0] + one[agent.end("name") :]
    verb = re.search(r"\b(?:was|were|is|are) [a-z]+ed\b", one)
    return f"{one[: verb.end()]} by {foreign[0]}{one[verb.end() :]}" if verb else ""


def _tail(one: str, other: str) -> str:
    mine, theirs = _TAIL.search(one), _TAIL.search(other)
    if mine is None or theirs is None or mine[0] == theirs[0]:
        return ""
    return one[: mine.start()] + theirs[0]


def _within(one: str) -> str:
    names = [name for name in _names(one) if one.count(name) == 1]
    for first, second in pairwise(names):
        if first in second or second in first:
            continue
        between = one[one.index(first) + len(first) : one.index(second)]
        if _VERB.search(between):
            return one.replace(first, "\0").replace(second, first).replace("\0", second)
    return ""


def _joined(one: str, other: str) -> str:
    """Return what one sentence says up to its first comma or "and", with what another says behind it."""
    mine, theirs = re.search(r",| and ", one), re.search(r",? and |, ", other)
    if mine is None or theirs is None or mine.start() < 25 or theirs.end() > len(other) - 20:
        return ""
    return one[: mine.start()] + " and " + other[theirs.end() :]
