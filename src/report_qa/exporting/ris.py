"""RIS, as EndNote, Zotero and Mendeley read it: tagged lines, one record for each cited document.

A work's values are single lines, so nothing in them can begin a tag; lines end with CR LF as the format asks.
"""

from __future__ import annotations

from report_qa.exporting.content import Content
from report_qa.exporting.works import Work, WorkType, works

_TYPES = {
    WorkType.REPORT: "RPRT",
    WorkType.WEB_PAGE: "ELEC",
    WorkType.PRESENTATION: "SLIDE",
    WorkType.DATA: "DATA",
    WorkType.DOCUMENT: "GEN",
}


def as_ris(content: Content) -> bytes:
    """Return the cited documents as RIS in UTF-8."""
    return "".join(_record(work) for work in works(content)).encode()


def _record(work: Work) -> str:
    fields = [("TY", _TYPES[work.type]), ("ID", work.key), ("TI", work.title), ("PB", work.publisher)]
    if work.issued:
        fields.append(("PY", f"{work.issued[0]:04d}"))
    if len(work.issued) == 3:
        fields.append(("DA", "{:04d}/{:02d}/{:02d}".format(*work.issued)))
    fields.append(("UR", work.address))
    fields += [("N1", note) for note in work.notes]
    written = "".join(f"{tag}  - {value}\r\n" for tag, value in fields if value)
    return f"{written}ER  - \r\n\r\n"
