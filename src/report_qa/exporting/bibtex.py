"""BibTeX: one entry for each cited document, in UTF-8, as BibTeX 0.99d with inputenc, Biber and reference managers read it.

BibTeX counts braces even where a backslash stands before them, so a brace is written as a command; so is everything else
that TeX would take for an instruction, and empty groups part signs that it would draw as one ("--"). Titles keep their
capitals by a second pair of braces.
"""

from __future__ import annotations

import re

from report_qa.exporting.content import Content
from report_qa.exporting.works import Work, WorkType, works

_ENTRIES = {WorkType.REPORT: "techreport"}
_COMMANDS = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
} | {char: f"\\{char}" for char in "$&%#_"}
_LIGATURE = re.compile(r"([-,'])(?=\1)")
_ESCAPES = str.maketrans(_COMMANDS)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Characters of an address that TeX or BibTeX would stumble over, as an address may write them.
_ADDRESS = str.maketrans({"%": r"\%", "#": r"\#", "&": r"\&", "_": r"\_", "~": r"\textasciitilde{}", "$": r"\$"})


def as_bibtex(content: Content) -> bytes:
    """Return the cited documents as BibTeX in UTF-8."""
    return "\n".join(_entry(work) for work in works(content)).encode()


def _entry(work: Work) -> str:
    kind = _ENTRIES.get(work.type, "misc")
    fields = {"title": f"{{{{{_escaped(work.title)}}}}}"}
    if work.publisher:
        fields["institution" if kind == "techreport" else "publisher"] = f"{{{_escaped(work.publisher)}}}"
    if work.issued:
        fields["year"] = f"{{{work.issued[0]:04d}}}"
    if len(work.issued) == 3:
        fields["month"] = _MONTHS[work.issued[1] - 1]
        fields["day"] = f"{{{work.issued[2]}}}"
    if work.address:
        fields["url"] = f"{{{work.address.translate(_ADDRESS)}}}"
    fields["note"] = f"{{{_escaped(' '.join(work.notes))}}}"
    written = ",\n".join(f"  {name} = {value}" for name, value in fields.items())
    return f"@{kind}{{{work.key},\n{written}\n}}\n"


def _escaped(text: str) -> str:
    return _LIGATURE.sub(r"\1{}", text.translate(_ESCAPES))
