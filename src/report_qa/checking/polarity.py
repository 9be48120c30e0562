"""What a sentence denies: the words that stand behind "not", "no", "never", "without", "failed to".

Denial belongs to words, not to sentences: "did not affect jobs but cut crime" denies one thing and asserts another. So the
few content words behind a negator are compared with the same words of the evidence.
"""

from __future__ import annotations

import re
from functools import lru_cache

from report_qa.words import STOP_TERMS, stem, tokens

_NEGATOR = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|neither|nor|without|cannot|hardly|scarcely|barely|lacks?|lacked|lacking|"
    r"fail(?:s|ed)? to|unable to|refus(?:e|es|ed) to|declin(?:e|es|ed) to|stop(?:s|ped)? short of)\b|\w+n['’]t\b",
    re.IGNORECASE,
)
# They contain a negator and deny nothing, or not what stands behind them.
_NO_DENIAL = re.compile(
    r"\bnot only\b|\bno (?:later|fewer|less|more|longer) than\b|\bno doubt\b|\bwhether or not\b|\bnot least\b|\bno\.? ?\d|\bnot (?:necessarily|just|merely|simply)\b(?! as\b)|\bno date\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[,;:.()]|\b(?:but|and|whereas|while|because|although)\b", re.IGNORECASE)
_REACH = 5
# "The no jobs trap" is a title.
_TITLE = re.compile(r"[“\"][^“”\"]{3,200}[”\"]")


@lru_cache(maxsize=8_192)
def denied_terms(text: str) -> frozenset[str]:
    """Return the stems of the content words that a text denies."""
    plain = _plain(text)
    found: set[str] = set()
    for match in _NEGATOR.finditer(plain):
        end = _CLAUSE_END.search(plain, match.end())
        scope = plain[match.end() : end.start() if end else len(plain)]
        content = [stem(token) for token in tokens(scope) if token not in STOP_TERMS]
        found.update(content[:_REACH])
    return frozenset(found)


@lru_cache(maxsize=8_192)
def count_denials(text: str) -> int:
    """Return how many negators a text has that deny something."""
    return len(_NEGATOR.findall(_plain(text)))


def _plain(text: str) -> str:
    for pattern in (_TITLE, _NO_DENIAL):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text
