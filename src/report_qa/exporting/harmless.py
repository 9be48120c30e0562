"""Text that can stand in any file: without what no one sees and without what some format can't hold.

Left out are control characters, marks that turn the direction of writing around (they can make a sentence read as another)
and invisible separators; surrogates without their other half and code points that are no characters become U+FFFD. Joiners
and soft hyphens stay: scripts are written with them. Nothing here knows the markup of a format; its writer escapes that.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls, but for those that break lines
    "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"  # direction
    "\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"  # invisible separators, annotations
    "\U000e0000-\U000e007f]"  # tags
)
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_PLANE_END = re.compile(
    "[" + "".join(chr(plane + end) for plane in range(0x10000, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)) + "]"
)
_BREAK = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")


def lines(text: str) -> str:
    """Return a text of which nothing is hidden, its lines kept and ended by newlines, its tabs made spaces."""
    text = _BREAK.sub("\n", text).replace("\t", " ")
    return _PLANE_END.sub("\ufffd", _NO_CHARACTER.sub("\ufffd", _UNSEEN.sub("", text)))


def line(text: str) -> str:
    """Return such a text as one line, white space collapsed."""
    return " ".join(lines(text).split())
