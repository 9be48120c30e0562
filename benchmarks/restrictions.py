"""Count the answers that quote only documents that a question allows: `python -m benchmarks.restrictions LIBRARY=SET …`.

A set is one of gold questions whose entries have `only`: the files that may be cited. After "*" come those that may not, and any
other may.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from report_qa.evaluation.questions import GoldQuestion, read_questions
from report_qa.evaluation.run import is_right
from report_qa.records.answer import Answer

ANY = "*"


def allowed(path: str, only: Sequence[str]) -> bool:
    """Return whether a document may be cited, by its path and the list of a question."""
    named = any(path == name or path.endswith(f"/{name}") for name in only)
    return not named if only[:1] == [ANY] else named


def verdict_on(gold: GoldQuestion, answer: Answer, only: Sequence[str]) -> str:
    """Return "right", "wrong", "refused", or "elsewhere" where a document is cited that the question doesn't allow."""
    if not answer.status.shows_claims:
        return "refused"
    if not gold.answerable:
        return "wrong"
    if not all(allowed(span.document_path, only) for span in answer.evidence):
        return "elsewhere"
    return "right" if is_right(gold, answer) else "wrong"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print each failure and the counts."""
    from report_qa.wiring import open_assistant

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", metavar="LIBRARY=SET")
    for pair in parser.parse_args(arguments).sets:
        library, _, path = pair.partition("=")
        assistant = open_assistant(library=Path(library))
        lines = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]
        only = {str(line["id"]): line.get("only") or [ANY] for line in lines}
        counts: dict[tuple[bool, str], int] = {}
        for gold in read_questions(Path(path)):
            answer = assistant.ask(gold.question, gold.history)
            verdict = verdict_on(gold, answer, only[gold.question_id])
            counts[gold.answerable, verdict] = counts.get((gold.answerable, verdict), 0) + 1
            if verdict != ("right" if gold.answerable else "refused"):
                print(f"{verdict:10} {gold.question_id:8} {gold.question}")
        for answerable, name in ((True, "answerable"), (False, "unanswerable")):
            told = {verdict: count for (kind, verdict), count in counts.items() if kind is answerable}
            print(f"{name} {sum(told.values())}: " + ", ".join(f"{told[key]} {key}" for key in sorted(told)))


if __name__ == "__main__":
    main()
