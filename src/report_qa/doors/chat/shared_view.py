"""What a link's page shows, as plain data: its head, its answers or quotations, and at each of them what its source says now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from report_qa import EvidenceSpan, Turn
from report_qa.changes import Change, ChangeKind
from report_qa.doors.chat.answer_view import table_data, turn_data
from report_qa.doors.chat.evidence_view import spoken_day
from report_qa.doors.chat.export_view import formats_data, sources_data
from report_qa.doors.chat.texts import counted, text
from report_qa.records.shared import OpenedShare, Shared, SharedComparison, SharedKind, SharedQuote, shown_evidence

Data = dict[str, Any]
Changes = Mapping[str, Change]

_KINDS = {
    SharedKind.QUOTE: "shared.kind_quote",
    SharedKind.ANSWER: "shared.kind_answer",
    SharedKind.CONVERSATION: "shared.kind_conversation",
    SharedKind.COMPARISON: "shared.kind_comparison",
}
_LEADS = {
    ChangeKind.CHANGED: "since.changed",
    ChangeKind.REMOVED: "since.removed",
    ChangeKind.WITHDRAWN: "since.withdrawn",
    ChangeKind.PURGED: "since.purged",
}
_WORDS_IN_A_NAME = 12


def absent_data() -> Data:
    """Return what is shown for a link that nobody made or that was withdrawn: the two look alike."""
    return {"absent": True, "title": text("shared.absent"), "hint": text("shared.absent_hint")}


def unreadable_data() -> Data:
    """Return what is shown where what is stored is not what was shared."""
    return {"absent": True, "title": text("shared.unreadable"), "hint": text("shared.unreadable_hint")}


def head_data(opened: OpenedShare, changes: Changes, current_edition: str) -> Data:
    """Return what stands above the answers, and the quotations of a link that shows no answers."""
    shared = opened.shared
    # The first question stands right below: it is not said twice.
    repeated = any(shared.title == answer.question for answer in shared.answers[:1])
    data: Data = {
        "kind": text(_KINDS[shared.kind]),
        "title": "" if repeated else shared.title,
        "when": text("shared.when", day=spoken_day(opened.made_at), editions=", ".join(_editions(shared))),
        "changed": any(change.notable for change in changes.values()),
        "news": _news(shared, changes, current_edition),
    }
    if shared.kind is not SharedKind.ANSWER:
        data |= {"choosable": sources_data(shared.cited), "exporting": formats_data()}
    if isinstance(shared, SharedQuote):
        data["quotes"] = [_quote_data(shared.evidence, changes)]
    if isinstance(shared, SharedComparison):
        data["columns"] = list(shared.columns)
        data["rows"] = [
            {"heading": row.heading, "cells": [[_quote_data(span, changes) for span in cell] for cell in row.cells]}
            for row in shared.rows
        ]
    return data


def turns_data(turns: Iterable[Turn], changes: Changes) -> list[Data]:
    """Return questions with their answers to be read, not to be gone on from, and at each citation what has changed since."""
    shown = []
    for turn in turns:
        data = turn_data(turn) | {"edits": "", "bySource": False}
        if "choices" in data:
            data["choices"] = []
        if "retry" in data:
            data["retry"] = False
        for cite in _cites(data):
            cite["since"] = since_data(changes.get(cite["cite"]))
        shown.append(data)
    return shown


def since_data(change: Change | None) -> Data | None:
    """Return what is to be said of a quotation whose source is not as it was, None where it is."""
    if change is None or not change.notable:
        return None
    data: Data = {"lead": _lead(change), "cite": change.cite, "words": _first_words(change.after)}
    if change.kind is ChangeKind.CHANGED:
        before, after = _differing(change.before, change.after)
        data["before"] = {"edition": change.edition_before, "runs": before}
        data["after"] = {"edition": change.edition_id, "place": str(change.locator), "runs": after}
    return data


def _lead(change: Change) -> str:
    lead = ""
    if change.kind is ChangeKind.MOVED:
        lead = text("since.moved", place=change.locator)
    elif change.kind in _LEADS:
        lead = text(_LEADS[change.kind])
    if not change.superseded:
        return lead
    title = change.superseded_by
    superseded = text("since.superseded_by", title=title) if title else text("since.superseded")
    return f"{lead} {superseded}".strip()


def _news(shared: Shared, changes: Changes, current_edition: str) -> str:
    """Return one sentence on whether what is quoted still stands as it was quoted."""
    count = len(changes)
    if not count or _editions(shared) == [current_edition]:
        return text("shared.as_it_was")
    notable = sum(change.notable for change in changes.values())
    if not notable:
        return counted("shared.unchanged", count, edition=current_edition)
    if count == 1:
        return text("shared.changed_only", edition=current_edition)
    return counted("shared.changed", notable, of=f"{count:,}", edition=current_edition)


def _editions(shared: Shared) -> list[str]:
    found = [answer.provenance.edition_id for answer in shared.answers]
    found += [span.cite.partition("~")[0] for span in shared.cited]
    return sorted(set(found))


def _quote_data(span: EvidenceSpan, changes: Changes) -> Data:
    standing = f" ({span.standing})" if span.standing else ""
    return {
        "quote": span.quote,
        "table": table_data(span.quote),
        "cite": span.cite,
        "source": f"{span.document_title}{standing}, {span.locator}",
        "since": since_data(changes.get(span.cite)),
    }


def _cites(turn: Data) -> Iterator[Data]:
    for group in turn.get("groups", ()):
        for claim in group["claims"]:
            yield from claim["cites"]
    yield from turn.get("nearest", ())


def _first_words(words: str) -> str:
    plain = words.replace(" | ", ", ").split()
    return " ".join(plain[:_WORDS_IN_A_NAME]) + ("…" if len(plain) > _WORDS_IN_A_NAME else "")


def _differing(before: str, after: str) -> tuple[list[list[Any]], list[list[Any]]]:
    """Return two texts as [words, whether the other has them not] runs."""
    old, new = before.replace(" | ", ", ").split(), after.replace(" | ", ", ").split()
    runs: tuple[list[list[Any]], list[list[Any]]] = ([], [])
    for kind, *bounds in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for side, words, (first, last) in ((0, old, bounds[:2]), (1, new, bounds[2:])):
            if first < last:
                _append(runs[side], " ".join(words[first:last]), kind != "equal")
    return runs


def _append(runs: list[list[Any]], words: str, differs: bool) -> None:
    # The space between two runs belongs to neither side's difference.
    if runs:
        runs.append([" ", False])
    runs.append([words, differs])


def beside(shared: Shared, cite: str) -> Sequence[EvidenceSpan]:
    """Return the quotations to step through from one of them: those of its answer, () where the cite is none of theirs."""
    together = [shown_evidence(answer) for answer in shared.answers] or [shared.cited]
    return next((spans for spans in together if any(span.cite == cite for span in spans)), ())
