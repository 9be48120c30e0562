"""What the panel of an export shows, as plain data: the formats that are offered, and the sources that can be chosen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from report_qa import EvidenceSpan
from report_qa.doors.downloads import MOST_CHOSEN
from report_qa.exporting.formats import offered

Data = dict[str, Any]


def formats_data() -> Data:
    """Return the formats in their order, and how many sources can be chosen at once."""
    return {
        "most": MOST_CHOSEN,
        "formats": [
            {"name": each.name, "label": each.label, "pages": each.shows_pages, "cites": each.cites_only}
            for each in offered()
        ],
    }


def sources_data(spans: Iterable[EvidenceSpan]) -> list[Data]:
    """Return quotations as they are chosen: each once, by its title, its place and how its words begin."""
    once = {span.cite: span for span in spans}
    return [
        {
            "cite": span.cite,
            "title": f"{span.document_title} ({span.standing})" if span.standing else span.document_title,
            "place": str(span.locator),
            "quote": span.quote,
        }
        for span in once.values()
    ]
