"""What a publish checks of the indexes that it is about to publish."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from report_qa import wiring
from report_qa.errors import IndexDamaged
from tests.doubles import ExactVectorIndex, Vector
from tests.ingest.note_shelf import NoteShelf


@pytest.fixture
def check(shelf: NoteShelf, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Check the shelf's edition, as if its vector index had lost so many of twelve passages."""
    for number in range(8):
        shelf.write(f"more{number}.md", f"# More {number}\n\nThe {number}th shed holds {number} spades and a ladder.\n")
    shelf.ingest()
    edition = shelf.edition
    ids = edition.store.passage_ids()[:12]
    assert len(ids) == 12
    sample = {passage_id: rows[0] for passage_id, rows in edition.store.vectors(ids).items()}

    def run(lost: int) -> None:
        held: dict[str, Vector] = {
            each: rows[0] for each, rows in edition.store.vectors(edition.store.passage_ids()).items()
        }
        for each in ids[:lost]:
            held[each] = -held[each]
        monkeypatch.setattr(wiring, "_open_vectors", lambda *arguments: ExactVectorIndex(held))
        wiring.check_indexes(shelf.library, edition.folder, edition.store, sample)

    return run


def test_an_approximate_index_may_miss_one_passage(check: Callable[[int], None]) -> None:
    check(0)
    check(1)


@pytest.mark.parametrize("lost", [2, 12])
def test_an_index_that_lacks_vectors_is_damaged(check: Callable[[int], None], lost: int) -> None:
    with pytest.raises(IndexDamaged, match=f"{lost} of 12 passages are not found by their own vectors"):
        check(lost)


def test_equal_passages_find_each_other() -> None:
    vector = np.array([1.0, 0.0], dtype=np.float32)
    twins = ExactVectorIndex({f"p{number}": vector for number in range(40)})
    assert wiring._finds_itself(twins, "p39", vector)
    assert not wiring._finds_itself(twins, "p39", -vector)
