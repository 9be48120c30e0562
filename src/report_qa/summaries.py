"""Questions that want a summary: "Summarise the report", "the section on health", "What does the evidence say of crime, in short?".

Only forms that ask for a summary in so many words count; "What are the main themes?" asks what the documents say the themes are.
"""

from __future__ import annotations

import re

_IN_SHORT = r"in short|in brief|briefly|in a nutshell|in a few (?:words|sentences|lines)|tl;?dr"
_POINTS = (
    r"(?:(?:main|key|headline|principal|chief|central|most important) "
    r"(?:points?|findings|messages|takeaways|conclusions|arguments)|gist|essence)"
)
_ORDER = (
    r"(?:please |can you |could you )*(?:summari[sz]e|sum up|outline|recap|"
    r"give (?:me |us )?(?:an? |the )?(?:short |brief |quick )?(?:summary|overview|outline|gist|recap)(?: of)?)"
)
# A question that asks for a summary; compared without regard to case.
SUMMARY = (
    rf"^\W*{_ORDER}\b|\b(?:{_IN_SHORT})\b\W*$|^\W*(?:in short|in brief|briefly),|"
    rf"\bwhat(?: are|'s| is) (?:the )?{_POINTS} (?:of|in|from)\b|\b(?:summary|overview|gist) of\b"
)
_WORDS = re.compile(
    rf"^\W*{_ORDER}\b|\b(?:{_IN_SHORT})\b|\bwhat(?: are|'s| is) (?:the )?{_POINTS} (?:of|in|from)\b|\b(?:summary|overview|gist) of\b|"
    r"\bwhat (?:(?:is|has been|was) (?:said|found|known)|(?:do|does|did) (?:it|they|the (?:documents|reports|sources|library|shelf)) "
    r"(?:say|find|conclude|show|tell us|argue)|(?:it|they|the (?:documents|reports|sources|library|shelf)|is) "
    r"(?:says?|said|finds?|found|shows?|known))\b(?: about| on| of)?",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"\b(?:section|chapter|part)s?\s+"
    r"(?:(?:on|about|called|headed|titled|named|dealing with)\s+(?P<behind>[^,;?]+?)|(?P<number>\d+(?:\.\d+)*))"
    r"(?=\s+(?:of|in|from)\s+(?:it|the)\b|\s*[,;?.!]|\s*$)|"
    r"\bthe\s+(?P<before>(?:[\w’'-]+\s+){1,5})(?:section|chapter)\b",
    re.IGNORECASE,
)
_QUOTES = "\"“”‘’' "


def section_wanted(text: str) -> str:
    """Return the heading, or the number, of the section that a question is about, as it is written; "" where it names none."""
    match = _SECTION.search(text)
    if match is None:
        return ""
    wanted = (match["behind"] or match["number"] or match["before"]).strip(_QUOTES)
    return re.sub(r"^the\s+", "", wanted, flags=re.IGNORECASE)


def topic_of(text: str) -> str:
    """Return a question without the words that ask for a summary and those that only say that somebody says something."""
    rest = _WORDS.sub(" ", text)
    return " ".join(re.sub(r"\b(?:it|them)\b", " ", rest, flags=re.IGNORECASE).split()).strip(" ,.?;:")
