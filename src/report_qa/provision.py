"""What words of a document provide for a question: the kind of words that it asks for, or only words about it.

A quotation is an answer if it holds something new of the kind asked for: a figure for "how many", a name for "who". What the
question says already is nothing new, an address is not read, "£50m each" is no total, and a cell that says "not stated" gives nothing.
"""

from __future__ import annotations

import re

from report_qa.dates import find_dates, find_years
from report_qa.extremes import EXTREME_STEMS
from report_qa.quantities import Quantity, find_quantities
from report_qa.questions import SIZES, Asked, Question, find_names
from report_qa.words import content_terms, terms

_ADDRESS = re.compile(r"<?\b(?:https?://|www\.)\S+")
_DEFINES = re.compile(
    r"\b(is|are|was) (an?|the|in the|one of|any)\b|\b(means?|meant|defines?|stands? for|refers? to|known as|counts? as|consists? of)\b|"
    r"\btakes? .{1,60} to be\b|\b(is|are) defined\b|:\s+an? |\bin short\b",
    re.IGNORECASE,
)
_HOW_MANY_ITEMS = re.compile(
    r"\b(?:which|what|name|list|the)\s+(three|four|five|six|seven|eight|nine|ten|\d{1,3})\b", re.IGNORECASE
)
_WHO = re.compile(r"\b(?:who|whom|which|what)\b", re.IGNORECASE)
_TOTAL = re.compile(r"\b(?:total|totall?ed|overall|altogether|in all|combined|whole)\b", re.IGNORECASE)
_SHARE_OF_ONE = re.compile(r"\b(?:each|per|every|apiece)\b(?! cent)", re.IGNORECASE)
# What a table says where it says nothing.
_NOT_SAID = re.compile(
    r"\b(?:not (?:stated|given|known|available|applicable|reported|recorded)|no (?:figure|data|comparison)|n/a|unknown)\b",
    re.IGNORECASE,
)


def provides(asked: Asked, words: str, question: Question) -> bool:
    """Return whether words hold something new of the kind that a question asks for.

    What the question already says does not count: "in 2019" answers no "when" about 2019. Nor does an address.
    """
    words = without_addresses(words)
    if asked in (Asked.FIGURE, Asked.MONEY, Asked.SHARE):
        new = [
            quantity
            for quantity in find_quantities(words)
            if not quantity.is_year and quantity.value not in question.figures and not _only_a_word(quantity, words)
        ]
        if asked is Asked.MONEY:
            return any(quantity.is_money for quantity in new)
        if asked is Asked.SHARE:
            return any(quantity.is_share for quantity in new) or bool(
                re.search(r"\d\s+(in|of|out of)\s+(the |every )?\d|\bone in\b", words)
            )
        return bool(new)
    if asked is Asked.DATE:
        return any(mention.year not in question.years for mention in find_dates(words)) or bool(
            find_years(words) - question.years
        )
    if asked is Asked.LIST:
        return _items(words) >= _items_asked(question.text)
    if asked is Asked.NAME:
        known = set(question.terms) | {part for name in question.names for part in name}
        return any(set(name) - known for name in find_names(words)) or _begins_with_name(words, known)
    return True


def _items_asked(text: str) -> int:
    """Return how many items a question asks for by number, as far as one sentence can be expected to hold them."""
    match = _HOW_MANY_ITEMS.search(text)
    quantities = find_quantities(match[1]) if match else ()
    return min(8, int(quantities[0].value)) if quantities else 1


def _items(words: str) -> int:
    """Return how many items words may list, by their separators."""
    return 1 + len(re.findall(r"[,;\n]|\band\b|\s\|\s", words))


def _only_a_word(quantity: Quantity, words: str) -> bool:
    """Return whether a number word tells no amount: "one of the", "a two-tier system"."""
    after = words[quantity.end_char : quantity.end_char + 1]
    return quantity.in_words and ((quantity.value <= 1 and quantity.unit != "fraction") or after == "-")


def _begins_with_name(words: str, known: set[str]) -> bool:
    """A name may be the first word of its sentence, where capitals prove nothing; two capitalised words in a row do."""
    match = re.match(r"\W*([A-Z][\w'’-]+(?:\s+(?:of|for|and|the)\s+[A-Z][\w'’-]+|\s+[A-Z][\w'’-]+)+)", words)
    return bool(match and set(terms(match[1])) - known)


def without_addresses(words: str) -> str:
    """Return words without web addresses: what is spelt inside one is not said."""
    return _ADDRESS.sub(" ", words)


def defines(words: str, question: Question) -> bool:
    """Return whether words have the form of a definition of what a question is about: the term first, then "is a", "means" …"""
    subject = set(question.terms)
    return any(subject & set(terms(words[: match.start()])) for match in _DEFINES.finditer(words))


def says_nothing(cell: str) -> bool:
    """Return whether a table's words say that there is nothing to say ("not stated")."""
    return bool(_NOT_SAID.search(cell))


def asks_for_total(question: Question) -> bool:
    """Return whether a question is about a whole, not about each of its parts ("in total")."""
    return bool(_TOTAL.search(question.text)) and not _SHARE_OF_ONE.search(question.text)


def gives_share_of_one(words: str) -> bool:
    """Return whether words give an amount for each of several, and no total."""
    return bool(_SHARE_OF_ONE.search(words)) and not _TOTAL.search(words)


def role_asked(question: Question) -> str:
    """Return the stem of what somebody asked for by "who" or "which body" did or is; "" for other questions."""
    match = _WHO.search(question.text)
    if not match or Asked.NAME not in question.asked:
        return ""
    following = content_terms(question.text[match.end() :])
    role = next((term for term in following if term not in question.asked_for and term not in EXTREME_STEMS), "")
    return "" if role in SIZES else role
