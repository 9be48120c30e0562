"""Words as a search sees them: the same normalisation for passages at ingest and for questions.

`terms` folds what readers take for the same word: case, accents, curly and straight apostrophes, possessives, British and
American spelling, plurals and endings (Porter's English stemmer, "Snowball"), "%" and "per cent", thousands separators.
Numbers keep their decimals ("£1.2m" gives "1.2m"), hyphenated words give their parts.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Container
from functools import lru_cache

import snowballstemmer

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*(?:st|nd|rd|th|bn|m|k)?(?![^\W\d_])|[^\W_]+(?:'[^\W_]+)*|%")
# A word or a number as it is written, before it is folded into tokens.
_WRITTEN = re.compile(
    r"\bper[\s-]?cent\b|[£$€]?\d+(?:[.,]\d+)*(?:st|nd|rd|th|bn|m|k)?(?![^\W\d_])(?:\s?%)?|[^\W_]+(?:['’][^\W_]+)*|%",
    re.IGNORECASE,
)
_PER_CENT = re.compile(r"\bper[\s-]?cent\b", re.IGNORECASE)
# The stemmer takes time with the square of the length, and a file may hold any string.
_LONGEST_WORD = 40
# "At least half" says nothing of what is least.
_AT_LEAST = re.compile(r"\bat (?:the )?(?:least|most|first|last)\b")
_CONTRACTED = re.compile(r"'(?:s|d|m|ve|re|ll)?(?:'s?)?$")
_PLAIN = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u02bc": "'",
        "\u2032": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2013": "-",
        "\u2014": "-",
    }
    | dict.fromkeys("\u2022\u00b7\u203a\u00a0\u00a3\u20ac\u2026", " ")
)

# British endings whose American twin is spelt differently; applied before stemming, longest first.
_SPELLINGS = (
    (re.compile(r"(\w{3,})is(e|ed|es|ing|er|ers|ation|ations|ational)$"), r"\1iz\2"),
    (re.compile(r"(\w{2,})our(s|ed|ing|hood|hoods|able|ably|ite|ites|al|er|ers)?$"), r"\1or\2"),
    (re.compile(r"(\w{2,}[bct])re(s)?$"), r"\1er\2"),
    (re.compile(r"(\w{2,})ogue(s)?$"), r"\1og\2"),
    (re.compile(r"^(def|off|lic|pret)ence(s)?$"), r"\1ense\2"),
    (
        re.compile(
            r"^(trave|labe|cance|mode|counse|fue|leve|signa|tota|channe|pane|tunne|enro|fulfi|ski)ll(ed|ing|er|ers)$"
        ),
        r"\1l\2",
    ),
)
_IRREGULAR = {
    "programme": "program", "programmes": "program", "women": "woman", "men": "man",
    "children": "child", "people": "person",
}  # fmt: skip

# Words that say how a question is asked, not what it is about.
STOP_TERMS = frozenset(
    """
    a about above after again all also although am among an and any anyone anything are as at be because been
    before being between both but by can could did do does doing down during each either else etc ever every few
    for from further had has have having he her here hers him his how i if in into is it its itself just let like
    lot made make many may me might mine more most much must my no nor not now of off on once one only or other
    our ours out over own per please same say said says shall she should show since so some such tell than that
    the their theirs them then there these they thing this those through to too under until up upon us very was we
    were what when where whether which while who whom whose why will with within without would yes yet you your
    yours give given gave list name state describe explain find exactly according get gets got getting go goes
    going went gone come comes came coming put puts take takes took taken use uses used using look looks looked
    looking something nothing roughly altogether nowadays today currently actually really try tries tried trying
    happen happens happened think thinks thought typical typically overall want wants wanted himself herself
    themselves yourself ourselves various whatever around ok okay know knows known kind kinds set extra phrase
    phrases bigger biggest sort sorts suppose supposed mean means meant talk talks talked talking regard regarding
    concerning
    """.split()
)


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the stem of one lower-case word; numbers and what is too long to be a word come back as they are."""
    if word[0].isdigit() or len(word) > _LONGEST_WORD:
        return word
    word = _IRREGULAR.get(word, word)
    for pattern, replacement in _SPELLINGS:
        changed, count = pattern.subn(replacement, word)
        if count:
            word = changed
            break
    # A new one for each word: a stemmer keeps the word that it is at work on, and several threads come here at the same time.
    return str(snowballstemmer.stemmer("english").stemWord(word))


def _without_accents(text: str) -> str:
    text = text.translate(_PLAIN)
    if text.isascii():
        return text
    folded = unicodedata.normalize("NFKD", text)
    return "".join(character for character in folded if not unicodedata.combining(character))


def tokens(text: str) -> list[str]:
    """Return the lower-case words and numbers of a text in order, unstemmed."""
    folded = (text if text.isascii() else _without_accents(text)).lower()
    folded = _AT_LEAST.sub(" ", folded)
    folded = _PER_CENT.sub(" percent ", folded).replace("%", " percent ")
    found = []
    for token in _TOKEN.findall(folded):
        if token[0].isdigit():
            found.append(token.replace(",", ""))
        elif "'" in token:
            found.append(_CONTRACTED.sub("", token).replace("'", ""))
        else:
            found.append(token)
    return [token for token in found if token]


def terms(text: str) -> list[str]:
    """Return the stems of a text in order, stop words included."""
    return [stem(token) for token in tokens(text)]


@lru_cache(maxsize=4_096)
def term_set(text: str) -> frozenset[str]:
    """Return the stems of a text, stop words included. Headings and first pages are asked for again and again."""
    return frozenset(terms(text))


def content_terms(text: str) -> list[str]:
    """Return the stems that carry meaning, in order, without repeats."""
    return list(dict.fromkeys(stem(token) for token in tokens(text) if token not in STOP_TERMS))


@lru_cache(maxsize=4_096)
def content_term_set(text: str) -> frozenset[str]:
    """Return the stems of a text that carry meaning. Headings, sentences and first pages are asked for again and again."""
    return frozenset(content_terms(text))


def places_of(text: str, wanted: Container[str]) -> tuple[tuple[int, int], ...]:
    """Return where the words stand whose stems are wanted, as (start, end) in the text as it is written."""
    return tuple(match.span() for match in _WRITTEN.finditer(text) if any(term in wanted for term in terms(match[0])))


def rarity_of(frequency: int, total: int) -> float:
    """Return how much a term says that `frequency` of `total` passages hold: BM25's smoothed inverse document frequency."""
    frequency = min(total, frequency)
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
