"""CSL-JSON, as citation processors and Zotero read it: one item for each cited document.

Processors read `<i>`, `<b>`, `<sc>`, `<sub>`, `<sup>` and `<span …>` in a text as markup, and `{:type: bill}` in a note as
a field. They know no escape for these, so a word joiner, which nobody sees, parts such a bracket from what follows.
"""

from __future__ import annotations

import json
import re
from typing import Any

from report_qa.exporting.content import Content
from report_qa.exporting.works import Work, WorkType, works

_TYPES = {
    WorkType.REPORT: "report",
    WorkType.WEB_PAGE: "webpage",
    WorkType.PRESENTATION: "speech",
    WorkType.DATA: "dataset",
    WorkType.DOCUMENT: "document",
}
_READ_AS_MARKUP = re.compile(r"<(?=/?(?:i|b|sc|sub|sup|span)\b)|\{(?=:)", re.IGNORECASE)


def as_csl(content: Content) -> bytes:
    """Return the cited documents as a CSL-JSON list in UTF-8."""
    return json.dumps([_item(work) for work in works(content)], ensure_ascii=False, indent=2).encode()


def _item(work: Work) -> dict[str, Any]:
    item: dict[str, Any] = {"id": work.key, "type": _TYPES[work.type], "title": _text(work.title)}
    if work.publisher:
        item["publisher"] = _text(work.publisher)
    if work.issued:
        item["issued"] = {"date-parts": [list(work.issued)]}
    if work.address:
        item["URL"] = work.address
    item["note"] = _text("\n".join(work.notes))
    return item


def _text(text: str) -> str:
    return _READ_AS_MARKUP.sub("\\g<0>\u2060", text)
