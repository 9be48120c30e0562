"""Two people at one chat: what is the one's is as absent for the other as what never was, on every way there is.

The routes are walked, and so are the methods of the stores: one that is added without a case here fails.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from report_qa import Conversations, Shares
from report_qa.audit import Deed
from report_qa.doors.chat import service
from report_qa.doors.chat.server import ALL_ROUTES
from report_qa.doors.chat.service import Service
from report_qa.doors.proxy import Carried
from report_qa.errors import ConversationNotFound, ShareNotFound
from report_qa.feedback import FeedbackKind, FeedbackStore
from report_qa.records.shared import SharedQuote
from tests.report_qa.doors.chat import asked
from tests.report_qa.doors.chat.fakes import PROSE, REPORT, answer_to, make_service
from tests.report_qa.doors.chat.signed import SETTINGS, cookie


@dataclass(kw_only=True)
class Hers:
    """What Ana has."""

    held: Service
    ana: str
    ben: str
    conversation_id: str
    turn_id: str
    share_id: str
    draft_id: str


@pytest.fixture
def hers(tmp_path: Path) -> Iterator[Hers]:
    held = make_service(tmp_path, **SETTINGS, steward_groups=("librarians",), contributor_groups=("authors",))
    service.install(held)
    ana, ben = (
        held.identity.person(Carried(headers=[("cookie", cookie(who))], peer=None)).owner for who in ("ana", "ben")
    )
    conversation_id = held.conversations().begin(ana)
    turn = held.conversations().append(ana, conversation_id, answer_to("What?"), None)
    made = held.shares().make(ana, SharedQuote(title="t", evidence=PROSE), conversation_id=conversation_id)
    held.feedback().give(ana, turn.turn_id, FeedbackKind.WRONG)
    draft = held.drafts.check(ana, "A text.")
    for _ in range(500):
        if not draft.pending:
            break
        time.sleep(0.01)
    yield Hers(
        held=held,
        ana=ana,
        ben=ben,
        conversation_id=conversation_id,
        turn_id=turn.turn_id,
        share_id=made.share.share_id,
        draft_id=draft.draft_id,
    )
    held.close()
    service.install(None)


# A person's own: the address of something of Ana's. The shelf's: what everybody finds there who may read the document.
OWN: dict[str, Callable[[Hers], str]] = {
    "/export/answer/{turn_id}": lambda hers: f"/export/answer/{hers.turn_id}?format=csv",
    "/export/conversation/{conversation_id}": lambda hers: f"/export/conversation/{hers.conversation_id}?format=csv",
    "/export/check": lambda hers: f"/export/check?format=csv&draft={hers.draft_id}",
}
OF_THE_SHELF = {
    "/page/{sha256}/{page}": f"/page/{REPORT.sha256}/1.jpg",
    "/original/{sha256}": f"/original/{REPORT.sha256}",
    "/pages/{sha256}": f"/pages/{REPORT.sha256}",
    "/leaf/{sha256}/{page}": f"/leaf/{REPORT.sha256}/1",
    "/find/{sha256}": f"/find/{REPORT.sha256}?q=a",
    "/text/{sha256}": f"/text/{REPORT.sha256}?at=0",
    "/export/evidence": f"/export/evidence?cite={PROSE.cite}&format=csv",
}
OF_STEWARDS = {"/audit/log.csv": "/audit/log.csv"}
OPEN = {"/ready": "/ready"}


def test_every_route_has_its_case() -> None:
    assert {route.path for route in ALL_ROUTES} == {*OWN, *OF_THE_SHELF, *OF_STEWARDS, *OPEN}


@pytest.mark.parametrize("path", OWN)
def test_threat_23_what_is_hers_is_not_there_for_him(hers: Hers, path: str) -> None:
    address = OWN[path](hers)
    assert asked.get(address, ALL_ROUTES, cookie=cookie("ana"))[0] == 200
    status, _, body = asked.get(address, ALL_ROUTES, cookie=cookie("ben"))
    assert status == 404
    never = address
    for known in (hers.turn_id, hers.conversation_id, hers.draft_id):
        never = never.replace(known, "0" * 32)
    assert asked.get(never, ALL_ROUTES, cookie=cookie("ben"))[::2] == (status, body)


@pytest.mark.parametrize("path", OF_STEWARDS)
def test_what_is_a_stewards_is_nobody_elses(hers: Hers, path: str) -> None:
    for groups, status in (([], 403), (["authors"], 403), (["librarians"], 200)):
        assert asked.get(path, ALL_ROUTES, cookie=cookie("ben", groups=groups))[0] == status
    refused, *_ = (entry for entry in hers.held.audit().entries() if entry.deed is Deed.REFUSED)
    assert (refused.owner, refused.name, refused.object_id) == (hers.ben, "Ben", path)


@pytest.mark.parametrize("path", [*OWN, *OF_THE_SHELF, *OF_STEWARDS])
def test_a_stranger_gets_nothing(hers: Hers, path: str) -> None:
    address = OWN[path](hers) if path in OWN else (OF_THE_SHELF | OF_STEWARDS)[path]
    for sent in ("", cookie("ana", secret="somebody else's secret of 32 or more")):
        assert asked.get(address, ALL_ROUTES, cookie=sent)[0] == 401


def test_whether_it_is_ready_is_open(hers: Hers) -> None:
    assert asked.get(OPEN["/ready"], ALL_ROUTES)[0] in (200, 503)


def _not_there(error: type[Exception], call: Callable[[], object]) -> bool:
    with pytest.raises(error):
        call()
    return True


# For each method that names an owner: whether the other, who knows all ids, gets nothing and changes nothing.
STORES: dict[tuple[type, str], Callable[[Hers, Any], bool]] = {
    (Conversations, "begin"): lambda h, s: s.begin(h.ben) != h.conversation_id,
    (Conversations, "append"): lambda h, s: _not_there(
        ConversationNotFound, lambda: s.append(h.ben, h.conversation_id, answer_to("His?"), h.turn_id)
    ),
    (Conversations, "load"): lambda h, s: _not_there(ConversationNotFound, lambda: s.load(h.ben, h.conversation_id)),
    (Conversations, "turn"): lambda h, s: _not_there(ConversationNotFound, lambda: s.turn(h.ben, h.turn_id)),
    (Conversations, "resume"): lambda h, s: _not_there(
        ConversationNotFound, lambda: s.resume(h.ben, h.conversation_id)
    ),
    (Conversations, "latest"): lambda h, s: s.latest(h.ben) is None,
    (Conversations, "list"): lambda h, s: s.list(h.ben) == (),
    (Conversations, "search"): lambda h, s: s.search(h.ben, "what") == (),
    (Conversations, "rename"): lambda h, s: _not_there(
        ConversationNotFound, lambda: s.rename(h.ben, h.conversation_id, "His")
    ),
    (Conversations, "delete"): lambda h, s: _not_there(
        ConversationNotFound, lambda: s.delete(h.ben, h.conversation_id)
    ),
    (Shares, "make"): lambda h, s: _not_there(
        ConversationNotFound,
        lambda: s.make(h.ben, SharedQuote(title="t", evidence=PROSE), conversation_id=h.conversation_id),
    ),
    (Shares, "list"): lambda h, s: s.list(h.ben) == (),
    (Shares, "titles"): lambda h, s: s.titles(h.ben) == {},
    (Shares, "revoke"): lambda h, s: _not_there(ShareNotFound, lambda: s.revoke(h.ben, h.share_id)),
    (FeedbackStore, "give"): lambda h, s: _not_there(
        ConversationNotFound, lambda: s.give(h.ben, h.turn_id, FeedbackKind.RIGHT)
    ),
    (FeedbackStore, "take_back"): lambda h, s: s.take_back(h.ben, h.turn_id) is None,
    (FeedbackStore, "of"): lambda h, s: s.of(h.ben, h.conversation_id) == (),
}
# Of nobody in particular: for those who run it, and what whoever was given a link opens with its secret.
OF_NOBODY = {
    (Conversations, "cited_editions"), (Conversations, "redact"), (Conversations, "close"),
    (Shares, "open"), (Shares, "cited_editions"), (Shares, "redact"), (Shares, "close"),
    (FeedbackStore, "all"),
}  # fmt: skip


def test_every_method_of_the_stores_has_its_case() -> None:
    methods = {
        (store, name): inspect.signature(method).parameters
        for store in (Conversations, Shares, FeedbackStore)
        for name, method in inspect.getmembers(store, inspect.isfunction)
        if not name.startswith("_")
    }
    assert {each for each, parameters in methods.items() if "owner" in parameters} == set(STORES)
    assert {each for each, parameters in methods.items() if "owner" not in parameters} == OF_NOBODY


@pytest.mark.parametrize("case", STORES, ids=lambda case: f"{case[0].__name__}.{case[1]}")
def test_threat_23_a_store_gives_the_other_nothing(hers: Hers, case: tuple[type, str]) -> None:
    held = hers.held
    stores: dict[type, object] = {
        Conversations: held.conversations(), Shares: held.shares(), FeedbackStore: held.feedback()
    }  # fmt: skip

    def state() -> tuple[object, ...]:
        conversations = held.conversations()
        return (
            conversations.load(hers.ana, hers.conversation_id),
            conversations.list(hers.ana),
            held.shares().list(hers.ana),
            held.feedback().of(hers.ana, hers.conversation_id),
        )

    before = state()
    assert STORES[case](hers, stores[case[0]])
    assert state() == before


def test_what_is_being_worked_on_is_its_askers(hers: Hers) -> None:
    held = hers.held
    job = held.jobs.ask(hers.ana, hers.conversation_id, "And then?")
    assert held.jobs.of(hers.ben, hers.conversation_id) == ()
    held.jobs.stop(hers.ben, hers.conversation_id, job.job_id)
    assert not job.stopped
    assert held.drafts.of(hers.ben) is None
    held.drafts.drop(hers.ben)
    assert held.drafts.of(hers.ana) is not None
    held.jobs.ask(hers.ben, hers.conversation_id, "Hers?")
    held.jobs.close()
    assert "Hers?" not in [
        turn.answer.question for turn in held.conversations().load(hers.ana, hers.conversation_id).turns
    ]
