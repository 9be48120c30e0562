"""What becomes of the sentences that a chat model writes: `python -m benchmarks.written SET --library DIR [--double faithful] …`.

Every answerable question of a set is answered by the model that the settings name (`make local-model` serves one), or by a double of
the tests. Printed are how many of its sentences were shown and withheld and why, how long a check takes beside the encoding, and how
much later than the model finished it the first checked sentence is shown. `--replies FILE` keeps the model's replies, so that they
can be checked anew without asking again; `--sentences FILE` writes every sentence with its verdict, for reading by eye.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.recombining import RecombiningModel
from report_qa import assistant as answering
from report_qa.assistant import Assistant
from report_qa.evaluation.questions import read_questions
from report_qa.ports import ChatModel
from report_qa.records.answer import Answer, Claim, EvidenceSpan
from report_qa.records.writing import Message, Piece
from report_qa.settings import load_settings
from report_qa.wiring import make_embedder, make_writer, open_lexical_index, open_library, open_vector_index
from tests.doubles import FaithfulModel, InventingModel, question_in

DOUBLES: dict[str, Callable[[], ChatModel]] = {
    "faithful": FaithfulModel,
    "inventing": InventingModel,
    "recombining": RecombiningModel,
}


class Kept:
    """A model whose replies are kept in a file, and said again instead of asking where the question is the same."""

    def __init__(self, model: ChatModel, path: Path | None) -> None:
        self._model = model
        self._path = path
        self._replies: dict[str, str] = json.loads(path.read_text()) if path is not None and path.exists() else {}
        self.name = model.name
        self.last_piece = 0.0

    def stream(self, messages: Sequence[Message], *, stopped: Callable[[], bool] = lambda: False) -> Iterator[Piece]:
        # The marks around the passages are drawn anew for each prompt.
        asked = question_in(messages)
        if asked in self._replies:
            yield Piece(text=self._replies[asked])
            return
        reply = ""
        try:
            for piece in self._model.stream(messages, stopped=stopped):
                reply += piece.text
                self.last_piece = time.perf_counter()
                yield piece
        finally:
            # A reply of which enough was read is ended early, and kept as far as it came.
            self._replies[asked] = reply
            if self._path is not None:
                self._path.write_text(json.dumps(self._replies, ensure_ascii=False, indent=1))


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", type=Path)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--double", choices=DOUBLES)
    parser.add_argument("--replies", type=Path)
    parser.add_argument("--sentences", type=Path)
    parser.add_argument("--most", type=int, default=1_000)
    options = parser.parse_args()
    settings = load_settings(library=options.library)
    model = DOUBLES[options.double]() if options.double else make_writer(settings)
    if model is None:
        parser.error("set REPORT_QA_MODEL, or name a double")
    kept = Kept(model, options.replies)
    assistant = Assistant(
        settings=settings,
        library=open_library(settings),
        embedder=make_embedder(settings),
        open_vector_index=open_vector_index,
        open_lexical_index=open_lexical_index,
        writer=kept,
    )
    asked = [gold for gold in read_questions(options.set) if gold.answerable][: options.most]
    answers, checking, delays = [], [], []
    with _timed(checking):
        for gold in asked:
            started = time.perf_counter()
            first: list[tuple[float, float]] = []

            def shown(_: Claim, __: tuple[EvidenceSpan, ...], first: list[tuple[float, float]] = first) -> None:
                first.append((kept.last_piece, time.perf_counter()))

            kept.last_piece = 0.0
            answers.append(assistant.ask(gold.question, gold.history, on_claim=shown))
            if first and first[0][0] > started:
                delays.append((first[0][1] - started) / (first[0][0] - started))
    _print(answers, checking, delays)
    if options.sentences is not None:
        with options.sentences.open("w", encoding="utf-8") as lines:
            for answer in answers:
                for line in _sentences(answer):
                    lines.write(json.dumps(line, ensure_ascii=False) + "\n")


def _print(answers: Sequence[Answer], checking: Sequence[float], delays: Sequence[float]) -> None:
    tried = [answer for answer in answers if len(answer.provenance.models) > 1]
    shown = [claim for answer in tried if answer.written_by for claim in answer.claims if not _is_extract(claim)]
    withheld = [claim for answer in tried for claim in answer.withheld]
    written = len(shown) + len(withheld)
    print(
        f"{len(answers)} questions, {len(tried)} written about, {sum(not item.written_by for item in tried)} left to extracts"
    )
    print(f"{written} sentences: {len(shown)} shown ({len(shown) / (written or 1):.1%}), {len(withheld)} withheld")
    reasons = Counter(
        next((check.kind for check in claim.checks if not check.passed), claim.verdict.value) for claim in withheld
    )
    print("withheld for: " + ", ".join(f"{reason} {count}" for reason, count in reasons.most_common()))
    if checking:
        print(f"a check: median {statistics.median(checking):.1f} ms, longest {max(checking):.1f} ms, encoding apart")
    if delays:
        print(
            f"first checked sentence: ×{statistics.median(delays):.3f} of the time at which it was written, at most ×{max(delays):.3f}"
        )


def _is_extract(claim: Claim) -> bool:
    """Return whether a claim is a quotation that stands in for what was withheld: its checks are those of quotations."""
    return [check.kind for check in claim.checks] == ["quotation", "figures", "wording"]


def _sentences(answer: Answer) -> Iterator[dict[str, Any]]:
    quotes = {span.evidence_id: span.quote for span in answer.evidence}
    for state, claims in (("shown", answer.claims if answer.written_by else ()), ("withheld", answer.withheld)):
        for claim in claims:
            if _is_extract(claim):
                continue
            yield {
                "question": answer.question,
                "state": state,
                "sentence": claim.sentence,
                "verdict": claim.verdict.value,
                "failed": [check.kind for check in claim.checks if not check.passed],
                "evidence": [quotes.get(citation.evidence_id, "") for citation in claim.citations],
            }


def _timed(milliseconds: list[float]) -> Any:
    real = answering.verify_written

    def timing(*arguments: Any, **named: Any) -> Claim:
        started = time.perf_counter()
        try:
            return real(*arguments, **named)
        finally:
            milliseconds.append((time.perf_counter() - started) * 1000)

    return patch.object(answering, "verify_written", timing)


if __name__ == "__main__":
    main()
