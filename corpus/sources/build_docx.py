"""Build the Word notes from `<id>.docx.md`, a small Markdown dialect; equal sources give equal bytes.

`# ` title, `> ` subtitle, `## ` and `### ` headings, `- ` and `1. ` list items (one numbered list a note),
`Table: caption` before the rows of a table, `<https://…>` a link, `[^key]` a Word footnote, `[^key]: text` its words.
Paragraphs are single lines.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

SOURCES = Path(__file__).parent
ISSUED = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
AUTHOR = "Report Q&A briefing notes"
ACCENT = RGBColor(0x1F, 0x4E, 0x5F)
TABLE_STYLE = "Light List Accent 1"
STYLES = {"# ": "Title", "> ": "Subtitle", "## ": "Heading 1", "### ": "Heading 2", "- ": "List Bullet"}
DEFINITION = re.compile(r"^\[\^(\w+)\]: (.+)$", re.MULTILINE)
INLINE = re.compile(r"<(https?://[^>]+)>|\[\^(\w+)\]")
NUMBERED = re.compile(r"^\d+\. ")


class Footnotes(Part):
    """`word/footnotes.xml`, which python-docx does not write: the two separators, then the notes from 1."""

    def __init__(self, document: DocumentObject) -> None:
        super().__init__(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, b"", document.part.package)
        self._notes = [
            f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{element}/></w:r></w:p></w:footnote>'
            for number, kind, element in (
                (-1, "separator", "separator"),
                (0, "continuationSeparator", "continuationSeparator"),
            )
        ]
        document.part.relate_to(self, RELATIONSHIP_TYPE.FOOTNOTES)
        settings = document.settings.element
        ids = "".join(f'<w:footnote w:id="{number}"/>' for number in (-1, 0))
        settings.find(qn("w:compat")).addprevious(parse_xml(f"<w:footnotePr {nsdecls('w')}>{ids}</w:footnotePr>"))

    @property
    def blob(self) -> bytes:
        declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        return f"{declaration}<w:footnotes {nsdecls('w', 'r')}>{''.join(self._notes)}</w:footnotes>".encode()

    def add(self, text: str) -> int:
        """Add a note and return its number."""
        number = len(self._notes) - 1
        runs = []
        for words, address, _ in inline(text):
            if address:
                link = quoteattr(self.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
                runs.append(f"<w:hyperlink r:id={link}>{run(address, 'Hyperlink')}</w:hyperlink>")
            else:
                runs.append(run(words))
        mark = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
        style = '<w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
        paragraph = f"<w:p>{style}{mark}{run(' ')}{''.join(runs)}</w:p>"
        self._notes.append(f'<w:footnote w:id="{number}">{paragraph}</w:footnote>')
        return number


def inline(text: str) -> Iterable[tuple[str, str, str]]:
    """Split a line into (words, link address, footnote key), one of the three filled."""
    position = 0
    for match in INLINE.finditer(text):
        if position < match.start():
            yield text[position : match.start()], "", ""
        yield "", match[1] or "", match[2] or ""
        position = match.end()
    if position < len(text):
        yield text[position:], "", ""


def run(words: str, style: str = "") -> str:
    properties = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def write(paragraph: Paragraph, text: str, footnotes: Footnotes, definitions: dict[str, str]) -> None:
    """Append a line's runs, links and footnote marks to a paragraph."""
    for words, address, key in inline(text):
        if address:
            link = quoteattr(paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
            xml = f"<w:hyperlink {nsdecls('w', 'r')} r:id={link}>{run(address, 'Hyperlink')}</w:hyperlink>"
            paragraph._p.append(parse_xml(xml))
        elif key:
            reference = OxmlElement("w:footnoteReference")
            reference.set(qn("w:id"), str(footnotes.add(definitions[key])))
            paragraph.add_run(style="Footnote Reference")._r.append(reference)
        else:
            paragraph.add_run(words)


def write_table(document: DocumentObject, rows: list[list[str]]) -> None:
    """Add a table whose first row is its header, repeated on every page that the table reaches."""
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style=TABLE_STYLE)
    for index, cells in enumerate(rows):
        for cell, words in zip(table.rows[index].cells, cells, strict=True):
            cell.paragraphs[0].add_run(words)
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))
    document.add_paragraph()


def set_styles(document: DocumentObject) -> None:
    styles = document.styles
    for name, size in (("Normal", 11.0), ("Title", 22.0), ("Subtitle", 11.0), ("Heading 1", 15.0), ("Heading 2", 12.0)):
        style = styles[name]
        assert isinstance(style, ParagraphStyle)
        style.font.size = Pt(size)
        style.font.name = "Calibri"
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[attribute]
        if name != "Normal":
            style.font.color.rgb = ACCENT
    text = styles.add_style("Footnote Text", WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(text, ParagraphStyle)
    text.base_style = styles["Normal"]
    text.font.size = Pt(9)
    text.paragraph_format.space_after = Pt(2)
    styles.add_style("Footnote Reference", WD_STYLE_TYPE.CHARACTER).font.superscript = True
    link = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER).font
    link.color.rgb, link.underline = ACCENT, True
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")


def set_page(document: DocumentObject, title: str) -> None:
    """Set A4 with a running head, a page number at the foot, and fixed core properties."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.5)
    section.header.paragraphs[0].text = AUTHOR
    footer = section.footer.paragraphs[0]
    footer.add_run("Page ")
    field = f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE ">{run("1")}</w:fldSimple>'
    footer._p.append(parse_xml(field))
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = title, AUTHOR, AUTHOR
    properties.subject, properties.comments = "Briefing note", "Licence: CC BY 4.0"
    properties.created = properties.modified = ISSUED
    properties.language, properties.revision = "en-GB", 1


def build_note(source: Path) -> bytes:
    """Return the Word file of one source."""
    text = source.read_text(encoding="utf-8")
    definitions = dict(DEFINITION.findall(text))
    document = Document()
    set_styles(document)
    footnotes = Footnotes(document)
    rows: list[list[str]] = []
    for line in [*DEFINITION.sub("", text).splitlines(), ""]:
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not all(set(cell) == {"-"} for cell in cells):
                rows.append(cells)
            continue
        if rows:
            write_table(document, rows)
            rows = []
        if not line:
            continue
        marker = line.partition(" ")[0] + " "
        if line.startswith("Table: "):
            caption = document.add_paragraph(line.removeprefix("Table: "), style="Caption")
            caption.paragraph_format.keep_with_next = True
        elif NUMBERED.match(marker):
            write(document.add_paragraph(style="List Number"), line.removeprefix(marker), footnotes, definitions)
        elif marker in STYLES:
            write(document.add_paragraph(style=STYLES[marker]), line.removeprefix(marker), footnotes, definitions)
        else:
            write(document.add_paragraph(), line, footnotes, definitions)
    set_page(document, document.paragraphs[0].text)
    drop_unused(document)
    return stamped(document)


def drop_unused(document: DocumentObject) -> None:
    """Leave out what python-docx's template brings along and these notes do not use: most of its size."""
    for relationships in (document.part.package.rels, document.part.rels):
        for key, relationship in list(relationships.items()):
            if relationship.reltype.endswith(("/thumbnail", "/stylesWithEffects", "/customXml")):
                del relationships[key]
    for style in document.styles:
        if style.type == WD_STYLE_TYPE.TABLE and style.name not in (TABLE_STYLE, "Normal Table"):
            style.delete()


def stamped(document: DocumentObject) -> bytes:
    """Return the package with fixed times, uncompressed: compressors differ between machines."""
    saved, result = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as package, zipfile.ZipFile(result, "w") as target:
        for name in package.namelist():
            entry = zipfile.ZipInfo(name, ISSUED.timetuple()[:6])
            entry.create_system = 3
            target.writestr(entry, package.read(name))
    return result.getvalue()


def build(out_dir: Path) -> list[Path]:
    """Write every Word note into a folder and return the files."""
    written = []
    for source in sorted(SOURCES.glob("*.docx.md")):
        target = out_dir / source.name.removesuffix(".md")
        target.write_bytes(build_note(source))
        written.append(target)
    return written
