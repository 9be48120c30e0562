"""The permanent name of a quotation: `edition~document~spans~check`, as it stands in links (`/evidence?cite=…`).

It names the edition, the document, the character ranges and eight hexadecimal digits of the words' hash. With the hash a
reader can tell whether it looks at the same words; without the same words nothing is marked.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

_CITE = re.compile(
    r"(?P<edition>\d{1,12})~(?P<document>[^~]{1,900})~(?P<ranges>\d{1,9}-\d{1,9}(?:_\d{1,9}-\d{1,9}){0,199})~(?P<check>[0-9a-f]{8})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cite:
    """A parsed name: `ranges` are (start_char, end_char) in the document's reading text of that edition."""

    edition_id: str
    document_id: str
    ranges: tuple[tuple[int, int], ...]
    check: str

    def matches(self, words: str) -> bool:
        """Return whether these are the words that were cited."""
        return words_check(words) == self.check


def words_check(words: str) -> str:
    """Return the eight digits that a quotation's words are recognised by; white space does not count."""
    return hashlib.sha256(" ".join(words.split()).encode()).hexdigest()[:8]


def encode_cite(edition_id: str, document_id: str, ranges: tuple[tuple[int, int], ...], words: str) -> str:
    """Return the permanent name of words that stand at these ranges."""
    listed = "_".join(f"{start}-{end}" for start, end in ranges)
    return f"{edition_id}~{quote(document_id, safe='').replace('~', '%7E')}~{listed}~{words_check(words)}"


def decode_cite(text: str) -> Cite:
    """Parse a permanent name.

    Raises:
        ValueError: the text is not one.
    """
    match = _CITE.fullmatch(text)
    if not match:
        raise ValueError("not the name of a quotation")
    ranges = tuple((int(start), int(end)) for start, end in (part.split("-") for part in match["ranges"].split("_")))
    if any(start >= end for start, end in ranges):
        raise ValueError("a quotation's range is empty")
    return Cite(
        edition_id=match["edition"], document_id=unquote(match["document"]), ranges=ranges, check=match["check"]
    )
