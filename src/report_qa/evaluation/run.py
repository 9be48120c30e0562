"""Ask a set of gold questions and count what matters: right answers, refusals, and answers that do not answer.

An answer is right when every needed fact occurs in a cited quotation, and at least one quotation that holds one stands in a
gold document (on a gold page, where pages are given). It is wrong when claims are shown without that, or at all where the
documents don't answer.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from report_qa.assistant import Assistant
from report_qa.evaluation.questions import GoldQuestion
from report_qa.records.answer import Answer, EvidenceSpan
from report_qa.records.passage import RetrievedPassage


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one question. `verbatim` is False if any quotation isn't at its offsets."""

    gold: GoldQuestion
    answer: Answer
    shown: bool
    right: bool
    page_found: bool
    verbatim: bool
    milliseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcomes of a set, with `top` as the k of "gold page within k passages"."""

    outcomes: tuple[Outcome, ...]
    top: int

    def figures(self, kind: str | None = None) -> dict[str, float | int | None]:
        """Return counts and shares, of one kind of question or of all; a share of nothing is None."""
        outcomes = [item for item in self.outcomes if kind is None or item.gold.kind == kind]
        answerable = [item for item in outcomes if item.gold.answerable]
        others = [item for item in outcomes if not item.gold.answerable]
        shown = [item for item in outcomes if item.shown]
        return {
            "questions": len(outcomes),
            "right": _share(answerable, lambda item: item.right),
            "page_found": _share([item for item in answerable if item.gold.places], lambda item: item.page_found),
            "refused_answerable": _share(answerable, lambda item: not item.shown),
            "refused_unanswerable": _share(others, lambda item: not item.shown),
            "wrong_of_shown": _share(shown, lambda item: not item.right),
            "verbatim": _share(shown, lambda item: item.verbatim),
            "median_ms": round(statistics.median(item.milliseconds for item in outcomes), 1) if outcomes else None,
            "median_characters": statistics.median(_length(item.answer) for item in shown) if shown else None,
        }

    def as_json(self) -> dict[str, Any]:
        """Return the figures of the whole set and of each kind, and one line for each question."""
        return {
            "all": self.figures(),
            "kinds": {kind: self.figures(kind) for kind in self._kinds()},
            "questions": [
                {
                    "id": item.gold.question_id,
                    "kind": item.gold.kind,
                    "status": item.answer.status.value,
                    "right": item.right,
                    "page_found": item.page_found,
                    "verbatim": item.verbatim,
                    "ms": round(item.milliseconds, 1),
                }
                for item in self.outcomes
            ],
        }

    def as_text(self, *, failures: bool = False) -> str:
        """Return a table by kind and the figures of the whole set; with `failures`, each question that went wrong."""
        head = f"{'kind':<14}{'n':>5}{'right':>8}{f'page@{self.top}':>9}{'refused':>9}{'wrong*':>8}"
        rows = [
            head,
            *(self._row(kind, self.figures(kind)) for kind in self._kinds()),
            self._row("all", self.figures()),
        ]
        whole = self.figures()
        rows += [
            "",
            f"answerable questions answered with the expected fact, from the right place  {_percent(whole['right'])}",
            f"unanswerable questions refused                                             {_percent(whole['refused_unanswerable'])}",
            f"answers shown that do not answer (*)                                       {_percent(whole['wrong_of_shown'])}",
            f"answers whose quotations all stand verbatim at their offsets               {_percent(whole['verbatim'])}",
            f"median time of an answer {whole['median_ms']} ms, median length {whole['median_characters']} characters",
        ]
        if failures:
            rows += [
                "",
                *(
                    _failure(item)
                    for item in self.outcomes
                    if item.right is not item.gold.answerable or (item.shown and not item.right)
                ),
            ]
        return "\n".join(rows)

    def _kinds(self) -> list[str]:
        return list(dict.fromkeys(item.gold.kind for item in self.outcomes))

    def _row(self, name: str, figures: dict[str, float | int | None]) -> str:
        refused = figures["refused_answerable"] if figures["right"] is not None else figures["refused_unanswerable"]
        cells = (figures["right"], figures["page_found"], refused, figures["wrong_of_shown"])
        right, page, refusals, wrong = (_percent(cell) for cell in cells)
        return f"{name:<14}{figures['questions']:>5}{right:>8}{page:>9}{refusals:>9}{wrong:>8}"


def evaluate(questions: Sequence[GoldQuestion], assistant: Assistant, *, top: int) -> Report:
    """Ask every question and return the outcomes in order."""
    return Report(outcomes=tuple(_ask(gold, assistant, top) for gold in questions), top=top)


def _ask(gold: GoldQuestion, assistant: Assistant, top: int) -> Outcome:
    started = time.perf_counter()
    answer = assistant.ask(gold.question, gold.history)
    milliseconds = (time.perf_counter() - started) * 1000
    found = assistant.search(gold.question, top=top, history=gold.history).kept
    shown = answer.status.shows_claims
    return Outcome(
        gold=gold,
        answer=answer,
        shown=shown,
        right=shown and is_right(gold, answer),
        page_found=any(_passage_in_place(gold, item) for item in found),
        verbatim=all(_is_verbatim(span, assistant) for span in (*answer.evidence, *answer.nearest)),
        milliseconds=milliseconds,
    )


def is_right(gold: GoldQuestion, answer: Answer) -> bool:
    """Return whether an answer's quotations hold every needed fact, one of them from a gold place."""
    if not gold.answerable:
        return False
    quotes = " ".join(span.quote for span in answer.evidence)
    if not all(any(holds(quotes, part) for part in need) for need in gold.must_contain):
        return False
    return any(
        _in_place(gold, span) and any(holds(span.quote, part) for need in gold.must_contain for part in need)
        for span in answer.evidence
    )


def holds(text: str, part: str) -> bool:
    """Return whether a text holds a fact, ignoring case and white space; a figure must stand whole ("3" is not in "13")."""
    text, part = _plain(text), _plain(part)
    if not part:
        return False
    pattern = re.escape(part)
    start = r"(?<![\d.,])" if part[:1].isdigit() else ""
    end = r"(?![\d]|[.,]\d)" if part[-1:].isdigit() else ""
    return re.search(start + pattern + end, text) is not None


_FOLDED = str.maketrans("’‘“”–—\u00a0", "''\"\"-- ")


def _plain(text: str) -> str:
    folded = text.translate(_FOLDED)
    return " ".join(folded.lower().split())


def _in_place(gold: GoldQuestion, span: EvidenceSpan) -> bool:
    if not gold.places:
        return True
    pages = {box.page_index + 1 for box in span.boxes}
    if not pages and span.locator.page is not None:
        pages = {span.locator.page}
    return any(
        _same_file(place.source, span.document_path) and (not place.pages or bool(place.pages & pages))
        for place in gold.places
    )


def _passage_in_place(gold: GoldQuestion, item: RetrievedPassage) -> bool:
    page = None if item.passage.page_index is None else item.passage.page_index + 1
    return any(
        _same_file(place.source, item.document.path) and (not place.pages or page in place.pages)
        for place in gold.places
    )


def _same_file(source: str, path: str) -> bool:
    return path == source or path.endswith("/" + source) or source.endswith("/" + path)


def _is_verbatim(span: EvidenceSpan, assistant: Assistant) -> bool:
    text = assistant.reading_text(span.document_id)
    return span.quote == "\n".join(text[part.start_char : part.end_char] for part in span.spans)


def _length(answer: Answer) -> int:
    return sum(len(claim.sentence) for claim in answer.claims)


def _share(items: Sequence[Outcome], test: Callable[[Outcome], bool]) -> float | None:
    return round(sum(1 for item in items if test(item)) / len(items), 4) if items else None


def _percent(share: float | int | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}%"


def _failure(item: Outcome) -> str:
    wanted = "; ".join("|".join(need) for need in item.gold.must_contain) or "a refusal"
    places = ", ".join(f"{place.source} {sorted(place.pages) or ''}".strip() for place in item.gold.places[:2])
    said = "\n".join(
        f"      {claim.sentence}  ({claim.citations[0].document_title[:50]}, {claim.citations[0].locator})"
        for claim in item.answer.claims
    )
    head = f"{item.gold.question_id} [{item.gold.kind}] {item.gold.question}"
    got = f"{item.answer.status.value}: {item.answer.searched}"
    return f"{head}\n   wanted: {wanted}  ({places})\n   got: {got}\n{said}"
