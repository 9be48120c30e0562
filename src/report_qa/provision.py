"""What words of a document provide for a question: the kind of words that it asks for, or only words about it.

A quotation is an answer if it holds something new of the kind asked for: a figure for "how many", a name for "who". What the
question says already is nothing new, an address is not read, "£50m each" is no total, and a cell that says "not stated" gives nothing.
"""

from __future__ import annotations

import re

from report_qa.dates import MONTHS, find_dates, find_years, gives_time_of_rule
from report_qa.extremes import EXTREME_STEMS
from report_qa.people import find_people
from report_qa.quantities import Quantity, find_quantities
from report_qa.questions import SIZES, Asked, Question, find_names
from report_qa.words import content_terms, stem, terms, tokens

_ADDRESS = re.compile(r"<?\b(?:https?://|www\.)\S+")
_DEFINES = re.compile(
    r"\b(is|are|was) (an?|the|in the|one of|any)\b|\b(means?|meant|defines?|stands? for|refers? to|known as|counts? as|consists? of)\b|"
    r"\btakes? .{1,60} to be\b|\b(is|are) defined\b|:\s+an? |\bin short\b",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"([\w-]+)\s+\(([^)]+)\)")
_COUNTS_AS = re.compile(r"\b(?:counts? as|(?:is|are) defined as|is one (?:that|which|where|in which))\b", re.IGNORECASE)
_ARTICLES = frozenset({"the", "a", "an", "this", "these", "our"})
_SAYS_WHAT = frozenset(
    stem(word)
    for word in "is are was were mean means provide provides measure measures refers includes comprises consists covers describes".split()
)
# Numbers that say which one, not how many: dates, "4.2.3", "Order 13548", "the 11th".
_NO_AMOUNT = re.compile(
    rf"\b\d+(?:\.\d+){{2,}}\b|\b\d+(?:st|nd|rd|th)\b|\b\d[\d,]*\b(?=\s+(?:{'|'.join(MONTHS)})\b)|"
    rf"\b(?:{'|'.join(month for month in MONTHS if month != 'May')}|May(?=\s\d{{1,2}},))\s+\d{{1,2}}\b(?!,\d)|"
    r"\b\d{1,4}[-/]\d{1,2}[-/]\d{1,4}\b|\b(?:Order|Act|Section|Sec\.|Part|Title|Table|Figure|Chapter|Goal|Objective|"
    r"Appendix|Item|Note|Box|Step|Phase|Page|No\.|#)\s?\d+(?:\.\d+)*\b|"
    r"\b(?:first|second|third|fourth|last|each|this|next|per|final)\s+(?:quarter|half|third)\b|"
    r"(?<![Aa] )(?<![Oo]ne )(?<![Oo]ne-)\b[Tt]hird\b(?!\s+of)|"
    r"\bFY\s?\d\d(?:\d\d)?\b|^\s*\(?\d{1,2}[.)]\s",
)
_HOW_MANY_ITEMS = re.compile(
    r"\b(?:which|what|name|list|the)\s+(three|four|five|six|seven|eight|nine|ten|\d{1,3})\b", re.IGNORECASE
)
_PEOPLES_ROLES = (
    r"administrator|secretary|director|minister|chair|chairman|chief executive|president|commissioner|investigator|manager|officer|mayor|"
    r"leader|head|chancellor|author|editor|pilot|person|inspector|governor"
)
_WHICH_PERSON = re.compile(
    r"\bwho (?:signed|headed|chaired|wrote the foreword|(?:is|was) named|"
    rf"(?:is|was|were|are) (?:[\w'’-]+ ){{0,4}}?(?:{_PEOPLES_ROLES})s?)\b|"
    rf"\b(?:what|which) (?:was|is|were|are) the names? of the (?:[\w'’-]+ ){{0,3}}?(?:{_PEOPLES_ROLES})\b",
    re.IGNORECASE,
)
_LABEL_CELL = re.compile(r"(?:^|(?<=\| ))[^|:\n]*:(?=\s*(?:\||$))", re.MULTILINE)
_REASON_WORDS = re.compile(
    r"\b(?:because|since|due to|owing to|as a result|result(?:s|ed|ing)? (?:in|from)|caus(?:e|es|ed|ing)|reasons?|therefore|thus|"
    r"so that|in order to|"
    r"led to|leads? to|attribut\w+|driven by|thanks to|explain(?:s|ed)?|impacted|prevent(?:s|ed)?)\b",
    re.IGNORECASE,
)
_NONE_OF_IT = re.compile(
    r"\b(?:no|without|zero)\s+(?:[\w-]+\s+){0,2}[\w-]+|[\w-]+(?:\s+[\w-]+)?\s*:?\s*(?:\|\s*)?(?:None|none|nil|Nil)\b"
)
# Looked for first: where none of these stands, the pattern above tries every pair of words for nothing.
_NONE_WORD = re.compile(r"\b(?:no|without|zero)\s|(?:None|none|nil|Nil)\b")
_COUNTED = re.compile(
    r"(?P<number>[£$€]?\d[\d,]*(?:\.\d+)?%?)\s+(?P<thing>(?:[\"'“‘]?[a-z][\w’'”\"-]*\s*){1,4})", re.IGNORECASE
)
_WHO = re.compile(r"\b(?:who|whom|which|what)\b", re.IGNORECASE)
_TOTAL = re.compile(r"\b(?:total|totall?ed|overall|altogether|in all|combined|whole)\b", re.IGNORECASE)
_SHARE_OF_ONE = re.compile(r"\b(?:each|per|every|apiece)\b(?! cent)", re.IGNORECASE)
# What a table says where it says nothing.
_SEVERAL = frozenset({Asked.LIST, Asked.NAME})
# "When do we pay?" is answered by a rule, "when did it end?" by a date.
_WHEN_AS_A_RULE = re.compile(r"\bwhen\b[^?]*?\b(?:do|does|should|must|can|will|are|is|has|have)\b", re.IGNORECASE)
_HOW_OFTEN = re.compile(r"\bhow (?:often|soon|quickly|frequently|long)\b", re.IGNORECASE)
_WHAT_RATE = re.compile(r"\b(?:what|which)\b[^,;?]{0,60}?\brate\b(?! of exchange)|\bat what rate\b", re.IGNORECASE)
_PER = re.compile(r"\d\s*(?:[a-z]+\s+)?(?:per|for every|in every|out of|a|an)\s+[a-z\d]|\d\.\d", re.IGNORECASE)
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
        words = _NO_AMOUNT.sub(" ", words)
        new = [
            quantity
            for quantity in find_quantities(words)
            if not quantity.is_year and quantity.value not in question.figures and not _only_a_word(quantity, words)
        ]
        if asked is Asked.MONEY:
            # A table says once, above, that its figures are money.
            return any(quantity.is_money or (" | " in words and not quantity.is_share) for quantity in new)
        if asked is Asked.FIGURE and _WHAT_RATE.search(question.text):
            return any(quantity.is_share or quantity.is_money for quantity in new) or bool(_PER.search(words))
        if asked is Asked.SHARE:
            return any(quantity.is_share for quantity in new) or bool(
                re.search(r"\d\s+(in|of|out of)\s+(the |every )?\d|\bone in\b", words)
            )
        return bool(new) or bool(_HOW_OFTEN.search(question.text) and gives_time_of_rule(words))
    if asked is Asked.DATE:
        if _WHEN_AS_A_RULE.search(question.text) and gives_time_of_rule(words):
            return True
        return any(mention.year not in question.years for mention in find_dates(words)) or bool(
            find_years(words) - question.years
        )
    if asked is Asked.LIST:
        # "What are the average hours?" asks for a figure in the plural.
        fewest = 2 if question.asked <= _SEVERAL else 1
        return _items(words) >= max(fewest, _items_asked(question.text))
    if asked is Asked.NAME:
        known = set(question.terms) | {part for name in question.names for part in name}
        # "Who" alone may ask for a body just as well.
        if _WHICH_PERSON.search(question.text):
            # The labels of a form are capitalised like names.
            said = _LABEL_CELL.sub(" ", words) if " | " in words else words
            return any(not set(terms(person)) <= known for person in find_people(said))
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
    """Return whether words have the form of a definition of what a question is about: first the term, then "is a", "means" …

    An explanation in brackets behind the term is one too.
    """
    subject = set(_subject(question))
    return any(subject & set(terms(words[: match.start()])) for match in _DEFINES.finditer(words)) or any(
        subject & set(terms(match[1])) and len(match[2].split()) > 2 for match in _IN_BRACKETS.finditer(words)
    )


def says_what_it_is(words: str, question: Question) -> bool:
    """Return whether a sentence has the thing asked about as its subject and says what it is ("A ward is …")."""
    subject = _subject(question)
    said = [stem(token) for token in tokens(words)]
    while said and said[0] in _ARTICLES:
        said = said[1:]
    if _COUNTS_AS.search(words) and set(subject) <= set(said):
        return True
    begins = bool(subject) and tuple(said[: len(subject)]) == subject
    return begins and len(said) > len(subject) and said[len(subject)] in _SAYS_WHAT


def _subject(question: Question) -> tuple[str, ...]:
    """Return the stems of the thing that a question asks about: its last words that are not its own asking."""
    said = [term for term in terms(question.text) if term in question.terms and term not in question.asked_for]
    return tuple(said[-3:])


def denies(words: str, question: Question) -> bool:
    """Return whether words say that there is none of what a question takes for granted ("Aircraft fire: none")."""
    thing = question.terms[0] if question.terms and _NONE_WORD.search(words) else ""
    return any(thing in terms(match[0]) for match in _NONE_OF_IT.finditer(words)) if thing else False


def counts_otherwise(words: str, question: Question) -> str:
    """Return what a question counts ("500 areas") where words count the same thing to another number; "" where they don't."""
    for match in _COUNTED.finditer(question.text):
        counted = [quantity for quantity in find_quantities(match["number"]) if quantity.value in question.figures]
        things = set(content_terms(match["thing"]))
        if (
            counted
            and len(things) > 1
            and any(_counts(other, things, counted[0]) for other in _COUNTED.finditer(words))
        ):
            words_said = match[0].split()
            while not content_terms(words_said[-1]):
                words_said.pop()
            return " ".join(words_said)
    return ""


def _counts(match: re.Match[str], things: set[str], counted: Quantity) -> bool:
    said = find_quantities(match["number"])
    if not said or said[0].is_year or said[0].value == counted.value or said[0].unit != counted.unit:
        return False
    return things <= set(content_terms(match["thing"]))


def gives_reason(words: str) -> bool:
    """Return whether words say why: "because", "due to", "as a result of", "the cause"."""
    return bool(_REASON_WORDS.search(words))


def says_nothing(row: str) -> bool:
    """Return whether a table's row says that there is nothing to say ("not stated") and gives no figure either."""
    without_label = row.partition(" | ")[2] or row
    return bool(_NOT_SAID.search(row)) and not find_quantities(_NOT_SAID.sub(" ", without_label))


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
