"""The library under load: documents and one note of which two editions say different things, with what each edition answers.

It is made in a process of its own, `python -m benchmarks.load.shelf`, since whoever makes the load has no use for the models.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.load.replicas import ROOT

if TYPE_CHECKING:
    from report_qa import Assistant

# The question whose answer tells which edition gave it.
TELLING = "How much did the Testwater neighbourhood fund pay to its projects in 2024?"
_NOTE = """# The Testwater neighbourhood fund

## What it paid

The Testwater neighbourhood fund paid £{millions} million to its projects in 2024.
"""
_MILLIONS = (41, 57)
_MOST_QUESTIONS = 40
_LONGEST_S = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A library with its editions, the last one current, and by edition what is answered to each question."""

    library: Path
    editions: tuple[str, ...]
    questions: tuple[str, ...]
    expected: Mapping[str, Mapping[str, str]]


def make_shelf(
    folder: Path, settings: Mapping[str, str], roots: Sequence[Path], questions: Sequence[str] = ()
) -> Shelf:
    """Ingest the roots twice, the second time with another note, and ask the questions, and the telling one, of both editions."""
    library = folder / "library"
    asked = (*questions, TELLING)
    order = {"notes": str(folder / "notes"), "roots": [str(root) for root in roots], "questions": asked}
    said = _run(["-m", "benchmarks.load.shelf"], library, settings, json.dumps(order))
    expected: dict[str, dict[str, str]] = json.loads(said.splitlines()[-1])
    first, second = expected
    if expected[first][TELLING] == expected[second][TELLING]:
        raise AssertionError("the two editions answer the same; the load would notice no mix-up")
    return Shelf(library=library, editions=(first, second), questions=asked, expected=expected)


def standalone_questions() -> tuple[str, ...]:
    """Return questions of the gold set that lean on no earlier one."""
    lines = (ROOT / "corpus" / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    gold = [json.loads(line) for line in lines]
    return tuple(each["question"] for each in gold if not each["history"])[:_MOST_QUESTIONS]


def switch(shelf: Shelf, edition: str, settings: Mapping[str, str]) -> None:
    """Make an edition the current one, as whoever keeps the library does."""
    _run(["-m", "ingest", "rollback", edition], shelf.library, settings)


def replay(shelf: Shelf, asked: Sequence[dict[str, Any]], settings: Mapping[str, str]) -> list[str]:
    """Return what questions are answered in their editions with their histories, when nothing else goes on."""
    answers: dict[int, str] = {}
    for edition in shelf.editions:
        numbers = [number for number, each in enumerate(asked) if each["edition"] == edition]
        if numbers:
            switch(shelf, edition, settings)
            order = json.dumps({"again": [asked[number] for number in numbers]})
            said = _run(["-m", "benchmarks.load.shelf"], shelf.library, settings, order)
            answers |= zip(numbers, json.loads(said.splitlines()[-1]), strict=True)
    return [answers[number] for number in range(len(asked))]


def _run(arguments: Sequence[str], library: Path, settings: Mapping[str, str], given: str = "") -> str:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", **settings, "REPORT_QA_LIBRARY": str(library)}
    ended = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        timeout=_LONGEST_S,
        check=False,
    )
    if ended.returncode:
        raise AssertionError(f"{' '.join(arguments[:3])} failed: {ended.stderr[-1000:]}")
    return ended.stdout


def main() -> None:
    """Do what the order on standard input says, and print the answers as JSON."""
    order = json.load(sys.stdin)
    answers = _asked_again(order["again"]) if "again" in order else _ingested(order)
    sys.stdout.write(json.dumps(answers) + "\n")


def _ingested(order: dict[str, Any]) -> dict[str, dict[str, str]]:
    from ingest.run import ingest
    from report_qa import load_settings, open_assistant
    from report_qa.wiring import embedder_digest, make_embedder, open_library

    notes = Path(order["notes"])
    notes.mkdir(parents=True)
    settings = load_settings()
    embedder, assistant = make_embedder(settings), None
    answers: dict[str, dict[str, str]] = {}
    for millions in _MILLIONS:
        (notes / "testwater.md").write_text(_NOTE.format(millions=millions), encoding="utf-8")
        receipt = ingest(
            [*map(Path, order["roots"]), notes],
            library=open_library(settings),
            embedder_digest=embedder_digest(settings),
            make_embedder=lambda: embedder,
        )
        assistant = assistant or open_assistant(settings)
        found = {question: assistant.ask(question) for question in order["questions"]}
        (edition,) = {answer.provenance.edition_id for answer in found.values()}
        assert not receipt.unreadable
        answers[edition] = {question: answer.text for question, answer in found.items()}
    return answers


def _asked_again(asked: Sequence[dict[str, Any]]) -> list[str]:
    from report_qa import open_assistant

    assistant = open_assistant()
    return [answered_again(assistant, each) for each in asked]


def answered_again(assistant: Assistant, asked: dict[str, Any]) -> str:
    """Return what a question is answered with its history: the text, for one whose answer had a `note` without such notes.

    Where the provider was away it is extracts, or what is written until as many claims are shown as were then.
    """
    from benchmarks.load.stored import EXTRACTS, without_notes
    from report_qa import Exchange

    history = [Exchange(**{**before, "document_ids": tuple(before["document_ids"])}) for before in asked["history"]]
    if not asked["note"]:
        return assistant.ask(asked["question"], history).text
    if asked["note"].endswith(EXTRACTS):
        return without_notes(assistant.ask(asked["question"], history, extracts_only=True))
    shown: list[object] = []
    answer = assistant.ask(
        asked["question"],
        history,
        on_claim=lambda claim, _: shown.append(claim),
        stopped=lambda: len(shown) >= asked["claims"],
    )
    return without_notes(answer)


if __name__ == "__main__":
    main()
