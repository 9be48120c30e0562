"""A whole ingest, with the real indexes and a small embedder."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ingest import build, read_text
from ingest.pool import ReadHere
from ingest.run import ingest
from report_qa.errors import CatalogueInvalid, IngestError, ModelUnavailable, PublishRefused
from report_qa.library.originals import is_intact
from report_qa.wiring import open_lexical_index, open_vector_index
from report_qa.words import terms
from tests.doubles import HashingEmbedder
from tests.ingest.note_shelf import WORDS, NoteShelf


def test_the_first_ingest_publishes_everything(shelf: NoteShelf) -> None:
    receipt = shelf.ingest()
    assert (receipt.edition, len(receipt.added), receipt.unreadable) == ("000001", 6, [])
    edition = shelf.edition
    store = edition.store
    assert shelf.ids() == sorted(f"{word}.md" for word in WORDS)
    assert edition.manifest.passages == store.passage_count() == receipt.passages
    vectors, words = open_vector_index(edition), open_lexical_index(edition)
    try:
        assert vectors.count() == words.count() == store.passage_count()
        best = vectors.query(shelf.embedder.embed_question("When is the pub open?"), 1)[0][0]
        assert "pub" in store.passages([best])[best].text
        best = words.query(dict.fromkeys(terms("pub"), 1.0), 1)[0][0]
        assert "pub" in store.passages([best])[best].text
    finally:
        vectors.close()
        words.close()
    assert all(is_intact(shelf.library.original(document.sha256)) for document in store.documents())
    assert json.loads((edition.folder / "receipt.json").read_text())["edition"] == "000001"


def test_nothing_changed_publishes_nothing_and_loads_no_model(shelf: NoteShelf) -> None:
    shelf.ingest()

    def refuse() -> HashingEmbedder:
        raise AssertionError("the model was loaded")

    receipt = ingest(
        [shelf.folder],
        library=shelf.library,
        embedder_digest="hashing-1",
        make_embedder=refuse,
        readers=ReadHere(),
    )
    assert (receipt.edition, len(receipt.unchanged)) == ("", 6)
    assert "Nothing to do: all 6 documents are unchanged" in receipt.as_text()
    assert shelf.library.editions() == ("000001",)


def test_only_what_changed_is_embedded(shelf: NoteShelf) -> None:
    shelf.ingest()
    with (shelf.folder / "pub.md").open("a", encoding="utf-8") as file:
        file.write("\n## Beer\n\nThere is none.\n")
    receipt = shelf.ingest()
    assert (receipt.added, receipt.changed, receipt.withdrawn) == ([], ["pub.md"], [])
    assert len(receipt.unchanged) == 5
    assert [text.splitlines()[-1] for text in shelf.embedder.embedded] == ["There is none."]
    assert shelf.library.open("000001").store.text("pub.md") != shelf.edition.store.text("pub.md")


def test_a_file_that_is_gone_is_withdrawn_from_the_new_edition_only(shelf: NoteShelf) -> None:
    shelf.ingest()
    (shelf.folder / "bus.md").unlink()
    assert shelf.ingest().withdrawn == ["bus.md"]
    assert "bus.md" not in shelf.ids()
    assert "bus.md" in [document.document_id for document in shelf.library.open("000001").store.documents()]
    assert b"The bus is open" not in (shelf.edition.folder / "passages.sqlite").read_bytes()
    words = open_lexical_index(shelf.edition)
    assert words.document_frequency("bus") == 0
    words.close()


def test_more_than_a_third_is_not_withdrawn_unasked(shelf: NoteShelf) -> None:
    shelf.ingest()
    for word in WORDS[:3]:
        (shelf.folder / f"{word}.md").unlink()
    with pytest.raises(PublishRefused, match=r"withdraw 3 of 6 documents .* add --allow-withdraw"):
        shelf.ingest()
    assert len(shelf.ids()) == 6
    assert len(shelf.ingest(allow_withdraw=True).withdrawn) == 3
    assert len(shelf.ids()) == 3


def test_an_emptied_root_is_refused(shelf: NoteShelf) -> None:
    shelf.ingest()
    for path in shelf.folder.iterdir():
        path.unlink()
    with pytest.raises(PublishRefused, match=r"holds no documents\. If its documents are to be withdrawn"):
        shelf.ingest()
    assert len(shelf.ingest(allow_withdraw=True).withdrawn) == 6


def test_renamed_files_are_not_counted_as_lost(shelf: NoteShelf) -> None:
    shelf.ingest()
    for word in WORDS:
        (shelf.folder / f"{word}.md").rename(shelf.folder / f"the-{word}.md")
    receipt = shelf.ingest()
    assert (len(receipt.moved), receipt.added, receipt.withdrawn) == (6, [], [])
    assert {"from": "pub.md", "to": "the-pub.md"} in receipt.moved
    assert receipt.embedded == 6  # the file's name is the title of a note, and stands in what is embedded


def test_other_roots_are_left_alone(shelf: NoteShelf, tmp_path: Path) -> None:
    shelf.ingest()
    other = tmp_path / "other.md"
    other.write_text("# Other\n\nAnother root.")
    receipt = shelf.ingest(other)
    assert (receipt.added, receipt.withdrawn, len(shelf.ids())) == (["other.md"], [], 7)
    other.unlink()
    with pytest.raises(IngestError, match=r"other\.md does not exist"):
        shelf.ingest(other)
    assert len(shelf.ids()) == 7


def test_one_file_of_a_known_root_is_brought_up_to_date(shelf: NoteShelf) -> None:
    shelf.ingest()
    shelf.write("pub.md", "# The pub\n\nThe pub is shut.\n")
    shelf.write("bus.md", "# The bus\n\nThe bus is late.\n")
    receipt = shelf.ingest(shelf.folder / "pub.md")
    assert (receipt.changed, receipt.withdrawn, len(shelf.ids())) == (["pub.md"], [], 6)
    assert "late" not in shelf.edition.store.text("bus.md")
    assert shelf.ingest().changed == ["bus.md"]


def test_a_folder_of_a_known_root_answers_for_its_own_files_only(shelf: NoteShelf) -> None:
    shelf.write("more/one.md", "# One\n\nThe first.")
    shelf.write("more/two.md", "# Two\n\nThe second.")
    shelf.ingest()
    (shelf.folder / "more" / "one.md").unlink()
    (shelf.folder / "bus.md").unlink()
    receipt = shelf.ingest(shelf.folder / "more")
    assert receipt.withdrawn == ["more/one.md"]
    assert "bus.md" in shelf.ids()


def test_a_root_inside_another_is_absorbed_by_it(shelf: NoteShelf) -> None:
    shelf.ingest(shelf.folder / "pub.md")
    receipt = shelf.ingest()
    assert (sorted(shelf.ids()), receipt.unreadable) == (sorted(f"{word}.md" for word in WORDS), [])
    (shelf.folder / "pub.md").unlink()
    assert shelf.ingest().withdrawn == ["pub.md"]


def test_two_roots_may_not_have_one_id(shelf: NoteShelf, tmp_path: Path) -> None:
    shelf.ingest()
    (tmp_path / "pub.md").write_text("# Another pub\n\nNot the same.")
    receipt = shelf.ingest(tmp_path / "pub.md")
    assert "has the id pub.md, which another file of" in receipt.unreadable[0]["reason"]
    assert "The pub is open" in shelf.edition.store.text("pub.md")


def test_a_moved_root_keeps_its_documents(shelf: NoteShelf, tmp_path: Path) -> None:
    shelf.ingest()
    moved = tmp_path / "moved"
    shelf.folder.rename(moved)
    receipt = shelf.ingest(moved)
    assert (len(receipt.changed), receipt.embedded, receipt.withdrawn) == (6, 0, [])


def test_a_changed_catalogue_entry_makes_a_new_edition(shelf: NoteShelf) -> None:
    shelf.ingest()
    shelf.write("catalogue.toml", "schema = 1\ntitle = 'Places'\n[[document]]\npath = 'pub.md'\nlicence = 'CC0'\n")
    receipt = shelf.ingest()
    assert (receipt.changed, receipt.embedded) == (["pub.md"], 0)
    assert shelf.edition.store.document("pub.md").licence == "CC0"
    assert shelf.edition.manifest.title == "Places"
    shelf.write("catalogue.toml", "schema = 1\ntitle = 'Place'\n[[document]]\npath = 'pub.md'\nlicence = 'CC0'\n")
    assert shelf.ingest().edition == "000003"
    assert shelf.edition.manifest.title == "Place"


def test_a_bad_catalogue_stops_the_run(shelf: NoteShelf) -> None:
    shelf.ingest()
    shelf.write("catalogue.toml", "schema = 1\nnonsense = 1\n")
    with pytest.raises(CatalogueInvalid):
        shelf.ingest()
    assert shelf.library.editions() == ("000001",)


def test_drafts_and_ignored_files_are_not_published(shelf: NoteShelf) -> None:
    shelf.write(
        "catalogue.toml",
        "schema = 1\nignore = ['bus.md']\n[[document]]\npath = 'pub.md'\nstate = 'draft'\n"
        "[[document]]\npath = 'x.md'\n",
    )
    receipt = shelf.ingest()
    assert (receipt.drafts, len(shelf.ids())) == (["pub.md"], 4)
    assert {"path": "x.md", "reason": "listed in catalogue.toml, but not there"} in receipt.skipped


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.md", b"", "empty.md is empty (0 bytes)."),
        ("blank.md", b" \n\n ", "blank.md"),
        ("picture.pdf", b"\x89PNG not a pdf", "picture.pdf is not a PDF file inside."),
        ("broken.pdf", b"%PDF-1.7\nnothing that a reader could use", "broken.pdf"),
        ("broken.docx", b"PK\x03\x04 cut off", "broken.docx"),
        ("two\nlines.md", b"", "two\\u000alines.md is empty"),
        ("\u202egnp.md", b"", "\\u202egnp.md is empty"),
        ("binary.txt", bytes(range(256)) * 40, "binary.txt"),
        ("n" * 240 + ".md", b"", "nnn.md is empty"),
    ],
)
def test_threat_13_a_bad_file_costs_that_file_only(shelf: NoteShelf, name: str, content: bytes, reason: str) -> None:
    (shelf.folder / name).write_bytes(content)
    receipt = shelf.ingest()
    assert len(receipt.added) == 6
    (found,) = receipt.unreadable
    assert reason in found["reason"]
    assert "\n" not in found["reason"]
    assert found["reason"].endswith(".")


def test_a_document_that_can_no_longer_be_read_keeps_its_last_version(shelf: NoteShelf) -> None:
    shelf.ingest()
    shelf.write("pub.md", "")
    shelf.write("bus.md", "# The bus\n\nThe bus is late.\n")
    receipt = shelf.ingest()
    assert (receipt.changed, receipt.unreadable[0]["kept"]) == (["bus.md"], "yes")
    assert "The version before stays." in receipt.as_text()
    assert "The pub is open" in shelf.edition.store.text("pub.md")


def test_a_reader_that_fails_in_an_unforeseen_way_costs_that_file_only(
    shelf: NoteShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = read_text.read_markdown

    def fail(content: bytes, *, name: str) -> object:
        if name == "pub.md":
            raise ZeroDivisionError("oh")
        return real(content, name=name)

    monkeypatch.setattr("ingest.read_text.read_markdown", fail)
    receipt = shelf.ingest()
    assert [item["reason"] for item in receipt.unreadable] == [
        "pub.md can't be read (ZeroDivisionError). Open it in its own program and save it again."
    ]
    assert len(receipt.added) == 5


def test_threat_13_files_that_are_no_documents_are_listed_or_passed_over(shelf: NoteShelf, tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text("# Secret\n\nNot on the shelf.")
    (shelf.folder / "link.md").symlink_to(tmp_path / "outside.md")
    (shelf.folder / "dangling.md").symlink_to(shelf.folder / "nowhere.md")
    shelf.write("figures.ods", "x")
    shelf.write(".hidden.md", "# Hidden\n\nNot this.")
    shelf.write(".git/note.md", "# Hidden\n\nNot this.")
    os.mkfifo(shelf.folder / "pipe.md")
    receipt = shelf.ingest()
    assert sorted((item["path"], item["reason"]) for item in receipt.skipped) == [
        ("dangling.md", "not a file"),
        ("figures.ods", "unknown kind of file (.ods)"),
        ("link.md", "a link that leads out of the folder"),
        ("pipe.md", "not a file"),
    ]
    assert len(shelf.ids()) == 6


def test_a_root_without_any_document_is_refused(shelf: NoteShelf, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    with pytest.raises(PublishRefused, match=r"nothing holds no documents\. Put PDF"):
        shelf.ingest(tmp_path / "nothing")
    (tmp_path / "nothing" / "x.xyz").write_text("x")
    with pytest.raises(PublishRefused, match=r"\(1 files of other kinds\)"):
        shelf.ingest(tmp_path / "nothing")


def test_another_model_means_everything_anew_in_one_run(shelf: NoteShelf, tmp_path: Path) -> None:
    other = tmp_path / "other.md"
    other.write_text("# Other\n\nAnother root.")
    shelf.ingest(shelf.folder, other)
    narrow = HashingEmbedder(dimensions=64)
    narrow.digest = "hashing-2"
    with pytest.raises(PublishRefused, match="embedded by another model"):
        shelf.ingest(embedder=narrow)
    receipt = shelf.ingest(shelf.folder, other, embedder=narrow)
    assert len(receipt.changed) == 7
    assert shelf.edition.manifest.embedder_dimensions == 64
    vectors = open_vector_index(shelf.edition)
    assert vectors.count() == shelf.edition.manifest.passages
    vectors.close()


def _raise(error: BaseException) -> Callable[..., None]:
    def fail(*arguments: object, **named: object) -> None:
        raise error

    return fail


def test_what_is_being_embedded_is_not_embedded_again(shelf: NoteShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.ingest()
    monkeypatch.setattr(build, "_EMBED_TOGETHER", 1)
    same = "# Rules\n\n## Dogs\n\n" + "Dogs are welcome in every park of the town, on a lead of two metres. " * 3
    for number in range(4):
        shelf.write(f"{number}/rules.md", f"{same}\n\n## Sheds\n\nShed number {number} is open to everybody.\n")
    receipt = shelf.ingest()
    assert receipt.embedded == len(shelf.embedder.embedded) == len(set(shelf.embedder.embedded))
    store = shelf.edition.store
    assert len(store.vectors(store.passage_ids())) == store.passage_count()


def test_an_embedder_that_fails_in_the_middle_publishes_nothing(
    shelf: NoteShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "_EMBED_TOGETHER", 1)
    calls = []

    def embed_parts(texts: Sequence[str], parts: Sequence[object]) -> object:
        calls.append(texts)
        raise ModelUnavailable("The card fell out.")

    monkeypatch.setattr(shelf.embedder, "embed_parts", embed_parts)
    with pytest.raises(ModelUnavailable, match="fell out"):
        shelf.ingest()
    assert 1 <= len(calls) <= 4
    assert not shelf.library.has_current()
    assert shelf.leftovers() == []


@pytest.mark.parametrize("step", ["start_edition", "write_passages", "_verify", "write_manifest"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_at_any_step_leaves_the_live_edition_alone(
    shelf: NoteShelf, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    shelf.ingest()
    shelf.write("pub.md", "# The pub\n\nThe pub is shut.\n")
    with monkeypatch.context() as patched:
        patched.setattr(build, step, _raise(error))
        expected = IngestError if isinstance(error, OSError) else KeyboardInterrupt
        with pytest.raises(expected):
            shelf.ingest()
    assert (shelf.library.current_edition_id(), shelf.leftovers()) == ("000001", [])
    assert "open" in shelf.edition.store.text("pub.md")
    assert shelf.ingest().changed == ["pub.md"]


def test_an_edition_whose_indexes_do_not_agree_is_not_published(
    shelf: NoteShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    from report_qa.backends.tantivy import TantivyWriter

    monkeypatch.setattr(TantivyWriter, "add", lambda *arguments, **named: None)
    with pytest.raises(PublishRefused, match="failed its verification"):
        shelf.ingest()
    assert not shelf.library.has_current()


def test_the_next_run_sweeps_what_a_killed_one_left(shelf: NoteShelf) -> None:
    shelf.ingest()
    shutil.copytree(shelf.edition.folder, shelf.library.building_folder("000002"))
    shelf.write("pub.md", "# The pub\n\nThe pub is shut.\n")
    assert shelf.ingest().edition == "000002"
    assert shelf.leftovers() == []


def test_a_library_that_cannot_be_written_is_one_sentence(shelf: NoteShelf, tmp_path: Path) -> None:
    (tmp_path / "library").write_text("a file in the way")
    with pytest.raises(IngestError, match=r"The ingest stopped: .*library"):
        shelf.ingest()
