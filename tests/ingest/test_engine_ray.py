"""Reading and embedding on a real Ray cluster, of one machine: the same editions, and no more harm than elsewhere."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.engine_ray import RayCluster, RayEmbedder, RayReaders
from ingest.pool import Job, Limits
from ingest.run import ingest
from report_qa.errors import DocumentTooLarge, DocumentUnreadable, ModelUnavailable, SettingInvalid
from report_qa.ports import Embedder
from report_qa.records.document import DocumentText
from report_qa.settings import load_settings
from report_qa.wiring import make_embedder
from tests.ingest.note_shelf import NoteShelf

pytestmark = [
    pytest.mark.slow,
    # Ray leaves pipes and files to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::FutureWarning", "ignore::DeprecationWarning"),
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[RayCluster]:
    made = RayCluster(processors=2)
    yield made
    made.close()


@pytest.fixture(scope="module")
def readers(cluster: RayCluster) -> Iterator[RayReaders]:
    made = RayReaders(cluster, Limits(max_file_mb=1))
    yield made
    made.close()


@pytest.fixture(scope="module")
def here() -> Embedder:
    return make_embedder(load_settings())


@pytest.fixture(scope="module")
def far(cluster: RayCluster) -> RayEmbedder:
    """The embedder on the cluster, which loads its model once."""
    return RayEmbedder(cluster, load_settings())


def _job(name: str, content: str) -> Job:
    return Job(content=content.encode(), media_type="text/markdown", name=name)


def test_files_come_back_in_order_and_a_bad_one_costs_itself(readers: RayReaders) -> None:
    jobs = [_job(f"{number}.md", f"# Note {number}\n\nNumber {number}.\n") for number in range(9)]
    jobs.insert(3, _job("large.md", "x" * 1_500_000))
    jobs.insert(5, Job(content=b"%PDF-1.4 nothing", media_type="application/pdf", name="bad.pdf"))
    outcomes = list(readers.read(iter(jobs)))
    assert isinstance(outcomes.pop(5), DocumentUnreadable)
    large = outcomes.pop(3)
    assert isinstance(large, DocumentTooLarge)
    assert "REPORT_QA_MAX_FILE_MB" in large.hint
    texts = [outcome.text for outcome in outcomes if isinstance(outcome, DocumentText)]
    assert [text.split()[1] for text in texts] == [str(number) for number in range(9)]
    unreadable = next(iter(readers.read(iter([jobs[5]]))))
    assert isinstance(unreadable, DocumentUnreadable)
    assert unreadable.hint


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the actors' processes in /proc")
def test_a_lost_actor_is_started_again_and_asked_again(readers: RayReaders) -> None:
    assert isinstance(next(iter(readers.read(iter([_job("a.md", "# A\n\nOne.\n")])))), DocumentText)
    ended = 0
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if process.read_bytes().startswith(b"ray::_Reader"):
                os.kill(int(process.parent.name), signal.SIGKILL)
                ended += 1
    assert ended
    again = list(readers.read(iter([_job(f"{number}.md", "# B\n\nTwo.\n") for number in range(4)])))
    assert [isinstance(outcome, DocumentText) for outcome in again] == [True] * 4


def test_the_vectors_are_those_of_this_machine(here: Embedder, far: RayEmbedder) -> None:
    texts = [f"The hall has {number} seats and {'very ' * number}wide doors." for number in range(20)]
    parts = [[[(0, 8)], [(8, 20)]] for _ in texts]
    whole, of_parts = here.embed_parts(texts, parts)
    of_texts, of_far = far.embed_parts(texts, parts)
    assert ((whole * of_texts).sum(axis=1) > 0.999).all()
    assert all(((one * other).sum(axis=1) > 0.999).all() for one, other in zip(of_parts, of_far, strict=True))
    assert far.count_tokens(texts) == here.count_tokens(texts)
    assert (far.digest, far.dimensions, far.max_tokens) == (here.digest, here.dimensions, here.max_tokens)


def test_an_edition_made_on_ray_is_the_one_made_here(
    readers: RayReaders, here: Embedder, far: RayEmbedder, shelf: NoteShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = ingest(
        [shelf.folder],
        library=shelf.library,
        embedder_digest=here.digest,
        make_embedder=lambda: here,
    )
    before = {name: shelf.edition.store.passages_of(name) for name in shelf.ids()}
    # Every text of another model's edition is read and embedded again: nothing is taken over.
    monkeypatch.setattr(far, "digest", "another")
    made = ingest(
        [shelf.folder],
        library=shelf.library,
        embedder_digest="another",
        make_embedder=lambda: far,
        readers=readers,
    )
    assert made.embedded == local.embedded > 0
    after = {name: shelf.edition.store.passages_of(name) for name in shelf.ids()}
    assert {name: [item.text for item in items] for name, items in after.items()} == {
        name: [item.text for item in items] for name, items in before.items()
    }


def test_a_model_that_a_machine_lacks_is_named(cluster: RayCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.engine_ray.make_embedder", lambda settings: make_embedder(load_settings()))
    with pytest.raises(ModelUnavailable, match="nobody/has-this"):
        RayEmbedder(cluster, load_settings(embedder="nobody/has-this"))


def test_a_run_without_changes_does_not_wait_for_a_cluster(shelf: NoteShelf) -> None:
    shelf.ingest()
    unreachable = RayCluster("127.0.0.1:1")
    receipt = ingest(
        [shelf.folder],
        library=shelf.library,
        embedder_digest=shelf.embedder.digest,
        make_embedder=lambda: RayEmbedder(unreachable, load_settings()),
        readers=RayReaders(unreachable),
    )
    unreachable.close()
    assert (receipt.edition, len(receipt.unchanged)) == ("", 6)


def test_an_address_where_no_cluster_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingInvalid, match="REPORT_QA_RAY_ADDRESS"):
        RayCluster("127.0.0.1:1").connect()
