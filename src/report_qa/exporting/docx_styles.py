"""How an export looks in Word: paragraph styles, so that whoever gets the file can restyle it as a whole.

Headings are Word's own, for its navigation pane and for screen readers. The fonts come with Word; LibreOffice has ones of the
same measures. Colours keep a contrast of 4.5 to 1 and more on white, and never say anything that words don't.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from report_qa.exporting.prose import Style

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle

INK, MUTED, ACCENT, AMBER = "1D2A33", "51606B", "0B5567", "7A4B00"
VERDICT_COLOURS = {"Supported": "1B6B3A", "Contradicted": "A4262C", "Not found": AMBER, "No claim": MUTED}
_FONT = "Calibri"
SOURCE_LINE, CELL = "Export reference source", "Export page picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A style: sizes and distances in points, indents in centimetres, `bar` and `shade` as colours."""

    name: str
    size: float = 11
    bold: bool = False
    italic: bool = False
    colour: str = INK
    before: float = 0
    after: float = 6
    left: float = 0
    hanging: float = 0
    bar: str = ""
    shade: str = ""
    with_next: bool = False


LOOKS = {
    Style.KICKER: Look(name="Export kicker", size=9.5, bold=True, colour=ACCENT, after=2, with_next=True),
    Style.TITLE: Look(name="Title", size=22, bold=True, after=10, with_next=True),
    Style.META: Look(name="Export date", size=9.5, colour=MUTED, after=6, with_next=True),
    Style.NOTICE: Look(name="Export notice", size=9.5, colour=INK, after=14, left=0.3, bar=ACCENT, shade="EFF4F6"),
    Style.QUESTION: Look(name="Heading 1", size=15, bold=True, before=22, after=3, with_next=True),
    Style.STATE: Look(name="Export state", size=11, bold=True, colour=ACCENT, after=8, with_next=True),
    Style.SOURCE: Look(name="Heading 3", size=11, bold=True, colour=INK, before=10, after=4, with_next=True),
    Style.QUOTATION: Look(name="Export quotation", after=7, left=0.5, bar="9DB7C0"),
    Style.READ_OUT: Look(name="Export read out", after=7, left=0.5, bar="9DB7C0"),
    Style.WRITTEN: Look(name="Export written sentence", after=7),
    Style.VERDICT: Look(name="Export verdict", before=10, after=3, with_next=False),
    Style.REASON: Look(name="Export reason", size=10, colour=MUTED, after=3, left=0.5),
    Style.NOTE: Look(name="Export note", size=10, colour=MUTED, after=6),
    Style.CAUTION: Look(name="Export caution", size=10, after=6, left=0.3, bar=AMBER, shade="FBF5EA"),
    Style.CHOICE: Look(name="List Bullet", after=3),
    Style.HEADING: Look(name="Heading 2", size=13, bold=True, colour=ACCENT, before=24, after=8, with_next=True),
    Style.REFERENCE: Look(name="Export reference", size=10, before=6, after=2, left=1, hanging=1, with_next=True),
    Style.PICTURE: Look(name="Caption", size=9.5, colour=MUTED, before=12, after=4, with_next=True),
}
_MORE = (
    Look(name=SOURCE_LINE, size=9, colour=MUTED, after=4, left=1),
    Look(name=CELL, after=10),
)


def set_up(document: Document) -> None:
    """Give a new document its page, its language and its styles."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.6)
    section.top_margin, section.bottom_margin = Cm(2.3), Cm(2.2)
    for element in document.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), "en-GB")
    _apply(document, Look(name="Normal", after=6))
    for look in (*LOOKS.values(), *_MORE):
        _apply(document, look)


def _apply(document: Document, look: Look) -> None:
    styles = document.styles
    style: ParagraphStyle
    if look.name in styles:
        style = styles[look.name]
    else:
        style = styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
    _set_font(style, look)
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(look.before), Pt(look.after)
    layout.line_spacing = 1.15
    layout.keep_with_next = look.with_next
    if look.name != "List Bullet":
        layout.left_indent = Cm(look.left)
        layout.first_line_indent = Cm(-look.hanging)
    if look.hanging:
        layout.tab_stops.add_tab_stop(Cm(look.left))
    _decorate(style, look)


def _set_font(style: ParagraphStyle, look: Look) -> None:
    font = style.font
    font.size, font.bold, font.italic = Pt(look.size), look.bold, look.italic
    font.color.rgb = RGBColor.from_string(look.colour)
    font.name = _FONT
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # A theme's font would win over a named one.
    for name in [name for name in fonts.attrib if "Theme" in str(name)]:
        del fonts.attrib[name]
    fonts.set(qn("w:cs"), _FONT)


def _decorate(style: ParagraphStyle, look: Look) -> None:
    properties = style.element.get_or_add_pPr()
    # Word's own title has a rule under it.
    for old in properties.findall(qn("w:pBdr")) + properties.findall(qn("w:shd")):
        properties.remove(old)
    successors = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
    if look.bar:
        borders = OxmlElement("w:pBdr")
        left = OxmlElement("w:left")
        for key, value in {"val": "single", "sz": "18", "space": "8", "color": look.bar}.items():
            left.set(qn(f"w:{key}"), value)
        borders.append(left)
        properties.insert_element_before(borders, *successors)
    if look.shade:
        shading = OxmlElement("w:shd")
        for key, value in {"val": "clear", "color": "auto", "fill": look.shade}.items():
            shading.set(qn(f"w:{key}"), value)
        properties.insert_element_before(shading, *successors[1:])
