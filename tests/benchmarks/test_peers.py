"""The peers of the evaluation: what they are given, how they are judged, and the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers import (
    KINDS,
    Kind,
    Line,
    Material,
    Measured,
    Peer,
    Reply,
    as_json,
    as_text,
    best,
    lines_of,
    measure,
    ours,
)
from benchmarks.plain import plain_pages, split, words, write_for_cairn
from report_qa.evaluation.found import Found
from report_qa.evaluation.questions import GoldQuestion, Place
from report_qa.evaluation.run import evaluate
from report_qa.records.conversation import Exchange
from report_qa.settings import load_settings
from tests.small_library import GAP, GAP_ANSWER, SmallLibrary

GOLD = GoldQuestion(
    question_id="gap",
    question=GAP,
    kind="fact",
    answerable=True,
    must_contain=(("£4.2 billion", "4.2bn"),),
    places=(Place(source="big-plan.md", pages=frozenset()),),
    history=(),
)
PAGED = replace(GOLD, places=(Place(source="plan.pdf", pages=frozenset({3})),))
UNKNOWN = replace(GOLD, question_id="unknown", answerable=False, must_contain=(), places=())
RIGHT = Found(path="plan.pdf", page=3, text=f"Of all figures: {GAP_ANSWER}")
WRONG = Found(path="plan.pdf", page=2, text="Buses fell by half.")


class Scripted:
    """A peer that finds the same for every question, and quotes `quoted`."""

    name = "scripted"

    def __init__(self, *found: Found, quoted: Sequence[Found] = ()) -> None:
        self._found, self._quoted = list(found), tuple(quoted)
        self.asked: list[tuple[str, int, tuple[str, ...]]] = []

    def find(self, question: str, top: int, history: Sequence[Exchange] = ()) -> list[Found]:
        self.asked.append((question, top, tuple(exchange.question for exchange in history)))
        return self._found

    def answer(self, question: str, history: Sequence[Exchange] = ()) -> Reply:
        said = " ".join(item.text for item in self._quoted)
        return Reply(said=said or "I have no source for £4.2 billion.", quoted=self._quoted)


class FindingOnly:
    """A peer that does not answer."""

    name = "finding only"

    def find(self, question: str, top: int, history: Sequence[Exchange] = ()) -> list[Found]:
        return [WRONG, RIGHT]


def _material(folder: Path, *chunks: Found) -> Material:
    return Material(pages=chunks, chunks=chunks, settings=load_settings(library=folder), scratch=folder)


def test_text_files_are_read_whole_and_what_gives_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("One.\n\nTwo.", encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"caf\xe9")
    (tmp_path / "empty.txt").write_text(" \n", encoding="utf-8")
    (tmp_path / "broken.pdf").write_bytes(b"not a PDF")
    (tmp_path / "questions.jsonl").write_text("{}", encoding="utf-8")
    pages, left_out = plain_pages(tmp_path)
    assert pages == (
        Found(path="b.txt", page=None, text="caf\ufffd"),
        Found(path="notes/a.md", page=None, text="One.\n\nTwo."),
    )
    assert left_out == ("broken.pdf", "empty.txt")


def test_pages_of_a_pdf_count_from_one(tmp_path: Path) -> None:
    (tmp_path / "big-local.PDF").write_bytes(Path("corpus/big-local.pdf").read_bytes())
    pages, left_out = plain_pages(tmp_path)
    assert [(page.path, page.page) for page in pages][:2] == [("big-local.PDF", 1), ("big-local.PDF", 2)]
    assert "Big Local" in pages[0].text
    assert left_out == ()


def test_chunks_know_their_page_and_overlap() -> None:
    pages = [Found(path="a.pdf", page=1, text="alpha beta gamma delta"), Found(path="a.pdf", page=2, text="epsilon")]
    assert split(pages, size=16, overlap=6) == (
        Found(path="a.pdf", page=1, text="alpha beta gamma"),
        Found(path="a.pdf", page=1, text="gamma delta"),
        Found(path="a.pdf", page=2, text="epsilon"),
    )


def test_the_best_come_first_and_nothing_of_score_zero() -> None:
    scores = np.array([0.0, 2.0, 3.0, 2.0, -1.0, 1.0])
    assert best(scores, 10) == [2, 1, 3, 5]
    assert best(scores, 2) == [2, 1]


def test_words_are_lower_case_as_they_stand() -> None:
    assert words("The Gap’s £4.2bn, in WALES") == ["the", "gap", "s", "4", "2bn", "in", "wales"]


def test_a_peer_is_judged_as_ours_is(small: SmallLibrary) -> None:
    (outcome,) = evaluate([GOLD], small.assistant(), top=5)
    found = [
        Found(path=item.document.path, page=None, text=item.passage.text)
        for item in small.assistant().search(GAP, top=60).kept
    ]
    quoted = [Found(path=span.document_path, page=None, text=span.quote) for span in outcome.answer.evidence]
    (measured,) = measure(Scripted(*found, quoted=quoted), [GOLD])
    only_ours = {"verbatim", "citation_recall", "citation_precision"}
    assert measured.scores == {name: score for name, score in outcome.scores.items() if name not in only_ours}
    assert measured.scores["right"] == measured.scores["page_hit_1"] == 1.0


def test_pages_count_where_the_set_has_them() -> None:
    (measured,) = measure(FindingOnly(), [PAGED])
    assert (measured.scores["page_hit_1"], measured.scores["page_hit_5"]) == (0.0, 1.0)
    assert (measured.scores["reciprocal_rank"], measured.scores["document_hit_5"]) == (0.5, 1.0)
    assert "right" not in measured.scores


def test_an_answer_has_to_quote_the_fact_from_its_place_and_to_be_short_for_the_short_figure() -> None:
    elsewhere = replace(RIGHT, page=4)
    long = replace(RIGHT, text=f"{'x' * 400} {GAP_ANSWER}")
    first, second, third = (
        measure(Scripted(quoted=[quoted]), [PAGED])[0].scores for quoted in (RIGHT, elsewhere, long)
    )
    assert (first["right"], first["wrong_of_shown"], first["facts_in_300"]) == (1.0, 0.0, 1.0)
    assert (second["right"], second["wrong_of_shown"], second["facts_in_300"]) == (0.0, 1.0, 1.0)
    assert (third["right"], third["facts_in_300"], third["facts_in_800"]) == (1.0, 0.0, 1.0)
    (apart,) = measure(Scripted(quoted=[replace(WRONG, page=3), elsewhere]), [PAGED])
    assert apart.scores["right"] == 0.0


def test_a_refusal_quotes_nothing_and_its_words_are_no_answer() -> None:
    refused, unknown = measure(Scripted(RIGHT), [PAGED, UNKNOWN])
    assert (refused.scores["refused_answerable"], refused.scores["facts_in_300"]) == (1.0, 0.0)
    assert "wrong_of_shown" not in refused.scores
    assert unknown.scores == {"refused_unanswerable": 1.0, "refusal_precision": 1.0}


def test_earlier_questions_are_handed_over() -> None:
    peer = Scripted(RIGHT)
    measure(peer, [replace(PAGED, history=(Exchange(question="First?"),))])
    assert peer.asked == [(GAP, 60, ("First?",))]


def test_a_peer_that_is_missing_or_fails_is_a_line_with_the_reason(tmp_path: Path) -> None:
    def missing(material: Material) -> Sequence[Peer]:
        raise ModuleNotFoundError("No module named 'other'")

    def failing(material: Material) -> Sequence[Peer]:
        raise OSError("no model")

    material = _material(tmp_path)
    (absent,) = lines_of("other", Kind(package="other-search", make=missing), material, [PAGED])
    (broken,) = lines_of("other", Kind(package="other-search", make=failing), material, [PAGED])
    (there,) = lines_of("other", Kind(package="x", make=lambda material: [FindingOnly()]), material, [PAGED])
    assert (absent.name, absent.note) == ("other", "not installed: pip install other-search")
    assert broken.note == "OSError: no model"
    assert (there.name, there.note, len(there.measured)) == ("finding only", "", 1)


def test_the_table_has_ours_first_and_only_columns_with_figures(small: SmallLibrary) -> None:
    lines = [
        ours(evaluate([GOLD], small.assistant(), top=5)),
        Line(name="finding only", measured=measure(FindingOnly(), [PAGED])),
        Line(name="other", note="not installed: pip install other-search"),
    ]
    head, first, second, third, *_ = as_text(lines).splitlines()
    assert head.split()[:6] == ["system", "page@1", "page@5", "page@10", "doc@5", "MRR"]
    assert "refused°" not in head
    assert first.split()[:6] == ["ours", "100.0%", "100.0%", "100.0%", "100.0%", "1.000"]
    assert second.split()[:7] == ["finding", "only", "0.0%", "100.0%", "100.0%", "100.0%", "0.500"]
    assert second.split().count("–") == head.split().index("ms") - 6
    assert third == "other          not installed: pip install other-search"


def test_figures_are_means_and_the_median_time() -> None:
    def measured(milliseconds: float, **scores: float) -> Measured:
        return Measured(question_id="q", milliseconds=milliseconds, scores=scores)

    line = Line(
        name="a",
        ready_seconds=1.26,
        measured=(measured(1, page_hit_1=1), measured(2, page_hit_1=0), measured(9, right=1)),
    )
    assert line.figures() == {"page_hit_1": 0.5, "right": 1.0, "median_ms": 2}
    (printed,) = as_json([line])
    assert (printed["name"], printed["ready_seconds"], len(printed["questions"])) == ("a", 1.3, 3)
    assert printed["questions"][2] == {"question_id": "q", "milliseconds": 9, "scores": {"right": 1}}


def test_each_passage_of_cairn_is_one_chunk_of_ours(tmp_path: Path) -> None:
    chunks = [
        Found(path="sub/A_plan: draft.pdf", page=1, text="First\n\n \u2028part\x0cgoes on"),
        Found(path="sub/A_plan: draft.pdf", page=2, text="# 1\n## "),
        Found(path="sub/A_plan: draft.pdf", page=2, text="##"),
        Found(path="b.md", page=None, text="Other"),
        Found(path="sub/A_plan: draft.pdf", page=3, text="Last"),
    ]
    places = write_for_cairn(chunks, tmp_path)
    assert places == {"d1#1": chunks[0], "d1#2": chunks[1], "d1#3": chunks[4], "d2#1": chunks[3]}
    written = (tmp_path / "d1.md").read_text(encoding="utf-8")
    assert written == "---\nid: d1\ntitle: a plan draft\nlang: en\n---\nFirst\npart\ngoes on\n\n1\n\nLast"


@pytest.mark.parametrize(("name", "module"), [("bm25", "bm25s"), ("cairn", "cairn.index")])
def test_the_packages_find_and_quote_a_chunk(tmp_path: Path, name: str, module: str) -> None:
    pytest.importorskip(module)
    chunks = [WRONG, Found(path="plan.pdf", page=4, text="A fund for every neighbourhood in the land."), RIGHT]
    for line in lines_of(name, KINDS[name], _material(tmp_path, *chunks), [PAGED]):
        assert line.note == ""
        assert line.measured[0].scores["page_hit_1"] == 1.0
        assert line.measured[0].scores.get("right", 1.0) == 1.0
