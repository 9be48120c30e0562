"""What people made moves as it was, once and whole, or not at all."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from report_qa import moving
from report_qa.conversations import Conversations
from report_qa.database import Database
from report_qa.doors.cli import main
from report_qa.errors import ConversationError
from report_qa.feedback import FeedbackKind, FeedbackStore
from report_qa.moving import move_state
from report_qa.shares import Shares
from tests.postgresql import PASSWORD, PostgreSQLServer
from tests.report_qa.test_conversations import ANA, BEN, an_answer, by_hand
from tests.report_qa.test_shares import QUOTE


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Ana's conversation of two turns, of which the first is gone, with a say, and a link; and Ben's."""
    path = tmp_path / "conversations.sqlite"
    with closing(Database(path)) as opened:
        conversations = Conversations(opened)
        gone = conversations.begin(ANA)
        conversations.append(ANA, gone, an_answer("Gone?"), None)
        conversations.delete(ANA, gone)
        kept = conversations.begin(ANA)
        first = conversations.append(ANA, kept, an_answer("First?"), None)
        conversations.append(ANA, kept, an_answer("Second?"), first.turn_id)
        conversations.append(BEN, conversations.begin(BEN), an_answer(), None)
        FeedbackStore(opened).give(ANA, first.turn_id, FeedbackKind.WRONG, note="No.")
    return path


@pytest.fixture
def url(postgresql: PostgreSQLServer) -> str:
    return postgresql.url(postgresql.make_database())


def test_all_moves_and_goes_on_there(file: Path, url: str) -> None:
    with closing(Database(file)) as before:
        talk = Conversations(before).latest(ANA)
        token = Shares(before).make(ANA, QUOTE).token
    assert talk is not None
    with closing(Database(url)) as target:
        moved = move_state(file, target)
        assert (moved.rows["turn"], moved.rows["feedback"], moved.rows["share"]) == (3, 1, 1)
        conversations = Conversations(target)
        assert conversations.load(ANA, talk.conversation_id) == talk
        assert Shares(target).open(token).shared == QUOTE
        assert [given.note for given in FeedbackStore(target).of(ANA, talk.conversation_id)] == ["No."]
        third = conversations.append(ANA, talk.conversation_id, an_answer("Third?"), talk.turns[1].turn_id)
        assert conversations.load(ANA, talk.conversation_id).turns == (*talk.turns, third)
    assert not file.exists()
    assert moved.kept_at.read_bytes().startswith(b"SQLite format 3")
    assert sorted(path.name for path in file.parent.iterdir()) == ["conversations.sqlite.moved"]


def test_a_database_that_holds_something_is_refused_and_nothing_moves(file: Path, url: str) -> None:
    with closing(Database(url)) as target:
        Conversations(target).begin(BEN)
        with pytest.raises(ConversationError, match="holds something already"):
            move_state(file, target)
        assert by_hand(target, "SELECT count(*) FROM turn") == [(0,)]
    assert file.exists()


def test_a_move_that_fails_halfway_leaves_both_as_they_were(
    file: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Database(url)) as target:

        def fail(writer: object, table: object) -> None:
            raise ConversationError("The disk is full.")

        with monkeypatch.context() as patched:
            patched.setattr(moving, "_go_on_counting", fail)
            with pytest.raises(ConversationError, match="full"):
                move_state(file, target)
        assert by_hand(target, "SELECT count(*) FROM conversation") == [(0,)]
        assert move_state(file, target).rows["conversation"] == 2


def test_a_file_that_is_not_there_or_was_moved_before_is_said_so(file: Path, url: str, tmp_path: Path) -> None:
    with closing(Database(url)) as target:
        with pytest.raises(ConversationError, match="There is no"):
            move_state(tmp_path / "none.sqlite", target)
        file.with_name("conversations.sqlite.moved").touch()
        with pytest.raises(ConversationError, match="is there already"):
            move_state(file, target)


def test_the_command_moves_and_says_how_much(
    file: Path, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["move-state", "--library", str(file.parent)]
    monkeypatch.delenv("REPORT_QA_DATABASE_URL", raising=False)
    assert main(asked) == 2
    assert "Set REPORT_QA_DATABASE_URL" in capsys.readouterr().err
    monkeypatch.setenv("REPORT_QA_DATABASE_URL", url)
    assert main(asked) == 0
    said = capsys.readouterr().out
    assert "2 in conversation" in said
    assert PASSWORD not in said
    assert main(asked) == 1
    assert "There is no" in capsys.readouterr().err
