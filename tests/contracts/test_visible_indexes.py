"""Indexes without the passages that may not be seen answer like indexes that never held them."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from report_qa.backends.chroma import ChromaVectorIndex, ChromaWriter
from report_qa.backends.tantivy import TantivyLexicalIndex, TantivyWriter
from report_qa.backends.visible_words import VisibleWords

COUNT, DIMENSIONS = 400, 32
IDS = tuple(f"p{number:03}" for number in range(COUNT))
WORDS = tuple(f"word{letter}" for letter in "abcdefghijklmnopqrst")
QUERY = {f"word{letter}": weight for letter, weight in zip("abcdr", (1.0, 0.5, 1.0, 0.25, 1.0), strict=True)}
SHARES = (0.02, 0.3, 0.9)


def texts(seed: int) -> dict[str, str]:
    """Return a text of twelve words for each passage; `wordr` stands in the last quarter alone, mostly."""
    draw = random.Random(seed)
    found = {}
    for number, passage_id in enumerate(IDS):
        words = draw.choices(WORDS[:15], weights=range(15, 0, -1), k=11)
        found[passage_id] = " ".join([*words, "wordr" if number > COUNT * 3 // 4 else draw.choice(WORDS)])
    return found


def word_index(folder: Path, listed: dict[str, str]) -> TantivyLexicalIndex:
    with TantivyWriter(folder) as writer:
        for passage_id, words in listed.items():
            writer.add(passage_id, title="Note", heading_path=("Heading",), text=words)
    return TantivyLexicalIndex(folder)


@pytest.mark.parametrize("share", SHARES)
def test_words_are_ranked_scored_and_counted_as_if_the_others_were_not_there(tmp_path: Path, share: float) -> None:
    listed = texts(1)
    seen = frozenset(random.Random(2).sample(IDS, int(share * COUNT)))
    whole, alone = (
        word_index(tmp_path / "a", listed),
        word_index(tmp_path / "b", {k: listed[k] for k in IDS if k in seen}),
    )
    visible = whole.only(seen)
    assert visible.count() == alone.count() == len(seen)
    for term in (*WORDS, "note", "nowhere"):
        assert visible.document_frequency(term) == alone.document_frequency(term)
    found, expected = visible.query(QUERY, 20), alone.query(QUERY, 20)
    # All texts are as long as each other: the one number that is left of the others, their mean length, is the same.
    assert [passage_id for passage_id, _ in found] == [passage_id for passage_id, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], rel=1e-5)
    assert len(visible.query({"note": 1.0}, COUNT)) == len(seen)
    whole.close()
    alone.close()


def test_a_word_that_only_hidden_passages_hold_counts_for_nothing(tmp_path: Path) -> None:
    whole = word_index(tmp_path, {"seen": "alpha beta", "hidden": "alpha gamma"})
    visible = whole.only(frozenset({"seen"}))
    assert isinstance(visible, VisibleWords)
    assert visible.document_frequency("gamma") == 0
    assert visible.query({"gamma": 1.0}, 5) == []
    assert visible.query({"gamma": 1.0, "alpha": 1.0}, 5) == visible.query({"alpha": 1.0}, 5)
    assert visible.only(frozenset({"hidden"})).query({"alpha": 1.0}, 5) == []
    assert whole.only(frozenset()).query({"alpha": 1.0}, 5) == []
    whole.close()


@pytest.mark.parametrize("share", SHARES)
def test_as_many_nearest_are_found_as_if_the_others_were_not_there(tmp_path: Path, share: float) -> None:
    draw = np.random.default_rng(3)
    vectors = draw.normal(size=(COUNT, DIMENSIONS)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with ChromaWriter(tmp_path / "chroma") as writer:
        writer.add(IDS, vectors, ["document"] * COUNT)
    whole = ChromaVectorIndex(tmp_path / "chroma")
    # The hidden ones are nearer than any that may be seen: ranking first and hiding afterwards would leave nothing.
    question = vectors[0]
    nearest = np.argsort(-(vectors @ question))
    seen = frozenset(IDS[number] for number in nearest[COUNT - int(share * COUNT) :])
    expected = [IDS[number] for number in nearest if IDS[number] in seen][:20]
    visible = whole.only(seen)
    assert visible.count() == len(seen)
    assert [passage_id for passage_id, _ in visible.query(question, 20)] == expected
    assert visible.only(frozenset(expected[:1])).query(question, 20)[0][0] == expected[0]
    assert whole.only(frozenset()).query(question, 20) == []
    whole.close()
