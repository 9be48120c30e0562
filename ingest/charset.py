"""Turns the bytes of a text file into characters, and refuses bytes that are no text.

A byte order mark decides; then what the file says of itself, where that is a charset of the web; then UTF-8; then
windows-1252, which old Western files are in. What can't be decoded becomes U+FFFD, so that the loss is seen.
"""

from __future__ import annotations

import codecs
import re

from report_qa.errors import DocumentTooLarge, DocumentUnreadable

MAX_BYTES = 20_000_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WEB_CHARSET = re.compile(
    r"utf-?8|windows-\d+|cp\d+|iso-8859-\d+|koi8-[ru]|mac-?\w+|shift[_-]jis|euc-\w\w|iso-2022-jp|gbk|gb2312|gb18030|big5|tis-620"
)
_LATIN = frozenset({"iso-8859-1", "latin1", "us-ascii", "ascii"})  # browsers read all of these as windows-1252
_CONTROL = re.compile("[\u0000-\u0008\u000e-\u001a\u001c-\u001f]")
_MOST_CONTROLS = 0.05


def decode(content: bytes, *, name: str, declared: str = "") -> str:
    """Return the characters of a text file; `declared` is the charset that the file names, if it does."""
    if len(content) > MAX_BYTES:
        raise DocumentTooLarge(
            f"{name} has {len(content):,} bytes of text; the limit is {MAX_BYTES:,}.", hint="Split it into parts."
        )
    text = _decode(content, declared.strip().lower())
    sample = text[:100_000]
    if len(_CONTROL.findall(sample)) > _MOST_CONTROLS * len(sample):
        raise DocumentUnreadable(
            f"{name} is not a text file, whatever its name says.",
            hint="Give it the ending of its real format, or leave it out.",
        )
    return text.removeprefix("\ufeff")


def _decode(content: bytes, declared: str) -> str:
    for mark, charset in _MARKS:
        if content.startswith(mark):
            return content.removeprefix(mark).decode(charset, "replace")
    if declared in _LATIN:
        return content.decode("windows-1252", "replace")
    if _WEB_CHARSET.fullmatch(declared):
        try:
            return content.decode(declared, "replace")
        except LookupError:
            pass
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("windows-1252", "replace")
