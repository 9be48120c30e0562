"""PDF: read back by two other readers; tagged, with its fonts, the very words."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import pypdfium2
from hypothesis import given, settings

from report_qa.exporting.collect import of_answer, of_checked, of_conversation
from report_qa.exporting.content import Content
from report_qa.exporting.pdf_file import as_pdf
from report_qa.exporting.prose import blocks
from tests.report_qa.exporting.samples import (
    CHECKED,
    CONVERSATION,
    EXTRACTS,
    PICTURE,
    PLAN,
    REPORT,
    RETURNS,
    SAFE,
    of_words,
    open_evidence,
    pieces,
    squeezed,
)

NASTY = pieces(*"#*_`@<>$\\[]/", '#import "x"', "$x$", "\\u{1}", "<label>", "@ref", "//", "/*", '"', "x" * 50)


def opened(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    """Return the words of all pages without white space and without the foot of each page."""
    shown = ""
    for number, page in enumerate(opened(pdf).pages, 1):
        text = squeezed(page.extract_text())
        foot = f"ReportQ&APage{number}of{len(opened(pdf).pages)}"
        assert foot in text
        shown += text.replace(foot, "")
    return shown


def test_a_conversation_reads_the_same() -> None:
    content = of_conversation(CONVERSATION, open_evidence)
    pdf = as_pdf(content)
    shown = words(pdf)
    for said in (f"“{RETURNS.quote}” [1]", f"[2] “{PLAN.quote}”", f"[3] “Item | Sum {SAFE} | £1.15m”"):
        assert squeezed(said) in shown
    for block in blocks(content):
        assert squeezed(block.text) in shown
        assert squeezed(block.label) in shown
    document = pypdfium2.PdfDocument(pdf)
    drawn = squeezed("".join(page.get_textpage().get_text_range() for page in document))
    document.close()
    assert squeezed(RETURNS.quote) in drawn
    assert squeezed("The number is") not in drawn


def test_verdicts_read_the_same() -> None:
    shown = words(as_pdf(of_checked(CHECKED, open_evidence)))
    assert squeezed("Contradicted: Each million brought back £9m. [1]") in shown
    assert squeezed("The number is “£9m” here and “£3.2m” in the document.") in shown


def test_the_file_is_tagged_says_its_language_and_holds_its_fonts() -> None:
    reader = opened(as_pdf(of_conversation(CONVERSATION, open_evidence)))
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en-GB", True)
    assert reader.metadata is not None
    assert reader.metadata.title == "What does £1m return?"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    fonts = 0
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert [key for key in descriptor if key.startswith("/FontFile")]
            fonts += 1
    assert fonts >= 2


def test_numbers_lead_to_their_references_and_addresses_are_links() -> None:
    reader = opened(as_pdf(of_answer(EXTRACTS, open_evidence)))
    links = [link.get_object() for page in reader.pages for link in page.get("/Annots", [])]
    addresses = {link["/A"]["/URI"] for link in links if "/A" in link and "/URI" in link["/A"]}
    assert addresses == {REPORT.source_url, "https://example.org/old-plan"}
    assert len(links) - len([link for link in links if "/A" in link and "/URI" in link["/A"]]) >= 3


def test_pictures_come_after_the_references_with_alternative_texts() -> None:
    content = of_answer(EXTRACTS, open_evidence)
    plain, pictured = as_pdf(content), as_pdf(content, pictures=[PICTURE])
    assert squeezed(PICTURE.caption) in words(pictured)
    assert words(pictured).index("Citedpages") > words(pictured).index("References")
    assert [len(page.images) for page in opened(plain).pages] == [0] * len(opened(plain).pages)
    assert sum(len(page.images) for page in opened(pictured).pages) == 1
    assert PICTURE.alternative in alternatives(pictured)


def alternatives(pdf: bytes) -> set[str]:
    """Return the alternative texts of a file's structure."""
    root: Any = opened(pdf).trailer["/Root"]
    found = set()
    waiting: list[Any] = [root["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            if "/Alt" in node:
                found.add(str(node["/Alt"]))
            if "/K" in node:
                waiting.append(node["/K"])
    return found


def test_characters_of_no_font_leave_a_file_that_can_be_read() -> None:
    content = of_words("Plain words, then \U0010fffd none, ﷺ and " + "one" * 300)
    pdf = as_pdf(content)
    assert "Plainwords,then" in words(pdf)
    root: Any = opened(pdf).trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])


@settings(deadline=None, max_examples=15)
@given(NASTY)
def test_threat_5_no_words_are_markup(text: str) -> None:
    content: Content = of_words(text)
    shown = words(as_pdf(content))
    assert "Quotationsareexact;edition000007,chosenon24November2026." in shown
    # Fonts for some scripts are those of the machine, so what is in plain letters is compared.
    assert _plain(squeezed(content.references[0].quote)) in _plain(shown)


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isprintable())
