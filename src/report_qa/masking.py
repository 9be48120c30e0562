"""Takes out of a text by what a person could be found: e-mail addresses and telephone numbers.

It is for texts that are shown to somebody else than who wrote them. Names stay: they can't be told from those of the documents.
"""

from __future__ import annotations

import re

MASKED_MAIL, MASKED_PHONE = "[e-mail]", "[phone]"
_MAIL = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+\.[A-Za-z]{2,}")
# Numbers are written with a leading + or 0, or in the American groups; years, sums and codes begin otherwise.
_PHONE = re.compile(
    r"(?<![\w£$€.,/-])(?!0\.)(?:\(?(?:\+|00?)(?:[ .()/-]{0,2}\d){7,14}|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})(?![\w%/-]|[.,]\d)"
)


def mask(text: str) -> str:
    """Return the text with addresses and numbers of people masked."""
    return _PHONE.sub(MASKED_PHONE, _MAIL.sub(MASKED_MAIL, text))
