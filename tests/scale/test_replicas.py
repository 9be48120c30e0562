"""Two replicas of each door behind one address: whatever becomes of one of them, nobody's request fails and nothing is lost."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from benchmarks.load.page import Page
from benchmarks.load.replicas import Replica, Replicas, status
from benchmarks.load.shelf import TELLING, Shelf, switch
from report_qa import open_conversations
from report_qa.under_way import UnderWay
from tests.scale.conftest import GAP

# Four servers that load models are started, some twice: on a busy machine that takes its time.
pytestmark = [pytest.mark.scale, pytest.mark.timeout(900)]


def post(address: str, path: str, **body: Any) -> dict[str, Any]:
    request = urllib.request.Request(
        address + path, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


@dataclass
class LightLoad:
    """What a few users asked meanwhile: how often it was answered, and what went wrong."""

    answered: int = 0
    texts: set[tuple[str, str]] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


@contextmanager
def light_load(address: str) -> Iterator[LightLoad]:
    """Ask over HTTP and open pages, one after the other, until the block ends; at the end nothing may have failed."""
    found, over = LightLoad(), threading.Event()

    def ask() -> None:
        while not over.wait(0.05):
            try:
                answer = post(address, "/v1/ask", question=TELLING)
                found.texts.add((answer["provenance"]["edition"], answer["text"]))
                post(address, "/v1/search", question=GAP, top=3)
                urllib.request.urlopen(address, timeout=30).read()
                found.answered += 1
            except (OSError, ValueError) as error:
                found.wrong.append(repr(error))

    users = [threading.Thread(target=ask) for _ in range(2)]
    for user in users:
        user.start()
    try:
        yield found
    finally:
        over.set()
        for user in users:
            user.join(timeout=60)
    assert found.wrong == []
    assert found.answered


@contextmanager
def reading(replicas: Replicas, **cookies: str) -> Iterator[Page]:
    page = Page(replicas.address, cookies=cookies)
    try:
        page.open()
        yield page
    finally:
        page.close()


@contextmanager
def being_answered(replica: Replica) -> Iterator[list[str]]:
    """Have a question on its way to one replica as the block begins; yields how it was answered, once the block is over."""
    statuses: list[str] = []
    asking = threading.Thread(target=lambda: statuses.append(post(replica.address, "/v1/ask", question=GAP)["status"]))
    before = replica.streams
    asking.start()
    for _ in range(200):
        if replica.streams > before:
            break
        time.sleep(0.005)
    yield statuses
    asking.join(timeout=60)


def server_of(replicas: Replicas, page: Page) -> Replica:
    """Return the chat that a page's stream goes to: the one that has a connection more when it opens again."""
    page.close()
    before = [replica.streams for replica in replicas.chat]
    page.connect()
    after = [replica.streams for replica in replicas.chat]
    (found,) = [replica for replica, was, now in zip(replicas.chat, before, after, strict=True) if now > was]
    return found


def test_both_doors_answer_at_one_address(replicas: Replicas, shelf: Shelf) -> None:
    with reading(replicas) as page:
        assert "£124.1 billion" in page.ask(GAP)["copy"]
    answer = post(replicas.address, "/v1/ask", question=TELLING)
    assert answer["text"] == shelf.expected[shelf.editions[1]][TELLING]


def test_what_is_for_inside_stays_inside(replicas: Replicas) -> None:
    assert [status(f"{replicas.address}/{path}") for path in ("health", "ready", "metrics")] == [200, 404, 404]
    assert [status(f"{replica.address}/ready") for replica in replicas.all] == [200] * 4


def test_the_security_headers_pass(replicas: Replicas) -> None:
    with urllib.request.urlopen(replicas.address, timeout=30) as answer:
        headers = answer.headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "nginx/" not in headers["server"]


def test_events_come_one_by_one(replicas: Replicas) -> None:
    request = urllib.request.Request(
        f"{replicas.address}/v1/ask/stream",
        data=json.dumps({"question": GAP}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = [line.split(b": ")[1].strip() for line in answer if line.startswith(b"event: ")]
    assert events == [b"claim", b"answer"]


def test_too_much_is_refused_by_the_proxy(replicas: Replicas) -> None:
    with pytest.raises(urllib.error.HTTPError, match="413"):
        post(replicas.address, "/v1/search", question="x" * 1_100_000)


def test_an_edition_is_switched_without_a_failed_request(replicas: Replicas, shelf: Shelf) -> None:
    first, second = shelf.editions
    with light_load(replicas.address) as load:
        for edition in (first, second):
            switch(shelf, edition, {})
            wait_for_edition(replicas, edition)
    assert load.texts == {(edition, shelf.expected[edition][TELLING]) for edition in (first, second)}


def test_a_rolling_update_fails_no_request(replicas: Replicas) -> None:
    with reading(replicas) as page:
        page.ask(GAP)
        with light_load(replicas.address):
            replicas.renew(server_of(replicas, page))
            with being_answered(replicas.api[0]) as answers:
                replicas.renew(replicas.api[0])
            # What it was answering when it was told to end, it answered.
            assert answers == ["answered"]
        # Its stream was ended with its replica; the browser connects again.
        page.connect()
        assert [turn["question"] for turn in page.turns] == [GAP]


# The last one: what is killed stays away.
def test_what_a_killed_replica_had_answered_is_there_and_what_it_had_not_is_said(
    replicas: Replicas, shelf: Shelf
) -> None:
    with reading(replicas) as page:
        answered = page.ask(GAP)
        killed = server_of(replicas, page)
        killed.kill()
        note_as_cut_off(shelf, page.owner, TELLING)
        page.connect()
        before, cut_off = page.turns
        assert (before["id"], before["copy"]) == (answered["id"], answered["copy"])
        assert (cut_off["question"], cut_off["kind"], cut_off["retry"]) == (TELLING, "failure", True)
        assert cut_off["lead"].startswith("This question was cut off")
        assert "£57 million" in page.ask(TELLING)["copy"]
        assert [turn["kind"] for turn in page.turns] == ["answer", "answer"]
    with light_load(replicas.address):
        replicas.api[1].kill()
        for _ in range(5):
            post(replicas.address, "/v1/search", question=GAP)


def wait_for_edition(replicas: Replicas, edition: str) -> None:
    """Wait until each interface answers from an edition."""
    for replica in replicas.api:
        for _ in range(100):
            if post(replica.address, "/v1/ask", question=TELLING)["provenance"]["edition"] == edition:
                break
            time.sleep(0.1)
        else:
            raise AssertionError(f"{replica.name} does not answer from {edition}")


def note_as_cut_off(shelf: Shelf, owner: str, question: str) -> None:
    """Leave behind what a replica does that was killed while it answered a question, as it is after a while."""
    conversations = open_conversations(library=shelf.library)
    latest = conversations.latest(owner)
    assert latest is not None
    noted = UnderWay(conversations.database)
    noted.begin(owner, latest.conversation_id, "cut-off", question)
    noted.cut_off(["cut-off"])
    conversations.close()
