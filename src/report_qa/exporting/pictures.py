"""The pages that an export cites, as pictures with the cited lines boxed: for those who want to see the words in their place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from report_qa.errors import DocumentUnreadable, IndexDamaged
from report_qa.evidence import PageView
from report_qa.exporting.content import Content, PagePicture, Reference
from report_qa.exporting.prose import cited_pages
from report_qa.records.document import Box, SourceDocument

# Draws one page as JPEG with boxes around the cited lines; `Shelf.marked_page` is one.
DrawPage = Callable[[SourceDocument, int, Sequence[Box]], bytes]
MOST_PAGES = 40
_LONGEST_ALTERNATIVE = 600


def page_pictures(content: Content, draw: DrawPage, *, most: int = MOST_PAGES) -> tuple[PagePicture, ...]:
    """Return the cited pages in the order in which they are first cited, at the most so many.

    A page whose original is gone or can't be drawn is left out; the export counts those.
    """
    pictures = []
    for (_, page_index), references in list(cited_pages(content).items())[:most]:
        document = references[0].document
        page = next(page for page in references[0].pages if page.page_index == page_index)
        if document is None:
            continue
        boxes = tuple(
            box for each in references for own in each.pages if own.page_index == page_index for box in own.boxes
        )
        try:
            drawn = draw(document, page_index, boxes)
        except (DocumentUnreadable, IndexDamaged):
            continue
        pictures.append(_picture(drawn, page, references))
    return tuple(pictures)


def _picture(drawn: bytes, page: PageView, references: Sequence[Reference]) -> PagePicture:
    first = references[0]
    place = str(replace(first.locator, page_index=page.page_index, page_label=page.printed_label))
    marks = ", ".join(f"[{reference.number}]" for reference in references)
    words = " … ".join(" ".join(reference.quote.split()) for reference in references)
    shortened = words if len(words) <= _LONGEST_ALTERNATIVE else words[:_LONGEST_ALTERNATIVE].rsplit(" ", 1)[0] + " …"
    return PagePicture(
        jpeg=drawn,
        caption=f"{marks} {first.title}, {place}: the cited lines are boxed.",
        alternative=f"Picture of {place} of {first.title}. The boxed lines read: “{shortened}”",
        numbers=tuple(reference.number for reference in references),
        width_pt=page.width_pt,
        height_pt=page.height_pt,
    )
