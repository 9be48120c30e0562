"""Several libraries in one PostgreSQL database, each in a schema of its own: none finds or waits for what is another's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
import sqlalchemy as sa

from report_qa.backends.postgresql import name_of
from report_qa.conversations import Conversations
from report_qa.database import Database
from report_qa.erasure import erase
from report_qa.errors import ConversationNotFound
from tests.postgresql import PostgreSQLServer
from tests.report_qa.test_conversations import ANA, an_answer

SCHEMAS = ("", "report_qa_housing", "report_qa_health")


@pytest.fixture
def url(postgresql: PostgreSQLServer) -> str:
    return postgresql.url(postgresql.make_database())


@pytest.fixture
def three(url: str) -> Iterator[tuple[Conversations, ...]]:
    with ExitStack() as stack:
        yield tuple(stack.enter_context(closing(Conversations(Database(url, schema)))) for schema in SCHEMAS)


def test_each_schema_has_all_tables_and_a_version_of_its_own(three: tuple[Conversations, ...]) -> None:
    versions = []
    for kept in three:
        with kept.database.reading() as connection:
            names = set(sa.inspect(connection).get_table_names())
            versions.append(connection.scalar(sa.text("SELECT version_num FROM alembic_version")))
            assert {"conversation", "share", "audit", "alembic_version"} <= names
    assert len(set(versions)) == 1
    with three[0].database.reading() as connection:
        assert set(sa.inspect(connection).get_schema_names()) >= {"public", *SCHEMAS[1:]}


def test_what_is_kept_in_one_is_in_no_other(three: tuple[Conversations, ...]) -> None:
    for at, kept in enumerate(three):
        conversation_id = kept.begin(ANA)
        turn = kept.append(ANA, conversation_id, an_answer(), None)
        for other in (*three[:at], *three[at + 1 :]):
            with pytest.raises(ConversationNotFound):
                other.load(ANA, conversation_id)
            with pytest.raises(ConversationNotFound):
                other.turn(ANA, turn.turn_id)
    erase(three[1].database, ANA)
    assert [len(kept.list(ANA)) for kept in three] == [1, 0, 1]


def test_a_schema_that_is_there_already_is_used_as_it_is(url: str, three: tuple[Conversations, ...]) -> None:
    three[1].begin(ANA)
    with closing(Conversations(Database(url, SCHEMAS[1]))) as again:
        assert again.latest(ANA) is not None


def test_an_account_that_may_make_no_schemas_uses_those_that_were_made_for_it(
    postgresql: PostgreSQLServer,
) -> None:
    database = postgresql.make_database()
    with postgresql.connected(database) as connection:
        connection.execute("CREATE ROLE tenant LOGIN PASSWORD 'tenant'")
        connection.execute("CREATE SCHEMA report_qa_housing AUTHORIZATION tenant")
        connection.execute(f"REVOKE CREATE ON DATABASE {database} FROM PUBLIC")
    url = f"postgresql://tenant:tenant@/{database}?host={postgresql.folder}"
    try:
        with closing(Conversations(Database(url, "report_qa_housing"))) as kept:
            kept.begin(ANA)
    finally:
        with postgresql.connected(database) as connection:
            connection.execute("DROP OWNED BY tenant CASCADE")
            connection.execute("DROP ROLE tenant")


def test_a_change_in_one_library_waits_for_none_of_anothers(three: tuple[Conversations, ...]) -> None:
    def change(kept: Conversations, whose: str | None, done: threading.Event) -> None:
        with kept.database.writing(whose):
            done.set()

    for alone in (None, ANA):
        with three[1].database.writing(alone):
            for other in (three[0], three[2]):
                done = threading.Event()
                changing = threading.Thread(target=change, args=(other, alone, done))
                changing.start()
                came = done.wait(20)
                changing.join(20)
                assert came, "a change waited for another library's"


def test_options_of_the_url_stand_beside_the_schema(url: str) -> None:
    with (
        closing(Database(f"{url}&options=-c%20statement_timeout%3D4321", SCHEMAS[1])) as database,
        database.reading() as connection,
    ):
        assert connection.scalar(sa.text("SHOW statement_timeout")) == "4321ms"
        assert connection.scalar(sa.text("SELECT current_schema()")) == SCHEMAS[1]


def test_the_name_says_which_schema(url: str) -> None:
    assert name_of(url, "report_qa_health").endswith(", schema report_qa_health")
    assert "schema" not in name_of(url)
