"""What the benchmark of claims counts."""

from __future__ import annotations

from benchmarks.claims import Judged, report
from report_qa import Verdict


def judged(wanted: Verdict, got: Verdict, note: str = "") -> Judged:
    line = {"id": "c", "claim": "It fell.", "verdict": wanted.value, "note": note}
    return Judged(line=line, verdict=got, checks="", cited="", milliseconds=10.0)


def test_accuracy_false_support_and_changed_figures_are_counted() -> None:
    said = report(
        [
            judged(Verdict.SUPPORTED, Verdict.SUPPORTED),
            judged(Verdict.CONTRADICTED, Verdict.SUPPORTED, note="number: 23 billion"),
            judged(Verdict.CONTRADICTED, Verdict.NOT_FOUND, note="year: 2030"),
            judged(Verdict.CONTRADICTED, Verdict.CONTRADICTED, note="direction"),
            judged(Verdict.NOT_FOUND, Verdict.NOT_FOUND),
        ]
    )

    assert "accuracy 0.600 (3 of 5)" in said
    assert "false supported 1 of 4 (25.0%)" in said
    assert "changed figures caught 1 of 2 (50.0%)" in said


def test_failures_are_shown_on_request() -> None:
    wrong = [judged(Verdict.SUPPORTED, Verdict.NOT_FOUND)]

    assert "supported, called not_found: It fell." in report(wrong, failures=True)
    assert "It fell." not in report(wrong)
