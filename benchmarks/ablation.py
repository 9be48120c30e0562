"""What each technique is worth: `python -m benchmarks.ablation LIBRARY=SET[:KEY] … [--finding | --answering]`.

Every technique is switched off by itself, all others staying on, and each set is asked again. The first line is the whole; a
line that is no worse than it on any set names a technique that should go.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

from report_qa import finder, synonyms
from report_qa.evaluation.questions import GoldQuestion, read_questions
from report_qa.evaluation.report import Report
from report_qa.evaluation.run import evaluate
from report_qa.settings import Settings, load_settings
from report_qa.stages import follow_up, fuse, rerank, retrieve, select
from report_qa.wiring import open_assistant

FIGURES = {
    "page_hit_1": "page@1",
    "page_hit_5": "page@5",
    "page_hit_10": "page@10",
    "right": "right",
    "wrong_of_shown": "wrong*",
    "refused_unanswerable": "refused",
    "facts_in_300": "in 300",
}


def _constant(module: Any, **values: object) -> Callable[[], ExitStack]:
    def switched() -> ExitStack:
        stack = ExitStack()
        for name, value in values.items():
            stack.enter_context(patch.object(module, name, value))
        return stack

    return switched


# Name, what it is switched off by, and settings that switch it off: those that find pages, and those that choose what is said.
FINDING: tuple[tuple[str, Callable[[], ExitStack], dict[str, object]], ...] = (
    ("words (lexical leg)", ExitStack, {"dense_share": 1.0}),
    ("meaning (dense leg)", ExitStack, {"dense_share": 0.0}),
    ("documents by name", _constant(fuse, TITLE_SHARE=0.0), {}),
    ("headings", _constant(fuse, HEADING_SHARE=0.0), {}),
    ("best unit of a passage", _constant(fuse, UNIT_SHARE=0.0), {}),
    ("lines of measures", _constant(retrieve, _LINES_SHARE=0.0, _LINES_TERM=0.0), {}),
    ("names taken down", _constant(retrieve, _NAMING_TERM=1.0), {}),
    ("150 candidates (60)", ExitStack, {"candidates": 60}),
    ("what the best unit says (order)", _constant(finder, order=lambda ranked, *_: ranked), {}),
    ("typing errors", _constant(finder, spell=lambda question, **_: question), {}),
    ("earlier question asked again", _constant(follow_up, rewritten=lambda *_: None), {}),
)
ANSWERING: tuple[tuple[str, Callable[[], ExitStack], dict[str, object]], ...] = (
    ("synonyms", _constant(synonyms, SYNONYMS={}), {}),
    ("kind of words asked for", _constant(rerank, KIND_PENALTY=0.0), {}),
    ("forms: lists, definitions, reasons", _constant(rerank, FORM_BONUS=0.0), {}),
    ("another year", _constant(rerank, YEAR_PENALTY=0.0), {}),
    ("columns asked for", _constant(rerank, _columns_asked=lambda *_: frozenset()), {}),
    ("report before evidence", _constant(rerank, REPORT_BONUS=0.0), {}),
    ("more than one claim", ExitStack, {"max_claims": 1}),
    ("conditions (names, years, figures)", _constant(select, unmet_conditions=lambda *_: frozenset()), {}),
    ("threshold", ExitStack, {"refusal_threshold": 0.0}),
)


def main(arguments: Sequence[str]) -> None:
    chosen = (
        *(FINDING if "--answering" not in arguments else ()),
        *(ANSWERING if "--finding" not in arguments else ()),
    )
    sets: dict[str, tuple[Settings, tuple[GoldQuestion, ...]]] = {}
    for argument in arguments:
        library, found, rest = argument.partition("=")
        if found:
            path, _, key = rest.partition(":")
            questions = read_questions(Path(path), asked=key or "question")
            sets[Path(path).parent.name] = (load_settings(library=Path(library)), questions)
    print(
        f"{'without':<36}"
        + "".join(f"{name:<14}" + " ".join(f"{head:>7}" for head in FIGURES.values()) + "   " for name in sets)
    )
    for name, switched, settings in (("(the whole)", ExitStack, {}), *chosen):
        with switched():
            print(f"{name:<36}" + "".join(_cells(*each, settings) for each in sets.values()), flush=True)


def _cells(settings: Settings, questions: Sequence[GoldQuestion], changed: dict[str, object]) -> str:
    assistant = open_assistant(settings.model_copy(update=changed))
    figures = Report(outcomes=evaluate(questions, assistant, top=5), top=5).figures()
    cells = (f"{100 * value:.1f}" if (value := figures.get(name)) is not None else "–" for name in FIGURES)
    return f"{'':<14}" + " ".join(f"{cell:>7}" for cell in cells) + "   "


if __name__ == "__main__":
    main(sys.argv[1:])
