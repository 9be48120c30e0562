"""The gate before publishing: an edition that answers a steward's golden questions worse than it may is not published.

The edition that was built is asked as readers would ask it, while they still use the one before. The receipt of what is published
says how many it passed; where too many fail, the refusal says which, and what each answers now and answered before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ingest.receipt import Receipt
from report_qa.errors import PublishRefused, ReportQAError
from report_qa.library.candidate import Candidate
from report_qa.library.durable import write_durably
from report_qa.library.edition import Library
from report_qa.library.ledger import RECEIPT, read_receipt
from report_qa.ports import Embedder

_MOST_SHOWN = 5


class Answered(Protocol):
    """What became of one golden question."""

    @property
    def question_id(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def passed(self) -> bool: ...
    @property
    def said(self) -> str: ...


# Asks the golden questions of a library, or those of them with these ids.
Asking = Callable[[Library, "Embedder | None", "frozenset[str] | None"], "tuple[Answered, ...]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """`share` (0 to 1) of the questions in `file` have to pass, unless it is `allowed` to publish all the same."""

    file: Path
    share: float
    ask: Asking
    allowed: bool = False

    def examine(self, library: Library, edition_id: str, receipt: Receipt, embedder: Embedder | None = None) -> None:
        """Ask the edition in the building folder, and add what became of it to its receipt.

        Raises:
            PublishRefused: too many questions fail.
            SettingInvalid: the file of questions can't be read.
        """
        now = self.ask(Candidate(library, edition_id), embedder, None)
        failed = {item.question_id: item for item in now if not item.passed}
        was, before = self._before(library, embedder, frozenset(failed))
        receipt.gate = {
            "set": self._digest(),
            "passed": len(now) - len(failed),
            "of": len(now),
            "was": was,
            "allowed": False,
            "failed": [
                {"id": name, "question": item.question, "now": item.said, "before": before.get(name, "")}
                for name, item in failed.items()
            ],
        }
        if len(now) - len(failed) < self.share * len(now):
            if not self.allowed:
                raise PublishRefused(_refusal(receipt.gate, self.share), hint=_HINT)
            receipt.gate["allowed"] = True
        content = json.dumps(receipt.as_json(), ensure_ascii=True, indent=1)
        write_durably(library.building_folder(edition_id) / RECEIPT, content)

    def _before(
        self, library: Library, embedder: Embedder | None, failed: frozenset[str]
    ) -> tuple[int | None, dict[str, str]]:
        """Return how many the current edition passes (None where there is none to ask), and what it says to those that fail."""
        if not library.has_current():
            return None, {}
        folder = library.editions_folder / library.current_edition_id()
        noted = (read_receipt(folder) or {}).get("gate") or {}
        known = noted.get("passed") if noted.get("set") == self._digest() else None
        if known is not None and not failed:
            return int(known), {}
        try:
            asked = self.ask(library, embedder, failed if known is not None else None)
        except ReportQAError:
            # Embedded by another model, say: it can't be asked any more, and is no reason to refuse what replaces it.
            return known, {}
        passed = known if known is not None else sum(item.passed for item in asked)
        return int(passed), {item.question_id: item.said for item in asked}

    def _digest(self) -> str:
        return hashlib.sha256(self.file.read_bytes()).hexdigest()[:16]


_HINT = (
    "The live edition is untouched. Put that right, change the questions, or publish all the same with --allow-gate."
)


def _refusal(gate: dict[str, Any], share: float) -> str:
    was = "" if gate["was"] is None else f" (was {gate['was']})"
    lines = [f"Only {gate['passed']} of {gate['of']} golden questions pass{was}; {share:.0%} have to."]
    for item in gate["failed"][:_MOST_SHOWN]:
        lines.append(f"\n  {item['id']}: {item['question']}\n    now:    {_first_line(item['now'])}")
        if item["before"]:
            lines.append(f"\n    before: {_first_line(item['before'])}")
    more = len(gate["failed"]) - _MOST_SHOWN
    if more > 0:
        lines.append(f"\n  and {more} more.")
    return "".join(lines) + "\n"


def _first_line(said: str) -> str:
    line = " ".join(said.split())
    return line if len(line) <= 160 else line[:159] + "…"
