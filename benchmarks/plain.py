"""Documents as a plain pipeline reads them: pypdf's text of each page, text files whole, cut by LangChain's recursive splitter.

Needs nothing of ours but the record that it returns, so that it runs where the other systems are installed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from report_qa.evaluation.found import Found

CHUNK, OVERLAP = 1_000, 150
TEXT_FILES = {".md", ".markdown", ".txt", ".rst", ".csv"}


def plain_pages(folder: Path) -> tuple[tuple[Found, ...], tuple[str, ...]]:
    """Return the plain text of each page of a folder's PDFs and of each text file, and the paths that gave none."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".pdf", *TEXT_FILES})
    pages = pages_of(files, folder)
    read = {page.path for page in pages}
    paths = [file.relative_to(folder).as_posix() for file in files]
    return pages, tuple(path for path in paths if path not in read)


def pages_of(files: Iterable[Path], root: Path) -> tuple[Found, ...]:
    """Return the plain text of each page of these files that has any, with the files' paths from `root`."""
    return tuple(
        Found(path=file.relative_to(root).as_posix(), page=number, text=text.encode("utf-8", "replace").decode("utf-8"))
        for file in files
        for number, text in _texts(file)
        if text.strip()
    )


def _texts(file: Path) -> list[tuple[int | None, str]]:
    if file.suffix.lower() in TEXT_FILES:
        return [(None, file.read_text(encoding="utf-8", errors="replace"))]
    from pypdf import PdfReader

    try:
        return [(number, page.extract_text()) for number, page in enumerate(PdfReader(file).pages, 1)]
    except Exception as error:  # noqa: BLE001 - pypdf raises what the file makes it raise; the naive pipeline has no more
        print(f"{file.name}: {error}", file=sys.stderr)
        return []


def split(pages: Sequence[Found], *, size: int = CHUNK, overlap: int = OVERLAP) -> tuple[Found, ...]:
    """Return the chunks of LangChain's recursive splitter, `size` and `overlap` in characters; none crosses a page."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=size, chunk_overlap=overlap)
    return tuple(replace(page, text=text) for page in pages for text in splitter.split_text(page.text))


def words(text: str) -> list[str]:
    """Return a text's words in lower case, as they stand."""
    return re.findall(r"\w+", text.lower())


def write_for_cairn(chunks: Sequence[Found], folder: Path) -> dict[str, Found]:
    """Write each document as a file with a head, as cairn reads them; returns each of its passage ids with the chunk."""
    documents: dict[str, list[Found]] = {}
    for chunk in chunks:
        documents.setdefault(chunk.path, []).append(chunk)
    places = {}
    for number, (path, parts) in enumerate(documents.items(), 1):
        title = " ".join(words(Path(path).stem.replace("_", " "))) or path
        paragraphs = []
        for part in parts:
            if paragraph := _paragraph(part.text):
                paragraphs.append(paragraph)
                places[f"d{number}#{len(paragraphs)}"] = part
        head = f"---\nid: d{number}\ntitle: {title}\nlang: en\n---\n"
        (folder / f"d{number}.md").write_text(head + "\n\n".join(paragraphs), encoding="utf-8")
    return places


def _paragraph(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    # Nothing but headings would be joined to the next paragraph, and all later passages counted one too low.
    if all(line.lstrip().startswith("#") for line in lines):
        lines = [bare for line in lines if (bare := line.lstrip().lstrip("#").strip())]
    return "\n".join(lines)
