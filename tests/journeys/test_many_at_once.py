"""Many ask one process at the same time, over a Chroma server, while the edition is switched: each is served as if alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from report_qa.assistant import Assistant
from report_qa.library.edition import Library
from report_qa.words import stem, term_set
from tests.chroma_server import ChromaServer
from tests.small_library import GAP, GAP_ANSWER, SmallLibrary

QUESTIONS = (
    GAP,
    "How many hours a week are public libraries open on average?",
    "By how much did rural bus services fall between 2010 and 2020?",
    "What should government give every neighbourhood?",
    "Who runs the libraries as volunteers?",
    "What are single fares on rural buses costing?",
)
Found = tuple[str, str, tuple[str, ...]]


@pytest.fixture
def shelf(tmp_path: Path, chroma_server: ChromaServer) -> SmallLibrary:
    made = SmallLibrary(tmp_path)
    made.library = Library(tmp_path / "library", chroma_url=chroma_server.url)
    made.ingest()
    made.replace("big-plan.md", GAP_ANSWER, GAP_ANSWER.replace("4.2", "5.3"))
    made.ingest()
    return made


@pytest.fixture
def at_every_turn() -> Iterator[None]:
    """Have threads take turns after each step, as they do on a machine with much to do, if not so often."""
    often = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(often)


def searched(assistant: Assistant, question: str) -> Found:
    found = assistant.search(question)
    return found.edition_id, question, tuple(item.passage.passage_id for item in found.kept)


def test_searches_at_the_same_time_find_what_each_finds_alone(shelf: SmallLibrary, at_every_turn: None) -> None:
    editions = shelf.library.editions()
    with closing(shelf.assistant()) as assistant, ThreadPoolExecutor(8) as threads:
        alone = set()
        for edition in editions:
            shelf.library.publish(edition)
            alone |= {searched(assistant, question) for question in QUESTIONS}
        seen = set()
        for edition in editions * 6:
            # As in a process that has only just begun.
            stem.cache_clear()
            term_set.cache_clear()
            under_way = [threads.submit(searched, assistant, question) for question in QUESTIONS * 2]
            shelf.library.publish(edition)
            seen |= {each.result() for each in under_way}
    assert seen <= alone
    assert {edition for edition, *_ in seen} == {*editions}
