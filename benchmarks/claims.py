"""How well claims are judged: `python -m benchmarks.claims CLAIMS.jsonl --library DIR [--failures]`.

Each line has `id`, `claim` and the `verdict` it should get. Printed are the accuracy, the confusion matrix, the share of claims called
supported that are not (of those that are not), how many changed figures were caught (claims to be contradicted whose `note` names a
number, unit or year), and the time a claim takes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from report_qa import Verdict, open_assistant

_ORDER = (Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.NOT_FOUND, Verdict.NOT_A_CLAIM)
_FIGURES = ("number", "unit", "year", "percent", "date", "figure")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A claim with the verdict that it got, and what was cited."""

    line: dict[str, Any]
    verdict: Verdict
    checks: str
    cited: str
    milliseconds: float

    @property
    def wanted(self) -> Verdict:
        return Verdict(self.line["verdict"])

    @property
    def changes_figure(self) -> bool:
        """Whether a number, a unit or a year was changed to make the claim false."""
        note = str(self.line.get("note") or self.line.get("changed") or "").lower()
        return self.wanted is Verdict.CONTRADICTED and any(word in note for word in _FIGURES)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", type=Path)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--failures", action="store_true", help="also print each claim that was judged wrongly")
    chosen = parser.parse_args(arguments)
    lines = [json.loads(line) for line in chosen.claims.read_text(encoding="utf-8").splitlines() if line.strip()]
    print(report(judge_all(lines, chosen.library), failures=chosen.failures))


def judge_all(lines: Sequence[dict[str, Any]], library: Path | None) -> list[Judged]:
    """Check every claim against a library."""
    assistant = open_assistant(library=library)
    found = []
    for line in lines:
        started = time.perf_counter()
        checked = assistant.check(line["claim"])
        spent = (time.perf_counter() - started) * 1000
        checks = "; ".join(
            f"{'' if check.passed else '✗'}{check.kind}: {check.claimed} / {check.found}"
            for sentence in checked.sentences
            for check in sentence.checks
        )
        cited = " | ".join(span.quote for span in checked.evidence)
        found.append(Judged(line=line, verdict=checked.verdict, checks=checks, cited=cited, milliseconds=spent))
    return found


def report(judged: Sequence[Judged], *, failures: bool = False) -> str:
    """Return the figures as text."""
    lines = []
    if failures:
        for each in judged:
            if each.verdict is not each.wanted:
                lines += [
                    f"{each.line['id']}: {each.wanted.value}, called {each.verdict.value}: {each.line['claim']}",
                    f"    cited: {each.cited[:300]!r}",
                    f"    {each.checks}",
                ]
    matrix = Counter((each.wanted, each.verdict) for each in judged)
    right = sum(each.verdict is each.wanted for each in judged)
    unsupported = [each for each in judged if each.wanted is not Verdict.SUPPORTED]
    false = sum(each.verdict is Verdict.SUPPORTED for each in unsupported)
    changed = [each for each in judged if each.changes_figure]
    caught = sum(each.verdict is not Verdict.SUPPORTED for each in changed)
    lines += [f"{'wanted':<16}" + "".join(f"{verdict.value:>14}" for verdict in _ORDER)]
    lines += [
        f"{wanted.value:<16}" + "".join(f"{matrix[wanted, got]:>14}" for got in _ORDER)
        for wanted in _ORDER
        if any(matrix[wanted, got] for got in _ORDER)
    ]
    lines += [
        f"accuracy {right / len(judged):.3f} ({right} of {len(judged)})",
        f"false supported {false} of {len(unsupported)} ({false / max(1, len(unsupported)):.1%})",
        f"changed figures caught {caught} of {len(changed)} ({caught / max(1, len(changed)):.1%})",
        f"median {statistics.median(each.milliseconds for each in judged):.0f} ms a claim, encoding and search included",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
