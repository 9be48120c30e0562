"""PDF: the export as a tagged document with its fonts in it, set by typst from `export.typ`.

The words reach typst as data (a JSON file that the template reads), never as its markup. The file is PDF/UA, for screen
readers, unless a character is in none of the fonts at hand: then it is tagged all the same, but doesn't say that it conforms.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import typst

from report_qa.exporting.content import Content, PagePicture
from report_qa.exporting.prose import Block, blocks

_TEMPLATE = Path(__file__).with_name("export.typ")


def as_pdf(content: Content, *, pictures: Sequence[PagePicture] = ()) -> bytes:
    """Return an export as a PDF."""
    with tempfile.TemporaryDirectory(prefix="export-") as name:
        folder = Path(name)
        # typst reads nothing outside its root.
        main = folder / "export.typ"
        main.write_bytes(_TEMPLATE.read_bytes())
        shown = []
        for position, block in enumerate(blocks(content, pictures)):
            if block.picture is not None:
                (folder / f"{position}.jpg").write_bytes(block.picture.jpeg)
            shown.append(_block(block, position))
        data = {"title": content.title, "shelf": content.shelf, "blocks": shown}
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        try:
            return _compiled(main, content, ("ua-1",))
        except typst.TypstError:
            return _compiled(main, content, ())


def _compiled(main: Path, content: Content, standards: tuple[Any, ...]) -> bytes:
    return typst.compile(
        main,
        root=main.parent,
        font_paths=_fonts(),
        pdf_standards=list(standards),
        timestamp=int(content.made_on.timestamp()),
        format="pdf",
    )


@cache
def _fonts() -> typst.Fonts:
    """Return typst's own fonts, and the system's for scripts that those don't have."""
    return typst.Fonts()


def _block(block: Block, position: int) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "style": block.style.value,
        "label": block.label,
        "text": block.text,
        "numbers": list(block.numbers),
    }
    if block.reference is not None:
        shown["reference"] = asdict(block.reference)
    if block.picture is not None:
        shown["picture"] = {
            "file": f"{position}.jpg",
            "alternative": block.picture.alternative,
            "wide": block.picture.width_pt > block.picture.height_pt,
        }
    return shown
