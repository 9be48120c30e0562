"""The figures of a set of outcomes: shares with their intervals, by kind of question, as a table or as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from report_qa.evaluation.metrics import auroc, coverage_and_error, interval
from report_qa.evaluation.run import LONG_ANSWER, PASSAGES, SHORT_ANSWER, Outcome, is_right

# Every share by its name in `Outcome.scores`, with the line that says what it is.
SHARES = {
    "right": "answerable questions answered with the expected fact, from the right place",
    "refused_unanswerable": "unanswerable questions refused",
    "wrong_of_shown": "answers shown that do not answer (*)",
    "verbatim": "answers whose quotations all stand verbatim at their offsets",
    "refused_answerable": "answerable questions refused",
    "refusal_precision": "refusals of questions that the documents don't answer",
    f"facts_in_{SHORT_ANSWER}": f"all expected facts within {SHORT_ANSWER} characters of the answer",
    f"facts_in_{LONG_ANSWER}": f"all expected facts within {LONG_ANSWER} characters",
    "citation_recall": "sentences that their citations support (ALCE)",
    "citation_precision": "citations that support their sentence or are needed for it (ALCE)",
    "page_found": "a gold page within the first passages",
    "passage_hit_5": "an expected fact on a gold page within five passages",
    "page_hit_1": "the first page is a gold page",
    "page_hit_5": "a gold page within five pages",
    "page_hit_10": "a gold page within ten pages",
    "document_hit_5": "the gold document within five documents",
    "reciprocal_rank": "mean reciprocal rank of the first gold page",
    "ndcg_10": "nDCG of ten pages",
    f"answer_in_{PASSAGES}": f"the beginning of a gold answer within {PASSAGES:,} characters of passages",
}
_WIDTH = max(map(len, SHARES.values())) + 2

Figure = float | int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcomes of a set, with `top` as the k of "gold page within k passages"."""

    outcomes: tuple[Outcome, ...]
    top: int

    def figures(self, kind: str | None = None) -> dict[str, Figure]:
        """Return counts and shares, of one kind of question or of all; a share of nothing is None."""
        outcomes = self._of(kind)
        shown = [item for item in outcomes if item.shown]
        return {
            "questions": len(outcomes),
            **{name: _mean(self.scores(name, kind)) for name in SHARES},
            "auroc": _rounded(
                auroc(
                    [item.answer.confidence for item in outcomes if item.gold.answerable],
                    [item.answer.confidence for item in outcomes if not item.gold.answerable],
                )
            ),
            "median_ms": round(statistics.median(item.milliseconds for item in outcomes), 1) if outcomes else None,
            "median_characters": statistics.median(_length(item) for item in shown) if shown else None,
        }

    def scores(self, name: str, kind: str | None = None) -> list[float]:
        """Return what was measured under a name, of every question to which it applies."""
        return [item.scores[name] for item in self._of(kind) if name in item.scores]

    def intervals(self) -> dict[str, tuple[float, float]]:
        """Return the 95% bootstrap interval of each share of the whole set."""
        return {
            name: (round(low, 4), round(high, 4))
            for name in SHARES
            if (scores := self.scores(name))
            for low, high in (interval(scores),)
        }

    def curve(self) -> list[tuple[float, float, float]]:
        """Return (threshold, share answered, share of these that is wrong); [] where it was not measured."""
        asked = [(item, item.without_threshold) for item in self.outcomes if item.without_threshold is not None]
        return coverage_and_error(
            [(answer.confidence, answer.status.shows_claims, is_right(item.gold, answer)) for item, answer in asked]
        )

    def failures(self) -> tuple[Outcome, ...]:
        """Return the questions that were answered wrongly, or refused although the documents answer them."""
        return tuple(
            item for item in self.outcomes if item.right is not item.gold.answerable or (item.shown and not item.right)
        )

    def kinds(self) -> list[str]:
        """Return the kinds of questions in the order of the set."""
        return list(dict.fromkeys(item.gold.kind for item in self.outcomes))

    def as_json(self) -> dict[str, Any]:
        """Return the figures of the whole set and of each kind, and one line for each question."""
        return {
            "all": self.figures(),
            "intervals": self.intervals(),
            "kinds": {kind: self.figures(kind) for kind in self.kinds()},
            "curve": [
                {"threshold": round(threshold, 4), "answered": round(answered, 4), "wrong": round(wrong, 4)}
                for threshold, answered, wrong in self.curve()
            ],
            "questions": [
                {
                    "id": item.gold.question_id,
                    "kind": item.gold.kind,
                    "status": item.answer.status.value,
                    "confidence": round(item.answer.confidence, 4),
                    "ms": round(item.milliseconds, 1),
                    **item.scores,
                }
                for item in self.outcomes
            ],
        }

    def as_text(self, *, failures: bool = False) -> str:
        """Return a table by kind and the figures of the whole set; with `failures`, each question that went wrong."""
        head = f"{'kind':<14}{'n':>5}{'right':>8}{f'page@{self.top}':>9}{'refused':>9}{'wrong*':>8}"
        whole, intervals = self.figures(), self.intervals()
        rows = [head, *(self._row(kind, self.figures(kind)) for kind in self.kinds()), self._row("all", whole), ""]
        for name, what in SHARES.items():
            if name in intervals:
                low, high = intervals[name]
                rows.append(f"{what:<{_WIDTH}}{percent(whole[name]):>7}  ({percent(low)} to {percent(high)})")
        if whole["auroc"] is not None:
            rows.append(f"{'answerable told from unanswerable by confidence (AUROC)':<{_WIDTH}}{whole['auroc']:>7.3f}")
        rows.append(
            f"median time of an answer {whole['median_ms']} ms, median length {whole['median_characters']} characters"
        )
        if curve := self.curve():
            rows += [
                "",
                "threshold  answered   wrong of these",
                *(f"{at:>9.2f}{percent(share):>10}{percent(wrong):>12}" for at, share, wrong in _thinned(curve)),
            ]
        if failures:
            rows += ["", *map(_failure, self.failures())]
        return "\n".join(rows)

    def _of(self, kind: str | None) -> list[Outcome]:
        return [item for item in self.outcomes if kind is None or item.gold.kind == kind]

    def _row(self, name: str, figures: dict[str, Figure]) -> str:
        refused = figures["refused_answerable"] if figures["right"] is not None else figures["refused_unanswerable"]
        cells = (figures["right"], figures["page_found"], refused, figures["wrong_of_shown"])
        right, page, refusals, wrong = (percent(cell) for cell in cells)
        return f"{name:<14}{figures['questions']:>5}{right:>8}{page:>9}{refusals:>9}{wrong:>8}"


def percent(share: Figure) -> str:
    """Return a share as people read it."""
    return "–" if share is None else f"{100 * share:.1f}%"


def _thinned(curve: Sequence[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """One point for each twentieth of the threshold."""
    points = {
        round(threshold * 20): (round(threshold * 20) / 20, answered, wrong) for threshold, answered, wrong in curve
    }
    return list(points.values())


def _length(item: Outcome) -> int:
    return sum(len(claim.sentence) for claim in item.answer.claims)


def _mean(scores: Sequence[float]) -> float | None:
    return round(statistics.fmean(scores), 4) if scores else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _failure(item: Outcome) -> str:
    wanted = "; ".join("|".join(need) for need in item.gold.must_contain) or "; ".join(item.gold.answers) or "a refusal"
    places = ", ".join(f"{place.source} {sorted(place.pages) or ''}".strip() for place in item.gold.places[:2])
    said = "\n".join(
        f"      {claim.sentence}  ({claim.citations[0].document_title[:50]}, {claim.citations[0].locator})"
        for claim in item.answer.claims
    )
    head = f"{item.gold.question_id} [{item.gold.kind}] {item.gold.question}"
    got = f"{item.answer.status.value}: {item.answer.searched}"
    return f"{head}\n   wanted: {wanted}  ({places})\n   got: {got}\n{said}"
