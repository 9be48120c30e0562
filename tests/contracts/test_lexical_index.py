"""What every lexical index promises: the double, and tantivy through its writer. Both compute the same BM25."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from report_qa.backends.tantivy import FIELD_WEIGHTS, TantivyLexicalIndex, TantivyWriter
from report_qa.ports import LexicalIndex
from report_qa.words import terms
from tests.doubles import PlainLexicalIndex

Passages = Mapping[str, tuple[str, tuple[str, ...], str]]
Opener = Callable[[Passages], LexicalIndex]

SHELF: Passages = {
    "a": ("Note on schools", ("Absence", "By region"), "Pupils' absence rose to 7.1 per cent in the North-East."),
    "b": ("Note on schools", ("Funding",), "Schools received £1.2m; the region's absence figures are not given."),
    "c": ("Note on towns", ("Funding",), "Towns were promised £1,200 each."),
    "d": ("Note on towns", (), "Neighbourhoods organise themselves, and organise others."),
}


@pytest.fixture(params=["double", "tantivy"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    indexes: list[LexicalIndex] = []

    def build(passages: Passages) -> LexicalIndex:
        if request.param == "double":
            indexes.append(PlainLexicalIndex(passages, FIELD_WEIGHTS))
        else:
            with TantivyWriter(tmp_path / "tantivy") as writer:
                for passage_id, (title, heading_path, text) in passages.items():
                    writer.add(passage_id, title=title, heading_path=heading_path, text=text)
            indexes.append(TantivyLexicalIndex(tmp_path / "tantivy"))
        return indexes[-1]

    yield build
    for index in indexes:
        index.close()
        index.close()


def _asked(words: str, weight: float = 1.0) -> dict[str, float]:
    return dict.fromkeys(terms(words), weight)


def test_the_best_come_first_and_scores_are_those_of_bm25(opened: Opener) -> None:
    index = opened(SHELF)
    for words in ("absence", "absence region", "school funding", "towns neighbourhood organised"):
        expected = PlainLexicalIndex(SHELF, FIELD_WEIGHTS).query(_asked(words), 10)
        found = index.query(_asked(words), 10)
        assert [passage_id for passage_id, _ in found] == [passage_id for passage_id, _ in expected]
        assert [score for _, score in found] == pytest.approx([score for _, score in expected], rel=0.02)
    assert index.query(_asked("absence"), 10)[0][0] == "a"


@pytest.mark.parametrize(
    ("words", "best"),
    [("7.1%", "a"), ("£1.2m", "b"), ("1200", "c"), ("organizing neighborhood", "d"), ("north east pupil’s", "a")],
)
def test_words_are_folded_alike_on_both_sides(opened: Opener, words: str, best: str) -> None:
    assert opened(SHELF).query(_asked(words), 1)[0][0] == best


def test_a_weight_multiplies_a_term_and_none_or_less_takes_it_out(opened: Opener) -> None:
    index = opened(SHELF)
    (once,), (thrice,) = index.query(_asked("pupils"), 5), index.query(_asked("pupils", 3.0), 5)
    assert thrice[1] == pytest.approx(3 * once[1], rel=1e-4)
    assert index.query({"pupil": 0.0, "town": -1.0}, 5) == []


def test_a_word_of_the_body_outweighs_one_of_the_title(opened: Opener) -> None:
    index = opened({"title": ("Money", (), "Something else here"), "body": ("Something else", (), "Money is here")})
    assert [passage_id for passage_id, _ in index.query(_asked("money"), 2)] == ["body", "title"]


@pytest.mark.parametrize(
    "typed", ['"', "body:absence", "(a OR", "title:*", "+-!", "a\x00b", "", " ", "[1 TO 2]", "x" * 70_000, "\ud800"]
)
def test_nothing_typed_is_syntax(opened: Opener, typed: str) -> None:
    index = opened(SHELF)
    assert index.query({typed: 1.0}, 5) == []
    assert index.document_frequency(typed) == 0


def test_how_many_passages_hold_a_term_anywhere(opened: Opener) -> None:
    index = opened(SHELF)
    assert [index.document_frequency(term) for term in terms("absence funding note nowhere")] == [2, 2, 4, 0]
    assert index.count() == 4


def test_an_empty_index_finds_nothing(opened: Opener) -> None:
    index = opened({})
    assert (index.count(), index.query(_asked("absence"), 5), index.document_frequency("absence")) == (0, [], 0)


def test_top_limits(opened: Opener) -> None:
    index = opened(SHELF)
    assert len(index.query(_asked("note"), 2)) == 2
    assert index.query(_asked("note"), 0) == []


def test_several_threads_ask_at_once(opened: Opener) -> None:
    index = opened(SHELF)
    with ThreadPoolExecutor(4) as pool:
        best = set(pool.map(lambda _: index.query(_asked("pupils"), 3)[0][0], range(100)))
    assert best == {"a"}
