"""Questions whose answers must stay right: asked of an edition before it is published, and judged as an evaluation judges them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report_qa.assistant import Assistant
from report_qa.evaluation.questions import GoldQuestion
from report_qa.evaluation.run import is_right

_LONGEST_SAID = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """What became of one question: `said` is the answer's text, cut; `passed` is False for a wrong answer, a refusal of what the
    documents answer, and an answer to what they don't.
    """

    question_id: str
    question: str
    passed: bool
    said: str


def ask_golden(questions: Sequence[GoldQuestion], assistant: Assistant) -> tuple[Golden, ...]:
    """Ask the questions in their order, in quotations alone: what a model writes differs from one time to the next."""
    found = []
    for gold in questions:
        answer = assistant.ask(gold.question, gold.history, extracts_only=True)
        shown = answer.status.shows_claims
        found.append(
            Golden(
                question_id=gold.question_id,
                question=gold.question,
                passed=is_right(gold, answer) if gold.answerable and shown else not gold.answerable and not shown,
                said=answer.text[:_LONGEST_SAID],
            )
        )
    return tuple(found)
