"""Plots as SVG: horizontal bars, one group a figure, one bar a system, with its value written beside it.

No library: a bar is a rectangle, and the text is text, which scales, is found by a search and is read aloud. The colours differ
in lightness, and each bar carries its name, so that nothing depends on seeing them; a light ground makes them readable in dark pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_WIDTH, _NAMES, _VALUES = 760, 190, 150
_BAR, _GAP, _HEAD, _MARGIN = 22, 6, 34, 16
_OURS, _OTHERS, _INK, _GROUND = "#1f4e8c", "#9aa5b4", "#17202c", "#ffffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One system's figure; `value` is None where it has none, and `text` then says why."""

    name: str
    value: float | None
    text: str
    ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The bars of one figure, drawn from nought to the largest of them."""

    title: str
    bars: tuple[Bar, ...]


def draw(title: str, groups: Sequence[Group]) -> str:
    """Return an SVG document."""
    parts = []
    y = _MARGIN
    for group in groups:
        most = max((bar.value for bar in group.bars if bar.value is not None), default=0) or 1
        y += _HEAD
        parts.append(_text(_MARGIN, y - 12, group.title, weight="600"))
        for bar in group.bars:
            parts.append(_text(_MARGIN + _NAMES - 10, y + _BAR - 6, bar.name, anchor="end"))
            room = _WIDTH - _NAMES - _VALUES - 2 * _MARGIN
            length = 0 if bar.value is None else round(room * bar.value / most, 1)
            colour = _OURS if bar.ours else _OTHERS
            parts.append(f'<rect x="{_MARGIN + _NAMES}" y="{y}" width="{length}" height="{_BAR}" fill="{colour}"/>')
            parts.append(_text(_MARGIN + _NAMES + length + 8, y + _BAR - 6, bar.text))
            y += _BAR + _GAP
    height = y + _MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}" '
        f'role="img" font-family="system-ui, sans-serif" font-size="14">\n<title>{escape(title)}</title>\n'
        f'<rect width="{_WIDTH}" height="{height}" fill="{_GROUND}"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", weight: str = "400") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-weight="{weight}" fill="{_INK}">{escape(text)}</text>'
