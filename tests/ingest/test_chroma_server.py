"""A library whose vectors are on a Chroma server: editions share one collection, and either end may be killed."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from ingest.doctor import examine
from ingest.remake import rebuild
from ingest.withdraw import purge
from report_qa.backends.chroma_server import ServerCollection, collection_of
from report_qa.errors import IndexDamaged, IndexUnavailable, IngestError, ReportQAError
from report_qa.library.edition import Library
from report_qa.wiring import open_vector_index, sweep_vectors
from tests.chroma_server import ChromaServer
from tests.doubles import HashingEmbedder
from tests.ingest.note_shelf import NoteShelf

ROOT = Path(__file__).resolve().parents[2]
ALL = os.environ.get("KILLS") == "all"
_INGEST = """
import sys
from pathlib import Path
from ingest.pool import ReadHere
from ingest.run import Retention, ingest
from report_qa.errors import ReportQAError
from report_qa.library.edition import Library
from tests.doubles import HashingEmbedder
embedder = HashingEmbedder()
print("begun", flush=True)
try:
    ingest([Path(sys.argv[1])], library=Library(Path(sys.argv[2]), chroma_url=sys.argv[3]), readers=ReadHere(),
           embedder_digest=embedder.digest, make_embedder=lambda: embedder, retention=Retention(keep=2))
except ReportQAError as error:
    print(error)
    sys.exit(1)
"""


@pytest.fixture
def shelf(tmp_path: Path, chroma_server: ChromaServer) -> NoteShelf:
    made = NoteShelf(tmp_path)
    made.library = Library(tmp_path / "library", chroma_url=chroma_server.url)
    return made


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ChromaServer]:
    """A server of the test's own, to stop and kill."""
    made = ChromaServer(tmp_path / "data")
    made.start()
    yield made
    made.stop(signal.SIGKILL)


def nearest(shelf: NoteShelf, question: str) -> str:
    """Return the document that is found first in the current edition."""
    edition = shelf.edition
    index = open_vector_index(edition)
    passage_id = index.query(shelf.embedder.embed_question(question), 3)[0][0]
    index.close()
    document_id = edition.store.passages([passage_id])[passage_id].document_id
    edition.close()
    return document_id


def records(shelf: NoteShelf) -> int:
    """Return how many vectors the server holds for this library."""
    collection = ServerCollection(shelf.library.chroma_url, collection_of(shelf.edition.chroma_folder))
    count = collection.count()
    collection.close()
    return count


def healthy(shelf: NoteShelf) -> bool:
    return examine(shelf.library, embedder_digest=shelf.embedder.digest, cited=tuple).healthy


def test_editions_share_what_they_have_in_common(shelf: NoteShelf) -> None:
    shelf.ingest()
    first = shelf.edition
    before = records(shelf)
    assert before == first.manifest.passages
    assert nearest(shelf, "pub hours") == "pub.md"
    shelf.write("pub.md", "# The inn\n\n## Beds\n\nThe inn has nine beds for walkers.\n")
    shelf.ingest()
    assert records(shelf) == before + 1
    assert nearest(shelf, "inn beds walkers") == "pub.md"
    # A reader that has the first edition open still finds all of it, and nothing of the second.
    index = open_vector_index(first)
    found = index.query(shelf.embedder.embed_question("inn beds walkers pub"), 100)
    assert {passage_id for passage_id, _ in found} == set(first.store.passage_ids())
    index.close()
    assert not list(first.chroma_folder.glob("*.sqlite3"))
    assert healthy(shelf)


def test_passages_with_the_same_vector_are_all_found(shelf: NoteShelf) -> None:
    shelf.ingest()
    part = "## Part\n\nThe lighthouse shines.\n\n"
    shelf.write("a.md", f"# Twice\n\n{part}## Other\n\nThe sea is wide.\n\n{part}")
    shelf.ingest()
    edition = shelf.edition
    keys = edition.store.keys_by_passage()
    assert len(set(keys.values())) == len(keys) - 1
    index = open_vector_index(edition)
    best = index.query(shelf.embedder.embed_question("lighthouse shines"), 2)
    assert {passage_id for passage_id, score in best if score > 0.3} == {
        passage.passage_id for passage in edition.store.passages_of("a.md") if "lighthouse" in passage.text
    }
    assert len(best) == 2
    assert index.count() == len(keys)
    index.close()


def test_many_old_versions_hide_nothing(shelf: NoteShelf) -> None:
    for version in range(12):
        shelf.write("bus.md", f"# The bus\n\n## Hours\n\nThe bus is open every day. It cost £{version}m in 2024.\n")
        shelf.ingest(keep=20)
    edition = shelf.edition
    index = open_vector_index(edition)
    found = index.query(shelf.embedder.embed_question("The bus is open every day. It cost £3m in 2024."), 6)
    assert {passage_id for passage_id, _ in found} == set(edition.store.passage_ids())
    index.close()


def test_a_retired_edition_s_vectors_are_swept(shelf: NoteShelf) -> None:
    shelf.ingest()
    for version in range(3):
        shelf.write("bus.md", f"# The bus\n\n## Hours\n\nThe bus costs £{version}.\n")
        shelf.ingest(keep=1)
    assert records(shelf) == shelf.edition.manifest.passages
    assert healthy(shelf)


def test_a_purge_reaches_the_server(shelf: NoteShelf) -> None:
    shelf.ingest()
    shelf.write("hall.md", "# The hall\n\n## Hours\n\nA secret that must go.\n")
    shelf.ingest()
    gone = {passage.vector_key for passage in shelf.edition.store.passages_of("hall.md")}
    purge(shelf.library, ["hall.md"], lambda documents: 0)
    collection = ServerCollection(shelf.library.chroma_url, collection_of(shelf.edition.chroma_folder))
    assert collection.vectors(sorted(gone)) == {}
    collection.close()
    assert healthy(shelf)


def test_another_model_gets_another_collection_and_the_old_one_goes(shelf: NoteShelf) -> None:
    shelf.ingest()
    old = collection_of(shelf.edition.chroma_folder)
    other = HashingEmbedder(dimensions=64)
    other.digest = "hashing-64"
    shelf.ingest(embedder=other, keep=1)
    assert collection_of(shelf.edition.chroma_folder) != old
    with pytest.raises(IndexDamaged):
        ServerCollection(shelf.library.chroma_url, old)


def test_two_libraries_leave_each_other_alone(shelf: NoteShelf, tmp_path: Path) -> None:
    shelf.ingest()
    (tmp_path / "second").mkdir()
    second = NoteShelf(tmp_path / "second")
    second.library = Library(tmp_path / "second" / "library", chroma_url=shelf.library.chroma_url)
    second.ingest()
    second.write("bus.md", "# The bus\n\n## Hours\n\nAnother bus.\n")
    second.ingest(keep=1)
    with shelf.library.lock():
        assert sweep_vectors(shelf.library) == 0
    assert healthy(shelf)
    assert healthy(second)


def test_a_library_moves_to_a_server_and_back(shelf: NoteShelf) -> None:
    url, shelf.library.chroma_url = shelf.library.chroma_url, ""
    shelf.ingest()
    shelf.library.chroma_url = url
    assert nearest(shelf, "pub hours") == "pub.md"  # the edition that is here is read here
    rebuild(shelf.library)
    assert records(shelf) == shelf.edition.manifest.passages
    assert nearest(shelf, "pub hours") == "pub.md"
    shelf.library.chroma_url = ""
    with pytest.raises(IndexUnavailable, match="on a Chroma server") as caught:
        open_vector_index(shelf.edition)
    assert "REPORT_QA_CHROMA_URL" in caught.value.hint
    shelf.write("bus.md", "# The bus\n\n## Hours\n\nOne bus a day.\n")
    assert shelf.ingest().embedded == 1
    assert nearest(shelf, "pub hours") == "pub.md"
    assert healthy(shelf)


def test_a_server_that_lost_its_data_is_found_out_and_filled_again(shelf: NoteShelf) -> None:
    shelf.ingest()
    collection = ServerCollection(shelf.library.chroma_url, collection_of(shelf.edition.chroma_folder))
    collection.keep_only(())
    collection.close()
    with pytest.raises(IndexDamaged, match="lacks vectors") as caught:
        open_vector_index(shelf.edition)
    assert "rebuild" in caught.value.hint
    report = examine(shelf.library, embedder_digest=shelf.embedder.digest, cited=tuple)
    assert [finding.command for finding in report.findings if not finding.warning] == ["python -m ingest rebuild"]
    shelf.write("bus.md", "# The bus\n\n## Hours\n\nOne bus a day.\n")
    assert shelf.ingest().embedded == 1  # publishing fills it again, too
    assert healthy(shelf)


def test_other_vectors_on_the_server_are_found_by_doctor(shelf: NoteShelf) -> None:
    shelf.ingest()
    collection = ServerCollection(shelf.library.chroma_url, collection_of(shelf.edition.chroma_folder))
    keys = sorted(shelf.edition.store.keys_by_passage().values())
    collection.keep_only(keys[1:])
    collection.add(keys[:1], np.eye(1, 256, dtype=np.float32))
    collection.close()
    assert not healthy(shelf)


def test_without_the_server_there_is_one_clear_sentence(tmp_path: Path, server: ChromaServer) -> None:
    shelf = NoteShelf(tmp_path)
    shelf.library = Library(tmp_path / "library", chroma_url=server.url)
    shelf.ingest()
    index = open_vector_index(shelf.edition)
    question = shelf.embedder.embed_question("pub hours")
    server.stop()
    with pytest.raises(IndexUnavailable, match="does not answer"):
        index.query(question, 3)
    shelf.write("bus.md", "# The bus\n\n## Hours\n\nOne bus a day.\n")
    with pytest.raises(IndexUnavailable, match=server.url) as caught:
        shelf.ingest()
    assert "chroma run" in caught.value.hint
    assert caught.value.retryable
    assert shelf.leftovers() == []
    server.start()
    # What was open before goes on: nothing has to be restarted.
    assert index.query(question, 1)
    index.close()
    shelf.ingest()
    assert healthy(shelf)


def test_a_server_that_goes_after_the_publish_costs_the_sweep_only(
    tmp_path: Path, server: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = NoteShelf(tmp_path)
    shelf.library = Library(tmp_path / "library", chroma_url=server.url)
    shelf.ingest()
    publish = Library.publish

    def publish_and_stop(library: Library, edition_id: str) -> None:
        publish(library, edition_id)
        server.stop()

    monkeypatch.setattr(Library, "publish", publish_and_stop)
    shelf.write("bus.md", "# The bus\n\n## Hours\n\nOne bus a day.\n")
    with pytest.raises(IngestError, match="Edition 000002 is published, but"):
        shelf.ingest(keep=1)
    assert shelf.library.current_edition_id() == "000002"


def test_a_server_that_hangs_is_not_waited_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("report_qa.backends.chroma_server._ANSWERS_WITHIN", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(IndexUnavailable):
            ServerCollection(f"http://127.0.0.1:{silent.getsockname()[1]}", "anything")
        assert time.monotonic() - began < 5


class _Gateway(BaseHTTPRequestHandler):
    """What stands before a server that is away says so in its own words."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b"<html><title>502 Bad Gateway</title>"
        self.send_response(502)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that its base gives it
        """Nothing is printed."""


def test_what_a_gateway_says_instead_of_the_server_is_told_as_the_server_s_absence(
    tmp_path: Path, server: ChromaServer
) -> None:
    shelf = NoteShelf(tmp_path)
    shelf.library = Library(tmp_path / "library", chroma_url=server.url)
    shelf.ingest()
    index = open_vector_index(shelf.edition)
    server.stop()
    gateway = ThreadingHTTPServer(("127.0.0.1", server.port), _Gateway)
    answering = threading.Thread(target=gateway.serve_forever, args=(0.02,))
    answering.start()
    try:
        with pytest.raises(IndexUnavailable, match="does not answer as it should") as caught:
            index.query(shelf.embedder.embed_question("pub hours"), 3)
        assert "<" not in caught.value.message
    finally:
        gateway.shutdown()
        gateway.server_close()
        answering.join()
        index.close()


@pytest.mark.slow
def test_killed_client_or_server_loses_no_edition(
    tmp_path: Path, server: ChromaServer, capsys: pytest.CaptureFixture[str]
) -> None:
    shelf = NoteShelf(tmp_path)
    shelf.library = Library(tmp_path / "library", chroma_url=server.url)
    shelf.ingest()
    chance = random.Random(20240531)
    command = [sys.executable, "-c", _INGEST, str(shelf.folder), str(shelf.library.folder), server.url]
    kills = clients = lost = unrecovered = 0
    for number in range(24 if ALL else 4):
        for name in range(8):
            words = " ".join(f"Hall {name} has {number * 100 + place} seats on floor {place}." for place in range(60))
            shelf.write(f"hall{name}.md", f"# Hall {name}\n\n## Seats\n\n{words}\n")
        before = shelf.library.current_edition_id()
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        timer = None
        if number % 2:
            clients += 1
            timer = threading.Timer(chance.uniform(0, 0.8), process.kill)
        else:
            timer = threading.Timer(chance.uniform(0, 0.8), server.stop, [signal.SIGKILL])
        timer.start()
        ended = process.wait()
        process.stdout.close()
        timer.cancel()
        timer.join()
        kills += ended != 0
        server.stop()
        server.start()
        published = shelf.library.current_edition_id()
        try:
            # An acknowledged edition is whole, whichever it is; the earlier one can still be gone back to.
            for edition_id in {before, published}:
                edition = shelf.library.open(edition_id)
                index = open_vector_index(edition)
                assert index.count() == edition.manifest.passages
                index.close()
                edition.close()
            lost += not healthy(shelf)
        except ReportQAError:
            lost += 1
        subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
        unrecovered += not healthy(shelf) or set(shelf.ids()) != {path.name for path in shelf.folder.iterdir()}
    with capsys.disabled():
        sys.stderr.write(
            f"\nkills with a Chroma server: {kills} ({clients} of the client), lost {lost}, unrecovered {unrecovered}\n"
        )
    assert (lost, unrecovered) == (0, 0)
