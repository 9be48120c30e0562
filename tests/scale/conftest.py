"""Two chats and two interfaces behind nginx, over a small library whose two editions say different things."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from benchmarks.load.proxy import program
from benchmarks.load.replicas import ROOT, Replicas
from benchmarks.load.shelf import Shelf, make_shelf

GAP = "What is the total productivity gap of the most deprived communities?"


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("scale")
    corpus = folder / "corpus"
    corpus.mkdir()
    for name in ("policy-spotlight-2.pdf", "local-economic-growth.md"):
        shutil.copy(ROOT / "corpus" / name, corpus)
    return make_shelf(folder, {}, [corpus], [GAP])


@pytest.fixture(scope="session")
def replicas(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    assert program(), "these tests need nginx (Debian, Ubuntu: apt-get install nginx-light; macOS: brew install nginx)"
    made = Replicas(tmp_path_factory.mktemp("replicas"), {"REPORT_QA_LIBRARY": str(shelf.library)})
    made.start()
    yield made
    made.stop()
