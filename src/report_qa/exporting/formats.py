"""The formats of an export, in the order in which a person is offered them, and one call that writes any of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from report_qa.errors import SettingInvalid
from report_qa.exporting import harmless
from report_qa.exporting.bibtex import as_bibtex
from report_qa.exporting.content import Content, PagePicture
from report_qa.exporting.csl import as_csl
from report_qa.exporting.csv_file import as_csv
from report_qa.exporting.json_file import as_json
from report_qa.exporting.markdown import as_markdown
from report_qa.exporting.ris import as_ris

_LONGEST_STEM = 80
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?:\.|$)", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[<>:\"/\\|?*\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format: its `name` in calls, its `label` for people, its file's `extension` with the dot, and its media type.

    `shows_pages` says that pictures of pages can go into it; `cites_only`, that it holds the cited documents and nothing else.
    """

    name: str
    label: str
    extension: str
    media_type: str
    shows_pages: bool = False
    cites_only: bool = False


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FORMATS = (
    Format(name="docx", label="Word", extension=".docx", media_type=_WORD, shows_pages=True),
    Format(name="pdf", label="PDF", extension=".pdf", media_type="application/pdf", shows_pages=True),
    Format(name="markdown", label="Markdown", extension=".md", media_type="text/markdown; charset=utf-8"),
    Format(name="csv", label="CSV", extension=".csv", media_type="text/csv; charset=utf-8"),
    Format(name="json", label="JSON", extension=".json", media_type="application/json"),
    Format(
        name="ris",
        label="RIS",
        extension=".ris",
        media_type="application/x-research-info-systems; charset=utf-8",
        cites_only=True,
    ),
    Format(
        name="bibtex",
        label="BibTeX",
        extension=".bib",
        media_type="application/x-bibtex; charset=utf-8",
        cites_only=True,
    ),
    Format(
        name="csl",
        label="CSL-JSON",
        extension=".csl.json",
        media_type="application/vnd.citationstyles.csl+json",
        cites_only=True,
    ),
)
_PLAIN: dict[str, Callable[[Content], bytes]] = {
    "markdown": as_markdown,
    "csv": as_csv,
    "json": as_json,
    "ris": as_ris,
    "bibtex": as_bibtex,
    "csl": as_csl,
}


def offered() -> tuple[Format, ...]:
    """Return the formats in the order in which a person is offered them."""
    return _FORMATS


def format_named(name: str) -> Format:
    """Return the format of a name.

    Raises:
        SettingInvalid: there is none.
    """
    for known in _FORMATS:
        if known.name == name:
            return known
    names = ", ".join(known.name for known in _FORMATS)
    raise SettingInvalid(f"There is no export as {name!r}.", hint=f"Choose one of {names}.")


def format_of_file(file_name: str) -> Format:
    """Return the format that a file's name asks for: by its extension, the longest that fits.

    Raises:
        SettingInvalid: no format has that extension.
    """
    fitting = [known for known in _FORMATS if file_name.lower().endswith(known.extension)]
    if not fitting:
        extensions = ", ".join(known.extension for known in _FORMATS)
        raise SettingInvalid(
            f"{file_name} has no extension of an export.", hint=f"End the name with one of {extensions}."
        )
    return max(fitting, key=lambda known: len(known.extension))


def export(content: Content, name: str, *, pictures: Sequence[PagePicture] = ()) -> bytes:
    """Return an export as the bytes of a file; `pictures` (`page_pictures`) go into the formats that show pages.

    Raises:
        SettingInvalid: there is no such format.
    """
    return _writer(format_named(name).name, pictures)(content)


def file_name(content: Content, name: str) -> str:
    """Return a file's name of title and date that every system takes: "How large is the gap - 2026-11-26.docx"."""
    extension = format_named(name).extension
    title = _FORBIDDEN.sub(" ", unicodedata.normalize("NFC", harmless.line(content.title)))
    title = _shortened(" ".join(title.split())).strip(" .")
    if not title or _RESERVED.match(title):
        title = f"{content.kind.value} {title}".strip()
    return f"{title} - {content.made_on:%Y-%m-%d}{extension}"


def _shortened(title: str) -> str:
    """Cut a title at a word; systems count the bytes of a name, so a title in other scripts is cut earlier."""
    cut = title[:_LONGEST_STEM].encode()[: 2 * _LONGEST_STEM].decode(errors="ignore")
    return cut if cut == title else cut.rsplit(" ", 1)[0]


def _writer(name: str, pictures: Sequence[PagePicture]) -> Callable[[Content], bytes]:
    # Word's and PDF's libraries load for as long as all the others together.
    if name == "docx":
        from report_qa.exporting.docx_file import as_docx

        return partial(as_docx, pictures=pictures)
    if name == "pdf":
        from report_qa.exporting.pdf_file import as_pdf

        return partial(as_pdf, pictures=pictures)
    return _PLAIN[name]
