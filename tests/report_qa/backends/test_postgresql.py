"""A PostgreSQL server that is lost for a moment costs nothing, replicas don't disturb each other, and no password is told."""

from __future__ import annotations

import secrets
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
import sqlalchemy as sa

from report_qa import database as database_module
from report_qa.backends.postgresql import name_of
from report_qa.conversations import Conversations
from report_qa.database import Database
from report_qa.errors import ReportQAError, SettingInvalid, StateUnavailable
from report_qa.redaction import NOTICE
from report_qa.shares import Shares
from tests.postgresql import PASSWORD, USER, PostgreSQLServer
from tests.report_qa.test_conversations import ANA, BEN, an_answer, by_hand
from tests.report_qa.test_shares import QUOTE


@pytest.fixture
def url(postgresql: PostgreSQLServer) -> str:
    return postgresql.url(postgresql.make_database())


@pytest.fixture
def opened(url: str) -> Iterator[Conversations]:
    with closing(Conversations(Database(url))) as conversations:
        yield conversations


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "_PATIENCE_S", 0)


def told(work: Callable[[], object]) -> tuple[ReportQAError, str]:
    """Return the error that `work` ends in, and all that a log of it would hold."""
    with pytest.raises(ReportQAError) as caught:
        work()
    return caught.value, "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "url",
    [
        "s3cret",
        "mysql://ana:s3cret@db/state",
        "postgresql://ana:s3cret@db:port/state",
        "postgresql://ana:p@s3cret@db/state",
        "postgresql+asyncpg://ana:s3cret@db/state",
    ],
)
def test_what_is_no_url_of_postgresql_is_refused_without_saying_it(url: str) -> None:
    error, logged = told(lambda: Database(url))
    assert isinstance(error, SettingInvalid)
    assert "REPORT_QA_DATABASE_URL" in error.message
    assert "postgresql://" in error.hint
    assert "s3cret" not in logged


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql://ana:s3cret@db.example:5433/state", "PostgreSQL database state at db.example:5433"),
        ("postgres://ana:s3cret@db/state?sslmode=verify-full", "PostgreSQL database state at db"),
        ("postgresql:///state?host=/run/postgresql&password=s3cret", "PostgreSQL database state at /run/postgresql"),
        ("postgresql:///state?host=a:1&host=b:2", "PostgreSQL database state at a:1, b:2"),
        ("postgresql://ana:s3cret@/", "PostgreSQL database ana at this machine"),
    ],
)
def test_a_database_is_named_without_account_and_password(url: str, name: str) -> None:
    assert name_of(url) == name


@pytest.mark.usefixtures("impatient")
def test_threat_31_a_refused_password_and_a_server_that_is_not_there_are_one_sentence_each(
    postgresql: PostgreSQLServer,
) -> None:
    for url, reason in (
        (postgresql.url("postgres", password="s3cret-ü"), "password authentication failed"),
        (f"postgresql://{USER}:s3cret-%C3%BC@/none?host=/nowhere", "No such file"),
    ):
        error, logged = told(lambda url=url: Database(url))  # type: ignore[misc]
        assert isinstance(error, StateUnavailable)
        assert reason in error.message
        assert "\n" not in str(error)
        assert "REPORT_QA_DATABASE_URL" in error.hint
        assert not any(secret in logged for secret in ("s3cret-ü", "s3cret-%C3%BC"))


def test_threat_31_values_are_in_no_error(opened: Conversations) -> None:
    conversation_id, missing = opened.begin(ANA), secrets.token_hex(16)
    _, logged = told(lambda: opened.append(ANA, conversation_id, an_answer(), missing))
    assert "foreign key" in logged
    assert not any(value in logged for value in (missing, conversation_id, an_answer().text, PASSWORD))


def test_a_server_that_was_started_again_between_two_calls_is_not_noticed(
    postgresql: PostgreSQLServer, opened: Conversations
) -> None:
    conversation_id = opened.begin(ANA)
    first = opened.append(ANA, conversation_id, an_answer(), None)
    for how in (signal.SIGINT, signal.SIGQUIT):
        postgresql.stop(how)
        postgresql.start()
        assert opened.load(ANA, conversation_id).turns == (first,)
    second = opened.append(ANA, conversation_id, an_answer("Then?"), first.turn_id)
    assert opened.load(ANA, conversation_id).turns == (first, second)


def test_a_call_waits_for_a_server_that_is_being_started(postgresql: PostgreSQLServer, opened: Conversations) -> None:
    conversation_id = opened.begin(ANA)
    postgresql.stop(signal.SIGQUIT)
    starter = threading.Thread(target=postgresql.start)
    starter.start()
    try:
        turn = opened.append(ANA, conversation_id, an_answer(), None)
    finally:
        starter.join(timeout=60)
    assert opened.load(ANA, conversation_id).turns == (turn,)


@pytest.mark.usefixtures("impatient")
def test_a_server_that_stays_away_is_said_to_and_found_again(
    postgresql: PostgreSQLServer, opened: Conversations
) -> None:
    conversation_id = opened.begin(ANA)
    postgresql.stop()
    try:
        error, _ = told(lambda: opened.load(ANA, conversation_id))
        assert isinstance(error, StateUnavailable)
        assert error.retryable
    finally:
        postgresql.start()
    assert opened.load(ANA, conversation_id).turns == ()


def test_a_change_whose_connection_is_lost_halfway_is_made_once(
    postgresql: PostgreSQLServer, opened: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id = opened.begin(ANA)
    show = opened._show
    lost: list[object] = []

    def lose(connection: sa.Connection, owner: str, shown: str) -> None:
        show(connection, owner, shown)
        if not lost:
            lost.append(connection.scalar(sa.select(sa.func.pg_backend_pid())))
            with postgresql.connected() as steward:
                steward.execute("SELECT pg_terminate_backend(%s)", lost)

    monkeypatch.setattr(opened, "_show", lose)
    turn = opened.append(ANA, conversation_id, an_answer(), None)
    assert lost
    assert opened.load(ANA, conversation_id).turns == (turn,)


@pytest.mark.parametrize("kept", [True, False])
def test_a_commit_that_was_not_confirmed_is_looked_up(
    opened: Conversations, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    conversation_id = opened.begin(ANA)
    commit = psycopg.Connection.commit
    lost: list[object] = []

    def lose(connection: psycopg.Connection[Any]) -> None:
        if lost:
            return commit(connection)
        if kept:
            commit(connection)
        lost.append(connection)
        connection.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(psycopg.Connection, "commit", lose)
    turn = opened.append(ANA, conversation_id, an_answer(), None)
    assert lost
    assert opened.load(ANA, conversation_id).turns == (turn,)
    assert by_hand(opened.database, "SELECT count(*) FROM turn") == [(1,)]


def test_who_changes_the_same_waits_and_who_changes_something_else_does_not(url: str) -> None:
    at_once = f"{url}&options={quote('-c lock_timeout=20ms')}"
    with closing(Database(url)) as one, closing(Database(at_once)) as other:
        with one.writing(ANA):
            with other.writing(BEN), other.reading():
                pass
            for whose in (ANA, None):
                with pytest.raises(StateUnavailable, match="lock timeout"), other.writing(whose):
                    pass
        with one.writing(), pytest.raises(StateUnavailable, match="lock timeout"), other.writing(BEN):
            pass
        with other.writing():
            pass


def test_two_replicas_write_to_the_same_conversation(url: str) -> None:
    problems: list[Exception] = []
    with closing(Conversations(Database(url))) as first, closing(Conversations(Database(url))) as second:
        conversation_id = first.begin(ANA)

        def write(replica: Conversations, name: str) -> None:
            try:
                for number in range(8):
                    assert replica.begin(BEN) == replica.begin(BEN)
                    replica.append(ANA, conversation_id, an_answer(f"{name}{number}?"), None)
            except Exception as error:  # noqa: BLE001 - a thread's failure must reach the assertion below
                problems.append(error)

        threads = [
            threading.Thread(target=write, args=(first, "a")),
            threading.Thread(target=write, args=(second, "b")),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert problems == []
        turns = first.load(ANA, conversation_id).turns
        assert by_hand(first.database, "SELECT count(*) FROM conversation") == [(2,)]
    asked = [turn.answer.question for turn in turns]
    for name in "ab":
        assert [question for question in asked if question.startswith(name)] == [f"{name}{n}?" for n in range(8)]
    assert [turn.frozen_at for turn in turns if turn.answer.question[0] == "a"] == sorted(
        turn.frozen_at for turn in turns if turn.answer.question[0] == "a"
    )


def test_reads_of_one_transaction_see_one_state(opened: Conversations) -> None:
    count = sa.text("SELECT count(*) FROM conversation")
    with opened.database.reading() as connection:
        assert connection.scalar(count) == 0
        opened.begin(ANA)
        assert connection.scalar(count) == 0


def test_a_character_that_postgresql_has_no_place_for_is_replaced(opened: Conversations) -> None:
    conversation_id = opened.begin(ANA)
    turn = opened.append(ANA, conversation_id, an_answer("How\0large?"), None)
    assert opened.turn(ANA, turn.turn_id) == turn
    (entry,) = opened.search(ANA, "large")
    assert entry.title == "How\N{REPLACEMENT CHARACTER}large?"


def test_threat_21_after_a_purge_the_words_are_in_the_servers_own_log_alone(
    postgresql: PostgreSQLServer, opened: Conversations, url: str
) -> None:
    links, words = Shares(opened.database), b"a year"
    with postgresql.connected(url.rpartition("@/")[2].partition("?")[0]) as connection:
        found = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
        assert found is not None
        folders = {"tables": postgresql.data / "base" / str(found[0]), "log": postgresql.data / "pg_wal"}

        def holding() -> set[str]:
            return {
                name
                for name, folder in folders.items()
                if any(words in path.read_bytes() for path in folder.rglob("*") if path.is_file())
            }

        # As they are, where a scan can see them; the server compresses long values.
        for table, column in (("turn", "answer"), ("share", "content")):
            connection.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL".encode())
        connection.execute("ALTER SYSTEM SET wal_recycle = off")
        connection.execute("SELECT pg_reload_conf()")
        conversation_id = opened.begin(ANA)
        opened.append(ANA, conversation_id, an_answer(), None)
        for title in "abc":
            # Short enough to be a sample in the planner's statistics, and several, so that there is something to sample.
            links.make(ANA, replace(QUOTE, title=title, evidence=replace(QUOTE.evidence, quote="£1.5 billion a year")))
        connection.execute("ANALYZE")
        connection.execute("CHECKPOINT")
        assert holding() == {"tables", "log"}
        document_id = an_answer().evidence[0].document_id
        assert (opened.redact([document_id]), links.redact([document_id])) == (1, 3)
        assert holding() == {"log"}
        connection.execute("SELECT pg_switch_wal()")
        connection.execute("CHECKPOINT")
        assert holding() == set()
    assert opened.load(ANA, conversation_id).turns[0].answer.evidence[0].quote == NOTICE
