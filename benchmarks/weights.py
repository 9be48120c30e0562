"""What the weights of fusion do: `python -m benchmarks.weights LIBRARY=SET[:KEY] …`.

Each set's passages are retrieved once; then one weight after the other is moved, the others staying as they are, and the share of
questions with a gold page first, within five and within ten is printed for each set. A weight is chosen where no set loses,
never where one gains most.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from report_qa.evaluation.found import Found
from report_qa.evaluation.questions import GoldQuestion, read_questions
from report_qa.evaluation.run import finding
from report_qa.records.passage import RetrievedPassage
from report_qa.settings import load_settings
from report_qa.stages import fuse as fusion
from report_qa.stages import order as ordering
from report_qa.wiring import open_assistant

GRID = {
    "dense_share": (0.5, 0.6, 0.7, 0.8, 0.9),
    "TITLE_SHARE": (0.2, 0.4, 0.6, 0.8, 1.2),
    "HEADING_SHARE": (0.0, 0.1, 0.15, 0.2, 0.3),
    "UNIT_SHARE": (0.0, 0.1, 0.2, 0.3, 0.5),
    "BEST_UNIT_WEIGHT": (0.0, 0.1, 0.25, 0.5, 1.0),
}

HOMES: dict[str, Any] = dict.fromkeys(("TITLE_SHARE", "HEADING_SHARE", "UNIT_SHARE"), fusion) | {
    "BEST_UNIT_WEIGHT": ordering
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """A question with its candidates, unordered."""

    gold: GoldQuestion
    found: Sequence[RetrievedPassage]


def main(arguments: Sequence[str]) -> None:
    sets = {}
    for argument in arguments:
        library, _, rest = argument.partition("=")
        path, _, key = rest.partition(":")
        settings = load_settings(library=Path(library))
        assistant = open_assistant(settings)
        sets[Path(path).parent.name] = [
            Retrieved(gold=gold, found=assistant.search(gold.question, top=10_000, history=gold.history).kept)
            for gold in read_questions(Path(path), asked=key or "question")
            if gold.answerable and gold.places
        ]
    chosen = {"dense_share": load_settings().dense_share} | {name: getattr(home, name) for name, home in HOMES.items()}
    print(f"{'as they are':<24}{_row(sets, chosen)}")
    for name, values in GRID.items():
        for value in values:
            print(f"{name + ' ' + str(value):<24}{_row(sets, chosen | {name: value})}")


def _row(sets: dict[str, list[Retrieved]], weights: dict[str, float]) -> str:
    for name, value in weights.items():
        if name in HOMES:
            setattr(HOMES[name], name, value)
    cells = []
    for name, questions in sets.items():
        scores = [_scores(question, weights["dense_share"]) for question in questions]
        hits = "  ".join(
            f"@{k} {sum(score[f'page_hit_{k}'] for score in scores) / len(scores):.3f}" for k in (1, 5, 10)
        )
        cells.append(f"{name[:14]:>15} {hits}")
    return "".join(cells)


def _scores(question: Retrieved, dense_share: float) -> dict[str, float]:
    found = [
        Found(
            path=item.document.path,
            page=None if item.passage.page_index is None else item.passage.page_index + 1,
            text=item.passage.text,
        )
        for item in _ordered(fusion.fuse(question.found, dense_share=dense_share))
    ]
    return finding(question.gold, found, 5)


def _ordered(ranked: Sequence[RetrievedPassage]) -> list[RetrievedPassage]:
    """Return passages by their own score and that of their best unit, as `order` does, but for the one that answers."""
    weight: float = vars(ordering)["BEST_UNIT_WEIGHT"]

    def score(item: RetrievedPassage) -> float:
        return item.fused_score + weight * next((leg.score for leg in item.legs if leg.leg == "answer"), 0.0)

    return sorted(ranked, key=score, reverse=True)


if __name__ == "__main__":
    main(sys.argv[1:])
