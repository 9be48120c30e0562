"""Exports opened by LibreOffice: Word, PDF and CSV show the same words there. Skipped where LibreOffice isn't installed."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable

import openpyxl
import pypdf
import pytest
from lxml import etree

from report_qa.exporting.collect import of_checked, of_conversation
from report_qa.exporting.content import Content
from report_qa.exporting.formats import export, format_named
from report_qa.exporting.prose import blocks
from tests.report_qa.exporting.samples import CHECKED, CONVERSATION, PICTURE, RETURNS, SAFE, open_evidence, squeezed

Convert = Callable[[Content, str, str], bytes]
pytestmark = pytest.mark.office
CONTENT = of_conversation(CONVERSATION, open_evidence)


@pytest.fixture(scope="module")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """Export, open in LibreOffice, and save in another format; returns that file's bytes."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed (Debian: libreoffice-writer-nogui libreoffice-calc-nogui)")
    folder = tmp_path_factory.mktemp("office")
    importing = {
        "pdf": ["--infilter=writer_pdf_import"],
        # Commas, quotes, UTF-8 (which the dialog that a person sees takes from the byte order mark), formulas calculated.
        "csv": ["--infilter=CSV:44,34,76,1,,0,false,true,false,false,false,-1,true"],
    }

    def call(content: Content, name: str, to: str) -> bytes:
        made = folder / f"{content.kind.value}{format_named(name).extension}"
        made.write_bytes(export(content, name, pictures=[PICTURE]))
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        converting = ["--headless", *importing.get(name, []), "--convert-to", to, "--outdir", str(folder / "out")]
        subprocess.run([str(soffice), profile, *converting, str(made)], check=True, capture_output=True, timeout=300)
        return (folder / "out" / made.with_suffix(f".{to}").name).read_bytes()

    return call


def test_word_shows_the_same_words(convert: Convert) -> None:
    reader = pypdf.PdfReader(io.BytesIO(convert(CONTENT, "docx", "pdf")))
    shown = squeezed("".join(page.extract_text() for page in reader.pages))
    for block in blocks(CONTENT, [PICTURE]):
        for line in block.text.split("\n"):
            assert squeezed(line) in shown
    for said in (f"“{RETURNS.quote}” [1]", f"[1] “{RETURNS.quote}”"):
        assert squeezed(said) in shown
    assert f"Page1of{len(reader.pages)}" in shown
    assert len({image.data for page in reader.pages for image in page.images}) == 1


def test_pdf_shows_the_same_words(convert: Convert) -> None:
    content = of_checked(CHECKED, open_evidence)
    opened = zipfile.ZipFile(io.BytesIO(convert(content, "pdf", "odt")))
    shown = squeezed("".join(etree.fromstring(opened.read("content.xml")).itertext()))
    assert squeezed("Contradicted: Each million brought back £9m. [1]") in shown
    assert squeezed(RETURNS.quote) in shown
    # Each printed line is a frame of its own, and these come from the bottom of the page upwards; long words are on two.
    words = [word for word in f"On Mars, {SAFE}.".split() if len(word) < 20]
    assert [word for word in words if word not in shown] == []


def test_a_spreadsheet_shows_the_same_words_and_calculates_nothing(convert: Convert) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(convert(CONTENT, "csv", "xlsx"))).active
    head, *rows = [list(row) for row in sheet.iter_rows()]
    columns = [str(cell.value) for cell in head]
    assert not [cell.coordinate for row in rows for cell in row if cell.data_type == "f"]
    quotes = [str(row[columns.index("quote")].value or "") for row in rows]
    assert quotes[0] == RETURNS.quote
    assert squeezed(quotes[2]) == squeezed(f"Item | Sum\n{SAFE} | £1.15m")
    assert len(rows) == 9
    assert "Quotations are exact" in str(rows[0][columns.index("notice")].value)
