"""Is a sentence a claim about the world, which documents may bear out, or something else?

Greetings, questions, headings, instructions and remarks about the draft itself are no claims.
"""

from __future__ import annotations

import re

from report_qa.checking.amounts import find_amounts
from report_qa.checking.clauses import SURE_VERB
from report_qa.checking.periods import find_moments
from report_qa.words import tokens

_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|dear|thanks|thank you|many thanks|kind regards|best wishes|good (?:morning|afternoon|evening)|cheers|regards|yours)\b[^.]{0,60}[.!,]?\W*$",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"\?\W*$|^\W*(?:how (?:many|much|large|big|do|does|did|can)|what (?:is|are|was|were|does|did)|who (?:is|was)|why (?:is|are|do|does|did)|"
    r"(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would) (?:it|there|this|that|these|those|we|you|they)\b)[^.!]*$",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"^\W*(?:please|note that|see|click|add|insert|delete|remove|rewrite|rephrase|check|write|draft|make sure|ensure that you|remember to|"
    r"ignore|tell|give|list|explain|describe|summari[sz]e|translate|turn|open|compare|let us|let's|todo|to do|tbc)\b(?!,? (?:the )?\w+ (?:is|are|was|were|has|had|says|said))",
    re.IGNORECASE,
)
_ABOUT_DRAFT = re.compile(
    r"\b(?:this|the|my|our|your) (?:draft|paragraph|sentence|section|wording|text|memo|slide|headline|bullet) (?:still |now |really )?"
    r"(?:looks?|reads?|sounds?|seems?|needs?|should|could|feels?|(?:is|are) (?:too|very|quite|rather|a bit|still|not|un\w+|good|bad|nice|clear|fine|long|short|"
    r"confusing|weak|strong|great|wrong|ok|okay|well|excellent|poor)\b)|"
    r"^\W*(?:i|we) (?:think|feel|believe|hope|like|love|prefer|suppose|guess|wonder|would (?:like|prefer|suggest))\b|^\W*in my (?:view|opinion)\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|will|would|can|could|may|might|must|should|shall|\w{3,}(?:ed|ing)|"
    r"\w{2,}(?:s|es)|rose|fell|grew|met|made|took|gave|spent|paid|won|lost|built|held|began|found|became|saw|cut|put|went|came|got|said|set|sold|bought|run|ran|let|left|led|wrote|shrank|shrunk|drew|kept|sent|taught|told|shut|hit|cost|beat|bore|chose|drove|flew|knew|swung|swore|sought|stood|struck|understood)\b",
    re.IGNORECASE,
)
_SHORTEST = 3
_POINTS_BACK = re.compile(
    r"\W*(?:it|they|he|she|this|that|these|those|its|their|his|her|both|such)\b(?! of\b)", re.IGNORECASE
)
_BEGINS_SMALL = re.compile(r"\W*[a-z]{2}")
_ENDED = re.compile(r"[.!?…][\"'”’)\]]*$")
_NAME_AND_VERB = re.compile(r"\b[A-Z][\w’'-]* [a-z]{3,}(?:s|ed)\b")
_LEADS_ON = re.compile(
    r"\b(?:a|an|the|of|at|in|on|by|for|from|to|with|and|or|but|that|which|is|are|was|were|as|than)\s*$", re.IGNORECASE
)


def is_claim(sentence: str) -> bool:
    """Return whether a sentence says something that documents can bear out or deny."""
    plain = " ".join(sentence.split()).lstrip("#*•-– ").strip()
    if any(pattern.search(plain) for pattern in (_GREETING, _QUESTION, _INSTRUCTION, _ABOUT_DRAFT)):
        return False
    words = tokens(plain)
    if len(words) < _SHORTEST:
        return False
    return not _is_heading(sentence, plain)


def _is_heading(sentence: str, plain: str) -> bool:
    if sentence.lstrip().startswith("#"):
        return True
    ends = plain[-1:] in ".!;\"”’'"
    return not ends and (not _VERB.search(plain) or _capitalised(plain))


def _capitalised(plain: str) -> bool:
    words = [word for word in plain.split() if len(word) > 3]
    return len(words) > 1 and all(word[0].isupper() for word in words)


def without_figures(sentence: str) -> str:
    """Return a sentence without its amounts and dates: what it is about, whatever it says of that."""
    kept = list(sentence)
    spans = [(amount.start_char, amount.end_char) for amount in find_amounts(sentence)]
    spans += [(moment.start_char, moment.end_char) for moment in find_moments(sentence)]
    for start, end in spans:
        kept[start:end] = " " * (end - start)
    return " ".join("".join(kept).split())


def is_unfinished(sentence: str) -> bool:
    """Return whether a sentence is none by itself.

    It leads to something that is not there ("The report says:", "They are of three kinds: skills"), stands in brackets, or is a piece
    of a list ("the type of jobs", "Health; education").
    """
    words = sentence.strip()
    if words[-1:] in ":;," or _LEADS_ON.search(words) or (words.startswith("(") and words.endswith(")")):
        return True
    ended = _ENDED.search(words) is not None and not _BEGINS_SMALL.match(words)
    return not ended and (": " in words or not (SURE_VERB.search(words) or _NAME_AND_VERB.search(words)))


def points_back(sentence: str) -> bool:
    """Return whether a sentence speaks of something that only another sentence names: "It was published in 2023"."""
    return _POINTS_BACK.match(sentence) is not None
