"""Mend typing errors: a word of the question that no passage has, but for one or two letters.

Only words that occur nowhere are touched; never years and figures, nor a name unless the documents have the rest of it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches

from report_qa.ports import LexicalIndex
from report_qa.questions import Question
from report_qa.words import stem, tokens

# Ratio of equal letters (Ratcliff and Obershelp, as in difflib) from which two words are taken for one.
ALIKE = 0.84
_SHORTEST = 5


def _misspells_a_known_name(term: str, named: set[str], lexical: LexicalIndex) -> bool:
    """A name whose other words the documents have is theirs, misspelt; a name of one word may be anybody's."""
    others = named - {term}
    return bool(others) and all(lexical.document_frequency(other) for other in others)


def spell(question: Question, *, lexical: LexicalIndex, vocabulary: frozenset[str]) -> Question:
    """Return the question with misspelt terms replaced by words that the documents use."""
    mended: dict[str, str] = {}
    spelt_out = question.spelt_out
    named = {part for name in question.names for part in name}
    for word in dict.fromkeys(tokens(question.text)):
        term = stem(word)
        if term not in question.terms:
            continue
        if term in named and not _misspells_a_known_name(term, named, lexical):
            continue
        if len(term) < _SHORTEST or not term.isalpha() or lexical.document_frequency(term):
            continue
        likely = [known for known in vocabulary if abs(len(known) - len(word)) <= 2 and known[0] == word[0]]
        close = get_close_matches(word, likely, n=1, cutoff=ALIKE)
        if close:
            mended[term] = stem(close[0])
            spelt_out = re.sub(rf"\b{re.escape(word)}\b", close[0], spelt_out, flags=re.IGNORECASE)
    if not mended:
        return question
    return replace(
        question,
        spelt_out=spelt_out,
        terms=tuple(dict.fromkeys(mended.get(term, term) for term in question.terms)),
        names=tuple(tuple(mended.get(part, part) for part in name) for name in question.names),
    )
