"""Documents taken out by hand: gone from the new edition, or destroyed everywhere."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

import pytest

from ingest.doctor import examine
from ingest.withdraw import purge, withdraw
from report_qa.conversations import Conversations
from report_qa.database import Database
from report_qa.errors import PublishRefused
from report_qa.redaction import NOTICE
from tests.ingest.note_shelf import NoteShelf
from tests.small_library import GAP, GAP_ANSWER, SmallLibrary

SECRET = "The secret of the old well is that it was never deep, as everybody in the village knows."


def nothing(document_ids: Collection[str]) -> int:
    return 0


def holding(folder: Path, words: str) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and words.encode() in path.read_bytes()
    )


def test_withdraw_keeps_history_and_stays_in_force(shelf: NoteShelf) -> None:
    shelf.ingest()
    receipt = withdraw(shelf.library, ["pub.md"])
    assert (receipt.edition, receipt.withdrawn) == ("000002", ["pub.md"])
    assert "pub.md" not in shelf.ids()
    assert "The pub is open" in shelf.library.open("000001").store.text("pub.md")
    again = shelf.ingest()
    assert again.edition == ""
    assert again.held_back[0]["path"] == "pub.md"
    assert "--restore takes it up again" in again.as_text()
    assert shelf.ingest(restore=True).added == ["pub.md"]
    assert shelf.ingest().held_back == []


def test_an_unknown_name_is_refused(shelf: NoteShelf) -> None:
    shelf.ingest()
    with pytest.raises(PublishRefused, match=r"No edition holds a document 'zoo\.md'"):
        withdraw(shelf.library, ["zoo.md"])
    assert shelf.library.editions() == ("000001",)


def test_threat_21_after_a_purge_no_file_holds_the_words(shelf: NoteShelf) -> None:
    shelf.write("well.md", f"# The well\n\n{SECRET} It is 30 feet across.\n")
    shelf.ingest()
    shelf.write("well.md", f"# The well\n\n{SECRET} It is 31 feet across.\n")
    shelf.write("pub.md", "# The pub\n\nThe pub is shut.\n")
    shelf.ingest()
    assert len(holding(shelf.library.folder, SECRET)) == 4
    done = purge(shelf.library, ["well.md"], nothing)
    assert (done.documents, done.remaining, done.answers) == (("well.md",), (), 0)
    assert holding(shelf.library.folder, SECRET) == []
    assert done.files == (str(shelf.folder / "well.md"),)
    assert shelf.library.editions() == ("000001", "000002", "000003")
    assert "The pub is open" in shelf.library.open("000001").store.text("pub.md")
    for edition_id in shelf.library.editions():
        shelf.library.publish(edition_id)
        assert "well.md" not in shelf.ids()
        report = examine(shelf.library, embedder_digest=shelf.embedder.digest, cited=set)
        assert report.healthy, report.as_text()


def test_purged_bytes_do_not_come_back_under_another_name(shelf: NoteShelf) -> None:
    shelf.ingest()
    purge(shelf.library, ["pub.md"], nothing)
    (shelf.folder / "pub.md").rename(shelf.folder / "inn.md")
    receipt = shelf.ingest()
    assert (receipt.added, [item["path"] for item in receipt.held_back]) == ([], ["inn.md"])


def test_a_purge_that_was_cut_short_is_completed(shelf: NoteShelf) -> None:
    shelf.ingest()

    def fail(document_ids: Collection[str]) -> int:
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        purge(shelf.library, ["pub.md"], fail)
    redacted: list[Collection[str]] = []

    def note(document_ids: Collection[str]) -> int:
        redacted.append(document_ids)
        return 1

    assert purge(shelf.library, ["pub.md"], note).answers == 1
    assert redacted == [{"pub.md"}]


def test_a_purge_says_where_words_are_left(shelf: NoteShelf) -> None:
    shelf.write("well.md", f"# The well\n\n{SECRET}\n")
    shelf.ingest()
    shutil.copytree(shelf.library.editions_folder, shelf.library.folder / "copy-by-hand")
    assert purge(shelf.library, ["well.md"], nothing).remaining == ("copy-by-hand/000001/passages.sqlite",)


def test_quotes_in_stored_answers_are_replaced_by_a_notice(own: SmallLibrary) -> None:
    path = own.library.folder / "conversations.sqlite"
    with closing(Conversations(Database(path))) as kept:
        talk = kept.begin("reader")
        kept.append("reader", talk, own.assistant().ask(GAP), None)
        kept.append("reader", talk, own.assistant().ask("How many libraries do volunteers run?"), None)
        assert kept.cited_editions() == {"000001"}
        done = purge(own.library, ["big-plan.md"], kept.redact)
        first, second = (turn.answer for turn in kept.load("reader", talk).turns)
        assert done.answers == 1
        assert (first.claims[0].sentence, first.evidence[0].quote) == (NOTICE, NOTICE)
        assert NOTICE in first.text
        assert "Volunteers run 450 libraries." in second.text
        # Also while the database is open, with its log of writes.
        assert holding(own.library.folder, GAP_ANSWER) == []
