"""What the benchmark of chains counts, on a library of its own."""

from __future__ import annotations

from pathlib import Path

from benchmarks.chains import report
from tests.report_qa.test_tracer import CAR, Traced


def test_outcomes_times_and_changed_figures_are_counted(tmp_path: Path) -> None:
    traced = Traced(tmp_path)
    said = report(traced.assistant, [traced.cite(CAR), traced.cite("Ferries to the islands cost £12.")])
    assert "2 statements: note not_in_library 1, note same 1" in said
    assert "with 0 documents to look into: 1 statements" in said
    assert "with 1 documents to look into: 1 statements" in said
    assert said.endswith("with a figure changed: differs 1")
