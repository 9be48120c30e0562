"""Numbers as a spreadsheet shows them, by the format codes that its cells carry (ECMA-376 part 1, 18.8.30).

Only what changes the reading of a figure is done: decimal places, thousands separators, percent, currency signs and
words in quotes. Anything else is given as a plain number.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)(?:-[0-9A-Fa-f]+)?\]|([£$€¥])')
_IGNORED = re.compile(r"\[[^\]]*\]|_.|\*.")
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]+)?(,*)")


def shown(value: float | int | Decimal, code: str) -> str:
    """Return a number as a cell with this format code shows it."""
    sections = code.split(";")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    own_negative = number < 0 and len(sections) > 1
    section = sections[1] if own_negative else sections[0]
    literals: list[str] = []

    def keep(match: re.Match[str]) -> str:
        literals.append(next((group for group in match.groups() if group), ""))
        return "\x00"

    pattern = _IGNORED.sub("", _LITERAL.sub(keep, section))
    placed = _DIGITS.search(pattern)
    if placed is None or "e" in pattern.lower() or "/" in pattern:
        return _plain(number)
    if own_negative:
        number = -number
    if "%" in pattern:
        number *= 100
    number /= Decimal(1000) ** len(placed.group(1))
    digits = placed.group().rstrip(",")
    _, _, decimals = digits.partition(".")
    written = _rounded(number, decimals, separated="," in digits)
    before, after = pattern[: placed.start()], pattern[placed.end() :]
    words = iter(literals)
    framed = "".join(next(words) if part == "\x00" else part for part in f"{before}\x01{after}")
    sign = "-" if written.startswith("-") else ""
    return (sign + framed.replace("\x01", written.removeprefix("-"))).strip()


def _rounded(number: Decimal, decimals: str, *, separated: bool) -> str:
    """Round half away from zero, as spreadsheets do; places marked # are only shown where they are needed."""
    rounded = number.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    written = f"{rounded:,f}" if separated else f"{rounded:f}"
    whole, dot, part = written.partition(".")
    least = len(decimals.rstrip("#?"))
    while len(part) > least and part.endswith("0"):
        part = part[:-1]
    return f"{whole}{dot if part else ''}{part}"


def _plain(number: Decimal) -> str:
    """Return a number without a format: at most ten significant decimals, no exponent."""
    rounded = round(number, 10).normalize()
    return f"{rounded:f}"
