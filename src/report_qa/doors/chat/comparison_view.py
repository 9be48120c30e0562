"""What the comparison of two editions of a document shows, as plain data: figures that changed first, then all that differs."""

from __future__ import annotations

from typing import Any

from report_qa import DocumentComparison
from report_qa.doors.chat.evidence_view import source_line
from report_qa.records.comparison import Change, ChangeKind, ComparedWords, Unchanged

Data = dict[str, Any]
# Of a stretch that stayed as it was, the browser gets so many sentences to unfold.
_MOST_UNFOLDED = 12


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
        "counts": {kind.value: compared.count(kind) for kind in ChangeKind},
        "figures": [
            {"before": figure.before, "after": figure.after, "change": part["number"]}
            | {"place": part["after"]["place"], "cite": part["after"]["cite"]}
            for part, change in zip(parts, compared.parts, strict=True)
            if isinstance(change, Change)
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
