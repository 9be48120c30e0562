"""Word: the export as a document with styles, numbered references that the text links to, and pictures of pages.

All words are put in as text of runs, so nothing in them can be a field, a link or markup. python-docx has no names for
bookmarks, links, fields and alternative texts, so these are put into its elements directly.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from report_qa.exporting.content import Content, PagePicture
from report_qa.exporting.docx_styles import ACCENT, AMBER, CELL, LOOKS, SOURCE_LINE, VERDICT_COLOURS, set_up
from report_qa.exporting.prose import Block, ReferenceText, Style, blocks

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.shape import InlineShape
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

_WIDEST_CM, _HIGHEST_CM = 15.8, 21.5
_POINTS_PER_CM = 72 / 2.54
_LONGEST_PROPERTY = 255
_NO_BREAK_SPACE = "\u00a0"
_FRAME = "9DB7C0"


def as_docx(content: Content, *, pictures: Sequence[PagePicture] = ()) -> bytes:
    """Return an export as a Word document."""
    document = Document()
    set_up(document)
    _describe(document, content)
    sheet = _Sheet(document)
    for block in blocks(content, pictures):
        _add(sheet, block)
    _foot(document, content)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


class _Sheet:
    """A document that paragraphs are added to; styles are looked up once, which python-docx would do for each paragraph."""

    def __init__(self, document: WordDocument) -> None:
        self._document = document
        self._styles = {style.name: style.style_id for style in document.styles}

    def add(self, style: str) -> Paragraph:
        paragraph = self._document.add_paragraph()
        paragraph._p.style = self._styles[style]
        return paragraph


def _describe(document: WordDocument, content: Content) -> None:
    properties = document.core_properties
    properties.title = content.title[:_LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = "Report Q&A"
    properties.subject = content.shelf[:_LONGEST_PROPERTY]
    properties.comments = ""
    properties.language = "en-GB"
    properties.created = properties.modified = content.made_on.replace(tzinfo=None)


def _add(sheet: _Sheet, block: Block) -> None:
    paragraph = sheet.add(LOOKS[block.style].name)
    if block.reference is not None:
        _add_reference(sheet, paragraph, block.reference)
        return
    if block.style is Style.SOURCE:
        paragraph.add_run(block.text)
        if block.label:
            _coloured(paragraph, f"  {block.label}", AMBER)
        return
    if block.label:
        _coloured(paragraph, f"{block.label}: ", VERDICT_COLOURS.get(block.label, "")).bold = True
    paragraph.add_run(block.text)
    for number in block.numbers:
        paragraph.add_run(_NO_BREAK_SPACE)
        _link(paragraph, f"[{number}]", anchor=_bookmark_name(number))
    if block.picture is not None:
        _add_picture(sheet, block.picture)


def _add_reference(sheet: _Sheet, paragraph: Paragraph, reference: ReferenceText) -> None:
    _coloured(_bookmarked(paragraph, reference.number), f"[{reference.number}]", ACCENT).bold = True
    paragraph.add_run(f"\t{reference.quote}")
    source = sheet.add(SOURCE_LINE)
    source.add_run(reference.title).bold = True
    source.add_run(f". {reference.source}.")
    if reference.standing:
        _coloured(source, f" {reference.standing}.", AMBER).bold = True
    if reference.remark:
        source.add_run(f" {reference.remark}")
    if reference.licence:
        source.add_run(f" Licence: {reference.licence}.")
    if reference.address:
        source.add_run("\n")
        _link(source, reference.address, address=reference.address)
    source.add_run("\nPermanent link: " if reference.link else "\nPermanent name: ")
    if reference.link:
        _link(source, reference.link, address=reference.link)
    else:
        source.add_run(reference.cite)


def _add_picture(sheet: _Sheet, picture: PagePicture) -> None:
    scale = min(_WIDEST_CM * _POINTS_PER_CM / picture.width_pt, _HIGHEST_CM * _POINTS_PER_CM / picture.height_pt)
    run = sheet.add(CELL).add_run()
    shape = run.add_picture(io.BytesIO(picture.jpeg), width=Pt(picture.width_pt * scale))
    described = shape._inline.docPr
    described.set("descr", picture.alternative)
    described.set("title", picture.caption)
    _frame(shape)


def _frame(shape: InlineShape) -> None:
    """Draw a thin line around a picture of a page, whose paper would else end nowhere."""
    line: Any = OxmlElement("a:ln")
    line.set("w", str(Pt(0.5)))
    fill: Any = OxmlElement("a:solidFill")
    colour: Any = OxmlElement("a:srgbClr")
    colour.set("val", _FRAME)
    fill.append(colour)
    line.append(fill)
    shape._inline.graphic.graphicData.pic.spPr.append(line)


def _foot(document: WordDocument, content: Content) -> None:
    foot = document.sections[0].footer.paragraphs[0]
    style = document.styles["Footer"]
    style.font.size = Pt(8.5)
    style.paragraph_format.tab_stops.clear_all()
    style.paragraph_format.tab_stops.add_tab_stop(Cm(_WIDEST_CM), WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run(f"Report Q&A{f' · {content.shelf}' if content.shelf else ''}\tPage ")
    _field(foot, "PAGE")
    foot.add_run(" of ")
    _field(foot, "NUMPAGES")


def _coloured(paragraph: Paragraph, text: str, colour: str) -> Run:
    run = paragraph.add_run(text)
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    return run


def _bookmark_name(number: int) -> str:
    return f"reference_{number}"


def _bookmarked(paragraph: Paragraph, number: int) -> Paragraph:
    """Return the paragraph with a bookmark at its beginning."""
    for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
        mark: Any = OxmlElement(tag)
        mark.set(qn("w:id"), str(number))
        if tag == "w:bookmarkStart":
            mark.set(qn("w:name"), _bookmark_name(number))
        paragraph._p.append(mark)
    return paragraph


def _link(paragraph: Paragraph, text: str, *, address: str = "", anchor: str = "") -> None:
    """Add a link, to an address or to a bookmark."""
    link: Any = OxmlElement("w:hyperlink")
    if address:
        link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    else:
        link.set(qn("w:anchor"), anchor)
    run = _coloured(paragraph, text, ACCENT)
    run.underline = bool(address)
    link.append(run._r)
    paragraph._p.append(link)


def _field(paragraph: Paragraph, name: str) -> None:
    """Add a field that the program fills in, such as the page's number."""
    field: Any = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = paragraph.add_run("1")
    field.append(run._r)
    paragraph._p.append(field)
