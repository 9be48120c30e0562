"""The benchmark beside other systems, in its short form: doubles for the systems, every other part as it is."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from benchmarks.beside import __main__ as beside
from benchmarks.beside import page
from benchmarks.beside.bars import Bar, Group, draw
from benchmarks.beside.judging import figures, percentile
from benchmarks.beside.process import LOOKED_THROUGH as OF_PEERS
from benchmarks.beside.results import Results, missing
from benchmarks.beside.running import Ran, bytes_in, run_phase
from benchmarks.beside.sets import Set, all_sets, make_set
from benchmarks.beside.systems import SYSTEMS, Job
from report_qa.evaluation.questions import GoldQuestion, Place
from report_qa.evaluation.run import LOOKED_THROUGH

DOUBLE = Path(__file__).with_name("doubles.py")


def gold(question_id: str, question: str, *needs: str, page: int = 1, answerable: bool = True) -> GoldQuestion:
    return GoldQuestion(
        question_id=question_id,
        question=question,
        kind="fact",
        answerable=answerable,
        must_contain=tuple((need,) for need in needs),
        places=(Place(source="a.txt", pages=frozenset({page})),) if answerable else (),
        history=(),
    )


QUESTIONS = (
    gold("ferry", "Who runs the ferry?", "Arden", page=2),
    gold("pier", "When was the pier built?", "1903", page=3),
    gold("none", "What is a quark?", answerable=False),
)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    root, store = tmp_path / "root", tmp_path / "store"
    root.mkdir()
    store.mkdir()
    (root / "a.txt").write_text(
        "All about boats.\nArden runs the ferry.\nThe old pier was built in 1903.", encoding="utf-8"
    )
    asked = tuple((item.question_id, item.question) for item in QUESTIONS)
    return Job(root=root, files=(root / "a.txt",), store=store, model=tmp_path, questions=asked)


def ran(how: str, phase: str, job: Job, seconds: float = 30) -> Ran:
    return run_phase("double", phase, job, seconds=seconds, program=(sys.executable, str(DOUBLE), how, phase))


@pytest.mark.parametrize("how", ["works", "finds"])
def test_a_system_is_measured_in_two_processes_of_its_own(job: Job, how: str) -> None:
    ingested = ran(how, "ingest", job)
    assert (ingested.failed, ingested.result["passages"]) == ("", 3)
    assert ingested.peak_bytes > 60_000_000
    disk = bytes_in(job.store)
    assert disk == (job.store / "lines.json").stat().st_size > 0
    chosen = Set(name="set", title="set", root=job.root, files=job.files, pages=6, questions=QUESTIONS)
    part = beside.part_of(chosen, ingested, disk, ran(how, "ask", job))
    assert part["pages_per_second"] == pytest.approx(6 / ingested.result["seconds"], abs=0.01)
    assert (part["page_hit_1"], part["page_hit_5"], part["answers"]) == (1.0, 1.0, how == "works")
    if how == "works":
        assert (part["right"], part["refused_unanswerable"], part["refused_answerable"]) == (1.0, 1.0, 0.0)
    else:
        assert "right" not in part
        assert "refused_unanswerable" not in part


def test_a_process_that_fails_says_why_and_one_that_hangs_is_ended(job: Job) -> None:
    failed = ran("fails", "ingest", job)
    assert (failed.failed, failed.result) == ("ValueError: no such font", {})
    hung = ran("hangs", "ingest", job, seconds=0.5)
    assert hung.failed == "not done after 0 s"
    assert hung.wall_seconds < 30
    chosen = Set(name="set", title="set", root=job.root, files=job.files, pages=6, questions=QUESTIONS)
    part = beside.part_of(chosen, ran("works", "ingest", job), 10, hung)
    assert part["failed"] == "questions: not done after 0 s"
    assert part["passages"] == 3


def test_every_system_is_a_module_that_can_be_read_without_its_packages() -> None:
    from importlib import import_module

    for name in SYSTEMS.values():
        module = import_module(name)
        assert module.NAME
        assert module.ABOUT
        assert callable(module.load)
        assert callable(module.ingest)
        assert callable(module.open_store)
    assert OF_PEERS == LOOKED_THROUGH


def test_times_are_those_of_an_answer_where_there_is_one() -> None:
    def answers(**more: Any) -> list[dict[str, Any]]:
        found = [["a.txt", 2, "Arden runs the ferry."]]
        return [{"id": "ferry", "find_ms": 5.0, "found": found, **more}]

    only = figures(QUESTIONS[:1], answers())
    assert (only["ms_50"], only["ms_95"], only["find_ms_50"]) == (5.0, 5.0, 5.0)
    both = figures(QUESTIONS[:1], answers(said="Arden.", quoted=[["a.txt", 2, "Arden runs it."]], answer_ms=40.0))
    assert (both["ms_50"], both["find_ms_50"], both["right"]) == (40.0, 5.0, 1.0)


def test_percentiles_are_values_that_were_measured() -> None:
    ordered = [float(value) for value in range(1, 21)]
    assert percentile(ordered, 95) == 19.0
    assert percentile(ordered, 50) == 10.0
    assert percentile([7.0], 95) == 7.0


def test_the_starter_set_asks_about_its_pdfs_and_what_nobody_answers(tmp_path: Path) -> None:
    (starter,) = all_sets(outside=tmp_path)
    assert starter.pages > len(starter.files) > 5
    names = {file.name for file in starter.files}
    assert all(file.suffix == ".pdf" for file in starter.files)
    for item in starter.questions:
        assert not item.history
        assert not item.answerable or any(place.source in names for place in item.places)
    assert sum(not item.answerable for item in starter.questions) > 20
    short = make_set("short", "short", starter.root, [starter.root / "gold.jsonl"], most_pages=1)
    assert (len(short.files), short.files[0]) == (1, starter.files[0])
    assert 0 < len(short.questions) < len(starter.questions)


def test_a_run_that_was_stopped_goes_on_and_a_whole_one_begins_anew(tmp_path: Path) -> None:
    file = tmp_path / "build" / "results.json"
    about = {"date": "1 May 2026", "machine": "two cores", "sets": [], "systems": ()}
    first = Results.begin(file, about)
    first.add("starter", "ours", {"disk_mb": 1})
    later = Results.begin(file, {**about, "date": "2 May 2026"})
    assert later.about["date"] == "1 May 2026"
    assert missing(later, ["starter"], ["ours", "txtai"]) == [("starter", "txtai")]
    assert missing(Results.begin(file, {**about, "machine": "four cores"}), ["starter"], ["ours"]) == [
        ("starter", "ours")
    ]
    assert missing(Results.begin(file, about, anew=True), ["starter"], ["ours"]) == [("starter", "ours")]
    later.finish()
    assert missing(Results.begin(file, about), ["starter"], ["ours"]) == [("starter", "ours")]
    assert json.loads(file.read_text(encoding="utf-8"))["finished"] is True


SAMPLE = {
    "about": {
        "date": "1 May 2026",
        "machine": "2 cores",
        "versions": {"Python": "3.11"},
        "sets": [
            {"name": "starter", "title": "starter corpus", "files": 2, "pages": 9, "questions": 3, "unanswerable": 1},
            {"name": "reports", "title": "public reports", "files": 2, "pages": 9, "questions": 3, "unanswerable": 1},
        ],
        "systems": [
            {"name": "ours", "title": "Ours", "version": "1", "about": "all of it"},
            {"name": "langchain", "title": "Naive", "version": "2", "about": "the usual"},
            {"name": "txtai", "title": "Other", "version": "3", "about": "its own"},
        ],
    },
    "parts": {
        "starter": {
            "ours": {"pages_per_second": 5, "ingest_mb": 900, "disk_mb": 22, "ms_50": 80, "answers": True,
                     "refused_unanswerable": 0.75, "refused_answerable": 0.02, "page_hit_5": 0.99, "right": 0.9},
            "langchain": {"pages_per_second": 10, "ingest_mb": 600, "disk_mb": 2, "ms_50": 20, "answers": False,
                          "page_hit_5": 0.9},
            "txtai": {"failed": "ingest: MemoryError", "load": 1.5},
        }
    },
}  # fmt: skip


def test_the_page_has_a_table_with_ratios_and_says_what_does_not_refuse_or_failed(tmp_path: Path) -> None:
    written = page.write(SAMPLE, tmp_path).read_text(encoding="utf-8")
    assert "| | Ours | Naive | Other |" in written
    assert "| ingest, pages per second | 5.0 (×0.50) | 10.0 | – |" in written
    assert "| disk, MB | 22.0 (×11) | 2.0 | – |" in written
    assert "| peak memory of the ingest, MB | 900 (×1.5) | 600 | – |" in written
    assert "| unanswerable questions refused | 75% | does not refuse | – |" in written
    assert "| right answers | 90% | – | – |" in written
    assert "Other: ingest: MemoryError." in written
    assert "- **Naive** 2: the usual." in written
    assert "among them) was 1.5 to 1.5:" in written
    assert "$" not in written
    assert "- **Ingest, pages per second**, ×0.50 (starter corpus): the layout" in written
    assert "- **Disk**, ×11 (starter corpus): an edition" in written
    # It is ahead here, and so the figure isn't among those where it is behind.
    assert "**A gold page within five**" not in written
    # A set that nothing was measured of has no section.
    assert "Public reports" not in written
    drawn = ET.parse(tmp_path / "benchmarks" / "starter.svg").getroot()
    assert "".join(drawn.itertext()).count("Ours") == 4


def test_a_page_of_nothing_says_so(tmp_path: Path) -> None:
    written = page.write({**SAMPLE, "parts": {}}, tmp_path).read_text(encoding="utf-8")
    assert "Nothing has been measured yet" in written
    assert "Nothing has been measured of both yet" in written


def test_bars_are_as_long_as_their_figures_and_names_are_text() -> None:
    bars = (
        Bar(name="A & B", value=2.0, text="2", ours=True),
        Bar(name="C", value=1.0, text="1"),
        Bar(name="D", value=None, text="–"),
    )
    root = ET.fromstring(draw("<Speed>", [Group(title="Pages", bars=bars)]))
    space = "{http://www.w3.org/2000/svg}"
    lengths = [float(rectangle.attrib["width"]) for rectangle in root.iter(f"{space}rect")][1:]
    assert lengths[0] == 2 * lengths[1]
    assert lengths[2] == 0
    texts = [text.text for text in root.iter(f"{space}text")]
    assert texts == ["Pages", "A & B", "2", "C", "1", "D", "–"]
