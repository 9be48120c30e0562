from __future__ import annotations

import io
import socket
import zipfile
from collections.abc import Callable
from functools import partial

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.office_zip import MAX_RATIO
from ingest.read_docx import READER, read_docx
from report_qa.errors import DocumentEncrypted, DocumentTooLarge, DocumentUnreadable, NoTextLayer
from report_qa.records.document import DocumentText
from tests.ingest.reading import assert_consistent, blocks, header_rows, lead_ins, paths

NAMESPACES = " ".join(
    [
        nsdecls("w", "r"),
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"',
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"',
        'xmlns:v="urn:schemas-microsoft-com:vml"',
    ]
)


def saved(document: WordDocument) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def read(document: WordDocument) -> DocumentText:
    return read_docx(saved(document), name="file.docx")


def body(*markup: str) -> WordDocument:
    """Return a document whose body is this WordprocessingML."""
    document = Document()
    end = document.element.body.sectPr
    for piece in markup:
        for element in parse_xml(f"<w:body {NAMESPACES}>{piece}</w:body>"):
            end.addprevious(element)
    return document


def p(content: str, style: str = "", properties: str = "") -> str:
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{styled}{properties}</w:pPr>{content}</w:p>"


def r(words: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def tc(words: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(r(words))}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def add_notes(document: WordDocument, kind: str, notes: dict[str, str]) -> None:
    """Give a document footnotes or endnotes, with the separator that Word writes."""
    xml = f'<w:{kind}s {NAMESPACES}><w:{kind} w:type="separator" w:id="-1">{p(r("no note"))}</w:{kind}>'
    xml += "".join(f'<w:{kind} w:id="{key}">{words}</w:{kind}>' for key, words in notes.items()) + f"</w:{kind}s>"
    content_type, relationship = {
        "footnote": (CONTENT_TYPE.WML_FOOTNOTES, RELATIONSHIP_TYPE.FOOTNOTES),
        "endnote": (CONTENT_TYPE.WML_ENDNOTES, RELATIONSHIP_TYPE.ENDNOTES),
    }[kind]
    part = Part(PackURI(f"/word/{kind}s.xml"), content_type, xml.encode(), document.part.package)
    document.part.relate_to(part, relationship)


def test_headings_paragraphs_and_captions_in_the_order_of_the_body() -> None:
    document = Document()
    document.add_paragraph("Report", style="Title")
    document.add_paragraph("Preface")
    document.add_paragraph("Costs", style="Heading 1")
    document.add_paragraph("Table 1", style="Caption")
    table = document.add_table(2, 2)
    for cell, words in zip([*table.row_cells(0), *table.row_cells(1)], ["Area", "2019", "North", "1"], strict=True):
        cell.text = words
    document.add_paragraph("Fuel", style="Heading 2")
    document.add_paragraph("Words.")
    text = read(document)
    assert blocks(text) == [
        ("prose", "Preface"), ("caption", "Table 1"), ("table", "Area | 2019\nNorth | 1"), ("prose", "Words."),
    ]  # fmt: skip
    assert paths(text) == [(), ("Costs",), ("Costs", "Fuel")]
    assert text.text.startswith("Report\n\nPreface\n\nCosts\n\n")
    assert header_rows(text) == [1]
    assert text.reader == READER


def test_headings_are_known_by_outline_level_whatever_their_style_is_called() -> None:
    document = Document()
    localised = document.styles.add_style("Überschrift", WD_STYLE_TYPE.PARAGRAPH)
    localised.element.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="0"/>'))
    derived = document.styles.add_style("Kapitel", WD_STYLE_TYPE.PARAGRAPH)
    derived.base_style = document.styles["Heading 2"]
    circular = document.styles.add_style("Circular", WD_STYLE_TYPE.PARAGRAPH)
    circular.base_style = circular
    for style, words in [("Überschrift", "A"), ("Kapitel", "B"), ("Circular", "Words."), ("Überschrift", "C")]:
        document.add_paragraph(words, style=style)
    direct = document.add_paragraph("D")
    direct.paragraph_format.element.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="2"/>'))
    off = document.add_paragraph("Body", style="Heading 1")
    off.paragraph_format.element.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="9"/>'))
    text = read(document)
    assert paths(text) == [("A",), ("A", "B"), ("C",), ("C", "D")]
    assert blocks(text) == [("prose", "Words."), ("prose", "Body")]


def test_threat_11_tracked_changes_are_read_as_accepted() -> None:
    text = read(
        body(
            p(
                r("It is ")
                + f"<w:del>{r('ten').replace('w:t', 'w:delText')}</w:del><w:ins>{r('nine')}</w:ins>"
                + r(".")
            ),
            p(r("Joined"), properties="<w:rPr><w:del/></w:rPr>"),
            p(r(" up.")),
            f"<w:moveFrom>{r('away')}</w:moveFrom>",
            p(f"<w:moveFrom>{r('from')}</w:moveFrom><w:moveTo>{r('To.')}</w:moveTo>"),
            tbl(
                tr(tc("a"), tc("b")),
                tr(tc("c"), tc("d"), properties="<w:del/>"),
                tr(tc("e"), tc("f"), properties="<w:ins/>"),
            ),
        )
    )
    assert blocks(text) == [
        ("prose", "It is nine."),
        ("prose", "Joined up."),
        ("prose", "To."),
        ("table", "a | b\ne | f"),
    ]
    assert text.dropped == (("deleted text", 3 + 4 + 4 + 2),)


def test_a_deleted_end_at_the_end_of_the_document_loses_no_words() -> None:
    assert read(body(p(r("Words."), properties="<w:rPr><w:del/></w:rPr>"))).text == "Words."


def test_hidden_and_struck_text_goes_unless_switched_off() -> None:
    text = read(
        body(
            p(
                r("a")
                + r("b", "<w:vanish/>")
                + r("c", "<w:strike/>")
                + r("d", "<w:dstrike/>")
                + r("e", '<w:vanish w:val="0"/>')
            )
        )
    )
    assert text.text == "ae"
    assert text.dropped == (("hidden text", 1), ("struck text", 2))


def test_links_fields_controls_breaks_and_formulas_keep_their_words() -> None:
    text = read(
        body(
            p(
                f'<w:hyperlink r:id="rId99">{r("link")}</w:hyperlink><w:r><w:tab/><w:instrText>PAGE</w:instrText></w:r>'
                f"<w:fldSimple w:instr='X'>{r('field')}</w:fldSimple><w:r><w:br/><w:t>re</w:t><w:noBreakHyphen/></w:r>"
                f"<w:smartTag>{r('do')}</w:smartTag><w:sdt><w:sdtContent>{r(' it')}</w:sdtContent></w:sdt><!-- c -->"
                "<m:oMath><m:r><m:t> x+1</m:t></m:r></m:oMath>"
            ),
            f"<w:sdt><w:sdtContent>{p(r('In a control'))}</w:sdtContent></w:sdt>",
        )
    )
    assert [words for _, words in blocks(text)] == ["link field re-do it x+1", "In a control"]


def test_lists_by_numbering_or_style_are_items_with_their_lead_in() -> None:
    document = body(
        p(r("It rose. Reasons:")),
        p(r("fuel"), "ListParagraph", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'),
        p(r("oil"), "ListParagraph", '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>'),
        p(r("pay"), "ListBullet"),
        p(r("old"), "ListNumber2"),
        p(r("indented"), "ListParagraph"),
        p(r("not numbered"), "ListBullet", '<w:numPr><w:numId w:val="0"/></w:numPr>'),
    )
    text = read(document)
    assert [kind for kind, _ in blocks(text)] == ["prose", "list", "list", "list", "list", "prose", "prose"]
    assert lead_ins(text) == ["Reasons:", "fuel", "Reasons:", "pay"]


def test_a_table_of_contents_goes() -> None:
    document = body(
        f'<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{p(r('Costs 1'))}</w:sdtContent></w:sdt>",
        p(r("Fuel 2"), "TOC1"),
        p(r("Figure 3"), "Figures"),
        p(r("Words.")),
    )
    document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH).element.set(qn("w:styleId"), "TOC1")
    document.styles.add_style("table of figures", WD_STYLE_TYPE.PARAGRAPH).element.set(qn("w:styleId"), "Figures")
    text = read(document)
    assert text.text == "Words."
    assert text.dropped == (("table of contents", 21),)


def test_merged_cells_are_read_once_and_columns_align() -> None:
    across = '<w:gridSpan w:val="2"/>'
    text = read(
        body(
            tbl(
                tr(tc("Area", "<w:vMerge w:val='restart'/>"), tc("Year", across), properties="<w:tblHeader/>"),
                tr(tc("Area", "<w:vMerge/>"), tc("2019"), tc("2020"), properties="<w:tblHeader/>"),
                tr(tc("North"), tc("1"), tc("2")),
                tr(tc("3"), tc("4"), properties='<w:gridBefore w:val="1"/>'),
            )
        )
    )
    assert blocks(text) == [("table", "Area | Year | \n | 2019 | 2020\nNorth | 1 | 2\n | 3 | 4")]
    assert header_rows(text) == [2]


def test_the_first_row_is_the_header_unless_it_is_the_only_one() -> None:
    marked = "<w:tblHeader/>"
    text = read(
        body(
            tbl(tr(tc("a"), tc("b"))),
            p(""),
            tbl(tr(tc("a"), tc("b"), properties=marked), tr(tc("1"), tc("2"), properties=marked)),
        )
    )
    assert header_rows(text) == [0, 1]


def test_a_frame_around_text_is_no_table_and_inner_tables_keep_their_words() -> None:
    inner = tbl(tr(tc("x"), tc("y")))
    text = read(
        body(
            tbl(tr(f"<w:tc>{p(r('Box'), 'Heading1')}{p(r('Words.'))}</w:tc>")),
            p(""),
            tbl(tr(tc("a"), f"<w:tc>{p(r('b'))}{inner}{p('')}</w:tc>")),
        )
    )
    assert blocks(text) == [("prose", "Words."), ("table", "a | b x y")]
    assert paths(text) == [("Box",)]


def test_footnotes_follow_their_paragraph_and_their_marks_go() -> None:
    document = body(
        p(
            r("It rose.")
            + '<w:r><w:footnoteReference w:id="2"/></w:r>'
            + r(" And fell.")
            + '<w:r><w:endnoteReference w:id="2"/></w:r>'
        ),
        tbl(tr(f'<w:tc>{p(r("a") + """<w:r><w:footnoteReference w:id="3"/></w:r>""")}</w:tc>', tc("b"))),
        p(r("Again.") + '<w:r><w:footnoteReference w:id="2"/><w:footnoteReference w:id="77"/></w:r>'),
    )
    add_notes(
        document, "footnote", {"2": p("<w:r><w:footnoteRef/></w:r>" + r(" Times,")) + p(r("p. 1")), "3": p(r("Post"))}
    )
    add_notes(document, "endnote", {"2": p(r("Mail"))})
    text = read(document)
    assert blocks(text) == [
        ("prose", "It rose. And fell."), ("footnote", "Times, p. 1"), ("footnote", "Mail"),
        ("table", "a | b"), ("footnote", "Post"), ("prose", "Again."),
    ]  # fmt: skip
    assert text.dropped == (("footnote mark", 5),)


def test_raised_digits_are_marks_or_exponents() -> None:
    raised = '<w:vertAlign w:val="superscript"/>'
    document = body(
        p(r("in 2019") + r("1", raised) + r("2", raised) + r(" 10") + r("6", raised) + r(", the 1") + r("st", raised)),
        p(r("cost") + r("3", '<w:rStyle w:val="Mark"/>') + r(" H") + r("2", '<w:vertAlign w:val="subscript"/>')),
    )
    style = document.styles.add_style("Mark", WD_STYLE_TYPE.CHARACTER)
    style.font.superscript = True
    text = read(document)
    assert [words for _, words in blocks(text)] == ["in 2019 10⁶, the 1st", "cost H2"]
    assert text.dropped == (("footnote mark", 3),)


def test_text_boxes_follow_their_paragraph_once() -> None:
    box = f"<w:txbxContent>{p(r('In a box'))}</w:txbxContent>"
    alternatives = (
        f'<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    text = read(body(p(r("Before") + f"<w:r>{alternatives}</w:r>" + r(" and after"))))
    assert blocks(text) == [("prose", "Before and after"), ("prose", "In a box")]


def test_threat_10_running_heads_and_external_relationships_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", partial(pytest.fail, "opened a connection"))
    document = Document()
    document.add_paragraph("Words.")
    document.sections[0].header.paragraphs[0].text = "Running head"
    for kind in (RELATIONSHIP_TYPE.IMAGE, RELATIONSHIP_TYPE.FOOTNOTES):
        document.part.relate_to("http://example.org/x", kind, is_external=True)
    assert read(document).text == "Words."


def test_a_document_without_text_is_refused_by_name() -> None:
    with pytest.raises(NoTextLayer, match=r"file\.docx has no text"):
        read(Document())


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def changed(change: Callable[[str, bytes], bytes]) -> bytes:
    """Return a good document with its parts changed."""
    document = Document()
    document.add_paragraph("Words.")
    with zipfile.ZipFile(io.BytesIO(saved(document))) as archive:
        return zipped({name: change(name, archive.read(name)) for name in archive.namelist()})


def test_threat_10_entities_are_refused_in_any_charset() -> None:
    def declare(name: str, part: bytes) -> bytes:
        if name != "word/document.xml":
            return part
        dtd = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        return part.replace(b"<w:document", dtd + b"<w:document", 1)

    def declare_wide(name: str, part: bytes) -> bytes:
        declared = declare(name, part)
        wide = name == "word/document.xml"
        return declared.decode().replace("UTF-8", "UTF-16").encode("utf-16") if wide else declared

    for change in (declare, declare_wide):
        with pytest.raises(DocumentUnreadable, match=r"file\.docx declares XML entities"):
            read_docx(changed(change), name="file.docx")


def test_threat_10_bombs_are_refused_before_they_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DocumentTooLarge, match=f"more than {MAX_RATIO} times"):
        read_docx(zipped({"word/document.xml": b" " * 3_000_000}), name="file.docx")
    monkeypatch.setattr("ingest.office_zip.MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(DocumentTooLarge, match="unpacks to 1,200 bytes in 2 parts"):
        read_docx(zipped({"a.xml": b"x" * 600, "b.xml": b"x" * 600}), name="file.docx")
    monkeypatch.setattr("ingest.office_zip.MAX_PARTS", 1)
    with pytest.raises(DocumentTooLarge, match="unpacks to 2 bytes in 2 parts"):
        read_docx(zipped({"a.xml": b"x", "b.xml": b"x"}), name="file.docx")


def test_protected_and_old_documents_are_told_apart() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100
    with pytest.raises(DocumentEncrypted, match=r"file\.docx is protected by a password"):
        read_docx(ole + "EncryptedPackage".encode("utf-16-le"), name="file.docx")
    with pytest.raises(DocumentUnreadable, match="Office used before 2007"):
        read_docx(ole, name="file.docx")
    flagged = bytearray(zipped({"a.xml": b"x"}))
    flagged[flagged.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(DocumentEncrypted):
        read_docx(bytes(flagged), name="file.docx")


@pytest.mark.parametrize(
    "content", [b"", b"Words.", b"PK\x03\x04", zipped({"a.txt": b"x"}), zipped({"word/document.xml": b"<"})]
)
def test_what_is_no_word_document_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentUnreadable, match=r"file\.docx is damaged"):
        read_docx(content, name="file.docx")


GOOD = changed(lambda name, part: part)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=6), st.integers(0, len(GOOD)))
def test_a_damaged_file_gives_a_consistent_text_or_is_refused(changes: list[tuple[int, int]], cut: int) -> None:
    damaged = bytearray(GOOD)
    for position, byte in changes:
        damaged[position] = byte
    for content in (bytes(damaged), GOOD[:cut]):
        try:
            assert_consistent(read_docx(content, name="file.docx"))
        except DocumentUnreadable:
            continue


element = st.sampled_from(
    [
        "p",
        "r",
        "t",
        "tbl",
        "tr",
        "tc",
        "ins",
        "del",
        "sdt",
        "sdtContent",
        "hyperlink",
        "footnoteReference",
        "txbxContent",
        "pPr",
        "numPr",
        "tcPr",
        "gridSpan",
    ]
)
tree = st.recursive(
    st.text("ab: ", max_size=5),
    lambda inside: st.tuples(element, st.lists(inside, max_size=4)).map(
        lambda made: f'<w:{made[0]} w:val="2" w:id="1">{"".join(made[1])}</w:{made[0]}>'
    ),
    max_leaves=25,
)


@settings(max_examples=100, deadline=None)
@given(st.lists(tree, max_size=5).map("".join))
def test_any_markup_gives_a_consistent_text_or_is_refused(markup: str) -> None:
    try:
        assert_consistent(read(body(markup)))
    except DocumentUnreadable:
        return
