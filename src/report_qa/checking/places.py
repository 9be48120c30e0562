"""Names in their places: who did it, to whom, of what, according to whom.

A sentence may name everybody that its evidence names and still give the deed of one to the other. So each name has to stand in a
place that it has in the evidence: before the same verb, behind the same preposition beside the same words, or in one of the few
other places that say the same ("X published it", "published by X", "a report by X"; "the report of X", "X's report"; "X finds",
"according to X").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from report_qa.checking.clauses import FINITE, Anchor, binding_terms, exchanged, likeness_of_places
from report_qa.checking.likeness import same_words
from report_qa.dates import MONTHS
from report_qa.records.answer import Check
from report_qa.words import STOP_TERMS, stem, tokens

_ACTS = re.compile(
    r"is|are|was|were|has|have|had|will|can|could|may|[a-z]{3,}ed|made|gave|took|wrote|found|led|ran|began|set"
)
_TOKEN = re.compile(r"[^\W_]+(?:[’'.&][^\W_]+)*|[,;:.()—–!?|]")
_QUOTED = re.compile(r"[“\"][^“”\"]{3,200}[”\"]")
_LISTED_NAME = re.compile(r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")
_LIST_OF_NAMES = re.compile(rf"{_LISTED_NAME.pattern}(?:, {_LISTED_NAME.pattern})*,? (?:and|&) {_LISTED_NAME.pattern}")
_WHOLE_LIST = re.compile(rf"\b(?:is|are|was|were|by) (?P<names>{_LIST_OF_NAMES.pattern})(?! and others)")
_LINKS = frozenset("of for the to our de on &".split())
_LISTING = frozenset({",", "and", "or", "&"})
_ENDS = frozenset(".;:!?—–|")
_PREPOSITIONS = frozenset(
    "by of in at on for from to with between among under against through across about into within near without than as".split()
)
_PLACE = frozenset({"in", "at", "across", "within", "of", "for", "from", "on"})
_RECEIVES = frozenset({"to", "for", "with", "against"})
_ARTICLES = frozenset("the a an its their this that these those his her all each".split())
_SPOKEN = frozenset(
    map(
        stem,
        """say says said state states stated report reports reported find finds found estimate estimates estimated note notes noted
        conclude concludes concluded argue argues argued claim claims claimed warn warns warned write writes wrote count counts counted
        describe describes described put puts give gives gave show shows showed explain explains explained suggest suggests suggested
        observe observes observed announce announces announced tell tells told name names named call calls called expect expects
        forecast forecasts define defines defined distinguish distinguishes calculate calculates calculated think thinks believe believes
        comment comments commented finding findings figures data used argued maintains opinion view""".split(),
    )
)
_PAPERS = frozenset(map(stem, "report paper study review evaluation research survey analysis briefing note".split()))
_MADE = frozenset(
    map(
        stem,
        """write wrote written author authors authored publish published produce produced make made create created carry carried prepare
        prepared conduct conducted develop developed compile compiled issue issued release released""".split(),
    )
)
# Capitalised words that name nobody.
_NO_NAMES = frozenset(
    (*MONTHS, "FY", *(word.capitalize() for word in "one two three four five six seven eight nine ten twelve".split()))
)
# How many words beside a name are compared, and within how many it speaks.
_NEAR, _SPEAKS = 3, 4
_LONGEST_GAP = 2
# A claim of which this share stands in the evidence in its order is the evidence, but for what was put in.
_NEARLY_ALL = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a name stands: the preposition before it ("" for none, "'s" for a possessive), and the stems left and right of it.

    `apposed` are the stems of what is set behind it between commas or in brackets ("X, chief executive of Y, …"); `speaks` says that
    it is named as the one whose words or findings these are.
    """

    preposition: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    apposed: tuple[str, ...]
    speaks: bool
    acts: bool


@lru_cache(maxsize=4_096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(text))


def check_places(
    claim: str, evidence: str, acronyms: Sequence[tuple[str, frozenset[str]]] = (), *, around: str = ""
) -> tuple[Check, ...]:
    """Return a failed check for each name of a claim that stands in the evidence, but in no such place.

    `around` is what the evidence leans on: a name that only stands there may be what the claim is about, and nothing else.
    """
    # What stands between quotation marks is compared whole.
    mine, theirs = _words(_QUOTED.sub(lambda title: title[0].lower(), claim)), _words(evidence)
    checks: list[Check] = []
    pairs: list[tuple[Anchor, Anchor]] = []
    for start, end in _names_in(mine, theirs):
        name = _stems(mine[start:end])
        found = list(_occurrences(name, theirs, acronyms))
        if not found:
            verb = next((at for at, word in enumerate(mine) if FINITE.fullmatch(word)), len(mine))
            if around and start > verb:
                checks.append(Check(kind="role", claimed=" ".join(mine[start:end]), found="", passed=False))
            continue
        place = _place(mine, start, end)
        if not any(_same_place(place, _place(theirs, first, last)) for first, last in found):
            checks.append(Check(kind="role", claimed=" ".join(mine[start:end]), found="", passed=False))
        if place.preposition != "'s":
            pairs += _pair(mine, (start, end), claim, theirs, found, evidence)
    if not checks:
        wrong = exchanged(pairs, claim, evidence)
        misplaced = wrong[0].written if wrong is not None else _put_in(mine, theirs)
        checks += [Check(kind="role", claimed=misplaced, found="", passed=False)] if misplaced else []
    return tuple(checks)


def check_lists(claim: str, evidence: str) -> tuple[Check, ...]:
    """Return a failed check where a claim gives some of a list of names as the whole: "the authors are A and B", of A, B and C."""
    others = [frozenset(map(str.lower, _LISTED_NAME.findall(match[0]))) for match in _LIST_OF_NAMES.finditer(evidence)]
    for match in _WHOLE_LIST.finditer(claim):
        mine = frozenset(map(str.lower, _LISTED_NAME.findall(match["names"])))
        longer = next((other for other in others if mine < other), None)
        if longer is not None:
            return (Check(kind="role", claimed=match["names"], found="", passed=False),)
    return ()


def _put_in(mine: Sequence[str], theirs: Sequence[str]) -> str:
    """Return a name that a claim has between words that stand in the evidence without it, where the claim is nearly the evidence."""
    said, found = ([stem(word.lower()) for word in words if word[0].isalnum()] for words in (mine, theirs))
    written = [word for word in mine if word[0].isalnum()]
    aligned = [False] * len(said)
    for start, _, size in SequenceMatcher(None, said, found, autojunk=False).get_matching_blocks():
        aligned[start : start + size] = [True] * size
    if sum(aligned) < _NEARLY_ALL * len(said):
        return ""
    for start, end in _names_in(written, theirs):
        beside = [aligned[at] for at in (start - 1, end) if 0 <= at < len(said)]
        # What was moved with its preposition ("According to X, …") stands beside a word that was moved too.
        if not any(aligned[start:end]) and all(beside) and set(said[start:end]) <= set(found):
            return " ".join(written[start:end])
    return ""


def _pair(
    mine: Sequence[str],
    name: tuple[int, int],
    claim: str,
    theirs: Sequence[str],
    found: Sequence[tuple[int, int]],
    evidence: str,
) -> Iterator[tuple[Anchor, Anchor]]:
    """Yield a name of a claim with the place in the evidence that is most like its own."""
    own = _anchor(claim, mine, name)
    others = [_anchor(evidence, theirs, each) for each in found]
    yield own, max(others, key=lambda other: likeness_of_places(own, claim, other, evidence))


def _anchor(text: str, words: Sequence[str], name: tuple[int, int]) -> Anchor:
    starts = [match.span() for match in _TOKEN.finditer(text)]
    first, last = starts[name[0]][0], starts[name[1] - 1][1]
    return Anchor(start_char=first, end_char=last, written=text[first:last])


def _stems(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        stem(token) for word in words if word[0].isalnum() and word.lower() not in _LINKS for token in tokens(word)
    )


def _names_in(words: Sequence[str], others: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the runs of capitalised words; a sentence's first word only where nothing has it in lower case."""
    small = {word for word in (*words, *others) if word.islower()}
    at = 0
    while at < len(words):
        if not _is_name(words, at, small):
            at += 1
            continue
        start = at
        at += 1
        # "Igloo's Chris Brown" are two names.
        while at < len(words) and not re.search(r"[’']s?$", words[at - 1]):
            linked = at
            while linked < len(words) and words[linked] in _LINKS and linked - at < _LONGEST_GAP:
                linked += 1
            if linked < len(words) and words[linked][0].isupper():
                at = linked + 1
            else:
                break
        # What heads a row names nobody.
        if words[at : at + 1] != ("|",):
            yield start, at


def _is_name(words: Sequence[str], at: int, small: set[str]) -> bool:
    word = words[at]
    if not word[0].isupper() or word.lower() in STOP_TERMS or word.lower() in _ARTICLES | _PREPOSITIONS:
        return False
    begins = at == 0 or words[at - 1] in _ENDS
    return not (begins and word.lower() in small) and len(word) > 1 and word not in _NO_NAMES


def _occurrences(
    name: tuple[str, ...], words: Sequence[str], acronyms: Sequence[tuple[str, frozenset[str]]]
) -> Iterator[tuple[int, int]]:
    """Yield where a name stands among some words, its own parts one behind the other, or its short or long form."""
    stems = [_stems([word]) for word in words]
    for start in range(len(words)):
        end, at = start, 0
        while at < len(name) and end < len(words):
            if stems[end] and tuple(name[at : at + len(stems[end])]) == stems[end]:
                at += len(stems[end])
            elif not (at and words[end].lower() in _LINKS):
                break
            end += 1
        if at == len(name):
            yield start, end
    forms = frozenset(name)
    for short, long in acronyms:
        if forms == long or (len(name) == 1 and name[0] == short):
            for start in range(len(words)):
                if stems[start] == (short,) and words[start].isupper():
                    yield start, start + 1
                held = {part for word in stems[start : start + len(long) + _LONGEST_GAP] for part in word}
                if stems[start] and stems[start][0] in long and long <= held:
                    yield start, start + len(long)


def _place(words: Sequence[str], start: int, end: int) -> Place:
    """Return the place of a name; in a list ("by A, B and C") it is that of the list."""
    first = start
    while first > 1 and words[first - 1] in _LISTING and words[first - 2][0].isupper():
        first -= 2
        while first > 0 and (words[first - 1][0].isupper() or words[first - 1] in _LINKS - {"the"}):
            first -= 1
    bracketed = first > 0 and words[first - 1] == "(" and words[end : end + 1] != (")",)
    while first > 0 and (words[first - 1].lower() in _ARTICLES or words[first - 1] == "("):
        first -= 1
    before = words[first - 1].lower() if first else ""
    preposition = before if before in _PREPOSITIONS else ""
    if preposition == "to" and first > 1 and words[first - 2].lower() == "according":
        preposition = "according to"
    if preposition == "as" and first > 2 and words[first - 2].lower() == "well":
        preposition = ""
    if bracketed and not preposition:
        # "(Harbour Trust, 2016)" names the source of what it stands behind; "(HT)" is a short form.
        preposition = "("
    if not preposition and re.search(r"[’']s?$", words[end - 1]):
        preposition = "'s"
    last = end
    while last + 1 < len(words) and words[last] in _LISTING and words[last + 1][0].isupper():
        last += 2
        while last < len(words) and words[last][0].isupper():
            last += 1
    apposed: Sequence[str] = ()
    rest = words[last:]
    if rest and rest[0] in ",(" and (closing := "," if rest[0] == "," else ")") in rest[1:]:
        # "X, the centre that published it, closed"
        ends = rest.index(closing, 1)
        apposed, rest = rest[1:ends], rest[ends + 1 :]
    near = [*words[last : last + _SPEAKS], *words[max(0, first - 1) : first]]
    return Place(
        preposition=preposition,
        left=_near(words[:first][::-1]),
        right=_near(rest) + _near(apposed),
        apposed=_near(apposed),
        acts=bool(rest) and _ACTS.fullmatch(rest[0]) is not None,
        speaks=preposition == "according to"
        or (preposition in ("", "'s", "by") and any(stem(word.lower()) in _SPOKEN for word in near))
        or (preposition == "'s" and any(stem(word.lower()) in _PAPERS for word in near)),
    )


def _near(words: Sequence[str]) -> tuple[str, ...]:
    """Return the nearest stems that carry meaning, up to the end of the clause; what stands in brackets is passed over."""
    found: list[str] = []
    within = ""
    for word in words:
        if within:
            within = "" if word == within else within
        elif word in "()":
            # What is read from inside of brackets ends them first.
            within = {"(": ")", ")": "("}[word] if {"(": ")", ")": "("}[word] in words else ""
        elif word in _ENDS or len(found) == _NEAR:
            break
        elif word[0].isalpha():
            found += [term for term in _stems([word])[:1] if binding_terms(word)]
    return tuple(found)


def _same_place(mine: Place, other: Place) -> bool:
    one, two = mine.preposition, other.preposition
    if mine.speaks and other.speaks:
        return True
    if _meet(mine.left, other.apposed) or _meet(mine.apposed, other.left):
        return True
    if mine.preposition == "according to":
        return two in ("by", "'s", "from")
    for compound, plain in ((mine, other), (other, mine)):
        # "The X review" is "the review by X".
        if plain.preposition in ("by", "of", "from") and _meet(compound.right[:1], plain.left[:1]):
            return True
    if "(" in (one, two) and one != two and "" in (one, two):
        return False
    if {one, two} <= {"", "'s"}:
        # Before the verb and behind it are not the same.
        return _meet(mine.right, other.right) or _meet(mine.left, other.left)
    if "by" in (one, two):
        return _same_agent(mine, other)
    if (mine.acts and not one) or (other.acts and not two and one in _RECEIVES):
        # Whoever it was done for or to has not done it.
        return False
    if not (mine.left and other.left) and {one, two} <= _PLACE:
        return True
    return _meet(mine.left + mine.right, other.left + other.right)


def _same_agent(mine: Place, other: Place) -> bool:
    """Return whether two names, of which one stands behind "by", did the same: "X published it", "published by X", "a report by X"."""
    one, two = mine.preposition, other.preposition
    if one == two:
        return _meet(mine.left, other.left) or (not mine.left and _meet(mine.right, other.right))
    passive, active = (mine, other) if one == "by" else (other, mine)
    if active.preposition == "":
        return _meet(passive.left, active.right) or bool(set(active.right) & _MADE)
    return active.preposition == "'s" and _meet(mine.left + mine.right, other.left + other.right)


def _meet(some: Sequence[str], others: Sequence[str]) -> bool:
    return any(one == other or other in same_words(one) for one in some for other in others)
