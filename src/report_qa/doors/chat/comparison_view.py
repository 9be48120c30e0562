"""What the comparison of two editions of a document shows, as plain data: figures that changed first, then all that differs."""

from __future__ import annotations

from typing import Any

from report_qa import DocumentComparison, EvidenceSpan, SourceDocument
from report_qa.doors.chat.evidence_view import source_line
from report_qa.doors.chat.texts import text
from report_qa.records.comparison import Change, ChangeKind, ComparedWords, Unchanged
from report_qa.records.shared import ComparedRow, SharedComparison

Data = dict[str, Any]
# Of a stretch that stayed as it was, the browser gets so many sentences to unfold.
_MOST_UNFOLDED = 12
# A link freezes a copy of what it shows; a whole book compared is no copy to send.
_MOST_SHARED = 300


def comparison_data(compared: DocumentComparison) -> Data:
    """Return a comparison in reading order."""
    parts = [_part(number, part) for number, part in enumerate(compared.parts)]
    return {
        "before": {
            "id": compared.before.document_id,
            "edition": compared.before_edition,
            "title": compared.before.title,
            "source": source_line(compared.before),
        },
        "after": {
            "id": compared.after.document_id,
            "edition": compared.after_edition,
            "title": compared.after.title,
            "source": source_line(compared.after),
        },
        "same_file": compared.same_file,
        "shareable": 0 < len(compared.changes) <= _MOST_SHARED,
        "counts": {kind.value: compared.count(kind) for kind in ChangeKind},
        "figures": [
            {"before": figure.before, "after": figure.after, "change": part["number"]}
            | {"words": change.after.words, "place": part["after"]["place"], "cite": part["after"]["cite"]}
            for part, change in zip(parts, compared.parts, strict=True)
            if isinstance(change, Change) and change.after is not None
            for figure in change.figures
        ],
        "parts": parts,
    }


def _part(number: int, part: Change | Unchanged) -> Data:
    if isinstance(part, Unchanged):
        count = len(part.sentences)
        return {
            "number": number,
            "kind": "unchanged",
            "count": count,
            "sentences": list(part.sentences[:_MOST_UNFOLDED]),
            "more": max(0, count - _MOST_UNFOLDED),
        }
    return {
        "number": number,
        "kind": part.kind.value,
        "before": _side(part.before),
        "after": _side(part.after),
    }


def _side(words: ComparedWords | None) -> Data | None:
    if words is None:
        return None
    return {
        "cite": words.cite,
        "place": str(words.locator),
        "runs": [[run.words, run.differs] for run in words.runs],
    }


def shared_comparison(compared: DocumentComparison) -> SharedComparison:
    """Return the differences as a link shows them: each side's words with their place, in its own edition."""
    columns = tuple(
        text(
            "library.edition" if document.title == compared.after.title else "library.side",
            edition=edition,
            title=document.title,
        )
        for document, edition in (
            (compared.before, compared.before_edition),
            (compared.after, compared.after_edition),
        )
    )
    rows = []
    for number, change in enumerate(compared.changes[:_MOST_SHARED], 1):
        place = change.after or change.before
        cells = (_quoted(change.before, compared.before, number), _quoted(change.after, compared.after, number))
        rows.append(ComparedRow(heading=str(place.locator) if place is not None else "", cells=cells))
    title = text("library.compare_named", title=compared.after.title)
    return SharedComparison(title=title, columns=columns, rows=tuple(rows))


def _quoted(words: ComparedWords | None, document: SourceDocument, number: int) -> tuple[EvidenceSpan, ...]:
    if words is None:
        return ()
    return (
        EvidenceSpan(
            evidence_id=f"E{number}",
            passage_id="",
            document_id=document.document_id,
            document_path=document.path,
            document_title=document.title,
            role=document.role,
            spans=(words.span,),
            quote=words.words,
            boxes=(),
            locator=words.locator,
            source_url=document.source_url,
            cite=words.cite,
            state=document.state,
        ),
    )
