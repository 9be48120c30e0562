"""What a sentence says twice and its evidence once, and sentences that say nothing.

"£880m of the first fund and £880m of the second", where the source has one £880m: a model that repeats itself has mostly put what was
said of one thing to another, and each word of it stands in the source.
"""

from __future__ import annotations

import re

from report_qa.words import STOP_TERMS, content_terms, terms, tokens

# The shortest run of words that is no mere turn of phrase, and how many of them must carry meaning.
_COPULA = re.compile(r"\b(?:is|are|was|were)\b(?! (?:not|no|never)\b)")
# "The fund is funded by the fund."
_AGENT = re.compile(r"\bby (?:the )?(.+)$")
_SHORTEST, _MEANINGFUL = 3, 2


def repeated(sentence: str, evidence: str) -> str:
    """Return the longest run of words that a sentence has more often than its evidence does, and at least twice; "" if none."""
    said, stands = tokens(sentence), tokens(evidence)
    for length in range(len(said) // 2, _SHORTEST - 1, -1):
        runs = [tuple(said[at : at + length]) for at in range(len(said) - length + 1)]
        for at, run in enumerate(runs):
            # One that overlaps itself is not said twice.
            again = run in runs[at + length :]
            if again and len(content_terms(" ".join(run))) >= _MEANINGFUL and _count(run, stands) < runs.count(run):
                return " ".join(run)
    return ""


def says_nothing(sentence: str) -> bool:
    """Return whether a sentence says of something only what it has called it: "the fund for 72 places was 72 places"."""
    parts = _COPULA.split(sentence, maxsplit=1)
    if len(parts) < 2:
        return False
    subject, rest = (frozenset(term for term in terms(part) if term not in STOP_TERMS) for part in parts)
    agent = _AGENT.search(parts[1])
    return rest <= subject or (agent is not None and frozenset(content_terms(agent[1])) == subject)


def _count(run: tuple[str, ...], words: list[str]) -> int:
    return sum(tuple(words[at : at + len(run)]) == run for at in range(len(words) - len(run) + 1))
