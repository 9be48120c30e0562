"""Plain text out of what may hold markup: no link, image, tag or control character is left in it.

What a model writes is shown as text everywhere, but text is also copied, exported and pasted into places that do read markup.
So an address of a model's making never gets out, not even as words.
"""

from __future__ import annotations

import html
import re
import unicodedata

_TARGET = r"\((?:[^()\n]|\([^()\n]{0,500}\)){0,2000}\)?"
_IMAGE = re.compile(rf"!\[[^\]\n]{{0,500}}\]\s?(?:{_TARGET}|\[[^\]\n]{{0,200}}\])")
_LINK = re.compile(rf"\[([^\]\n]{{0,500}})\]\s?{_TARGET}")
_REFERENCE = re.compile(r"^\s*\[[^\]\n]{1,200}\]:\s*\S+.*$", re.MULTILINE)
_HIDDEN = re.compile(r"<(script|style|iframe|object|svg|head|title)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<(?:!--.*?(?:-->|\Z)|[/!?]?[a-zA-Z][^<>]*(?:>|\Z))", re.DOTALL)
_ADDRESS = re.compile(
    r"<?\b(?:[a-z][a-z0-9+.-]{1,20}:/{1,}|//(?=\w+\.)|www\.|(?:javascript|vbscript|mailto|tel|file|blob|cid):(?=\S)|data:(?=[\w/+.-]*[;,]))"
    r"[^\s<>\"]*>?",
    re.IGNORECASE,
)
_SCHEMELESS = re.compile(r"(?<![\w/])//\w[\w.-]*\.\w[^\s<>\"]*")
_EMPHASIS = re.compile(r"\*{1,3}|~~|`+|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)")
_BULLET = re.compile(r"^\s*(?:[-*+•‣◦–—]\s+|#{1,6}\s+|>\s?|\d{1,2}[.)]\s+(?=\D))+")
# What is left of markup that was broken: taken apart, so that nothing behind it is read as some.
_REMNANT = re.compile(r"<(?=[a-zA-Z/!?])|\](?=\s?\()|!(?=\[)|:/(?=/)|\bwww(?=\.)", re.IGNORECASE)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_ROUNDS = 8
_SHORTEST_WORDS = 2


def plain(text: str) -> str:
    """Return one line of plain text; what was marked up is read out where it has words of its own."""
    for _ in range(_ROUNDS):
        shorter = _once(text)
        if shorter == text:
            return text
        text = shorter
    # Something unwraps again and again, which no honest text does.
    return re.sub(r"[<>\[\]()`*]", "", text)


def without_unseen(text: str) -> str:
    """Return a text without characters that nobody sees (controls, zero-width ones, direction marks); lines stay."""
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in _UNSEEN)


def _words_of_link(link: re.Match[str]) -> str:
    """Return a link's words; one letter is none, nor is what stands before a sentence begins ("[source](…) The fund …")."""
    words = link[1]
    begins = not link.string[: link.start()].strip() or link.string[: link.start()].rstrip()[-1:] in ".!?"
    stands_alone = begins and words[:1].islower() and re.match(r"\s+[A-Z]", link.string[link.end() :])
    return " " if len(words.strip()) < _SHORTEST_WORDS or stands_alone else words


def _once(text: str) -> str:
    text = without_unseen(html.unescape(text))
    text = _HIDDEN.sub(" ", text)
    text = _IMAGE.sub(" ", text)
    text = _REFERENCE.sub(" ", text)
    text = _LINK.sub(_words_of_link, text)
    text = _TAG.sub(" ", text)
    text = _SCHEMELESS.sub(" ", _ADDRESS.sub(" ", text))
    text = _REMNANT.sub("", _EMPHASIS.sub("", _BULLET.sub("", text)))
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))
