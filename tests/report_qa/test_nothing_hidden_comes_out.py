"""Every method that hands something out, asked by somebody who may not see a document: nothing of it comes back.

The methods are walked: one that is added without a case here fails. Two hidden documents have words of their own (see
`guarded_shelf`), which are looked for in all that comes back, whatever it is made of.
"""

from __future__ import annotations

import inspect
import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from report_qa import Assistant, Conversations, Holdings, Shares, Shelf
from report_qa.concealing import HIDDEN, HIDDEN_TITLE
from report_qa.doors.chat.answer_view import turn_data
from report_qa.doors.chat.shared_view import head_data
from report_qa.doors.parts import Parts
from report_qa.exporting.collect import of_conversation
from report_qa.exporting.formats import export, offered
from report_qa.settings import load_settings
from report_qa.wiring import open_holdings
from tests.guarded_ground import HIDDEN_FROM, Ground, hidden_in, made_ground, outcome
from tests.guarded_shelf import guarded
from tests.small_library import GAP, SmallLibrary


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> SmallLibrary:
    return guarded(tmp_path_factory.mktemp("guarded"))


@pytest.fixture(scope="module")
def whole(library: SmallLibrary) -> Iterator[Parts]:
    parts = Parts(load_settings(library=library.library.folder), assistant=lambda _settings: library.assistant())
    yield parts
    parts.close()


@pytest.fixture(scope="module", params=HIDDEN_FROM)
def ground(request: pytest.FixtureRequest, library: SmallLibrary, whole: Parts) -> Ground:
    return made_ground(library, whole, request.param, f"ana-{request.param}")


Case = Callable[[Ground], Any]


def opened(ground: Ground) -> object:
    view = ground.shelf.open(ground.document.sha256, ground.cited.cite)
    return view and view.find("programme", most=5)


CASES: dict[type, dict[str, Case]] = {
    Assistant: {
        "for_": lambda ground: None,
        "ask": lambda ground: [ground.assistant.ask(question) for question in (ground.asked, GAP, "Summarise the shelf")],
        "search": lambda ground: ground.assistant.search(ground.asked, 50),
        "check": lambda ground: ground.assistant.check("A programme closes 12 libraries. It was agreed on 3 May 2021."),
        "trace": lambda ground: ground.assistant.trace(ground.cited.cite, search=True),
        "findings": lambda ground: ground.assistant.findings(ground.asked),
        "by_source": lambda ground: ground.assistant.by_source(ground.asked),
        "suggest": lambda ground: ground.assistant.suggest(ground.conversations.turn(ground.owner, ground.turn.turn_id).answer),
        "examples": lambda ground: ground.assistant.examples(),
        "reading_text": lambda ground: ground.assistant.reading_text(ground.document.document_id),
    },
    Shelf: {
        "for_": lambda ground: None,
        "edition_id": lambda ground: ground.shelf.edition_id,
        "title": lambda ground: ground.shelf.title,
        "documents": lambda ground: ground.shelf.documents(),
        "examples": lambda ground: ground.shelf.examples(),
        "find": lambda ground: [
            ground.shelf.find(name) for name in (ground.document.document_id, ground.document.path, ground.document.sha256)
        ],
        "text": lambda ground: ground.shelf.text(ground.document.document_id),
        "evidence": lambda ground: ground.shelf.evidence(ground.cited.cite),
        "concealing": lambda ground: ground.shelf.concealing.answer(ground.turn.answer),
        "changes": lambda ground: ground.shelf.changes([ground.shelf.concealing.span(ground.cited)]),
        "places": lambda ground: ground.shelf.places([ground.cited.cite]),
        "open": opened,
        "record": lambda ground: [
            ground.shelf.record(found)
            for document in ground.shelf.documents()
            if (found := ground.shelf.open(document.sha256)) is not None
        ],
        "page_picture": lambda ground: None,
        "marked_page": lambda ground: None,
        "original": lambda ground: outcome(lambda: ground.shelf.original(ground.document))
        and [ground.shelf.original(document) for document in ground.shelf.documents()],
        "is_for_all": lambda ground: ground.shelf.is_for_all(ground.document),
    },
    Holdings: {
        "for_": lambda ground: None,
        "edition_id": lambda ground: ground.holdings.edition_id,
        "documents": lambda ground: ground.holdings.documents(),
        "pages": lambda ground: ground.holdings.pages(ground.document.document_id),
        "editions": lambda ground: ground.holdings.editions(),
        "versions": lambda ground: ground.holdings.versions(ground.document.document_id),
        "refused": lambda ground: ground.holdings.refused(),
        "withdrawn": lambda ground: ground.holdings.withdrawn(),
        "compare": lambda ground: ground.holdings.compare(
            ground.document.document_id, ground.holdings.edition_id, ground.holdings.edition_id
        ),
    },
    Conversations: {
        "load": lambda ground: ground.conversations.load(ground.owner, ground.conversation_id),
        "turn": lambda ground: ground.conversations.turn(ground.owner, ground.turn.turn_id),
        "resume": lambda ground: ground.conversations.resume(ground.owner, ground.conversation_id),
        "latest": lambda ground: ground.conversations.latest(ground.owner),
        "list": lambda ground: ground.conversations.list(ground.owner),
        "search": lambda ground: [
            ground.conversations.search(ground.owner, words)
            for words in ("", "libraries", "gap", *ground.cited.quote.split()[:6])
        ],
    },
    Shares: {
        "open": lambda ground: [ground.shares.open(token) for token in ground.tokens],
        "list": lambda ground: ground.shares.list(ground.owner),
        "titles": lambda ground: ground.shares.titles(ground.owner),
    },
}  # fmt: skip
# What writes, or says nothing of what documents hold.
NOT_READ: dict[type, set[str]] = {
    Assistant: {"close", "ignore_switch"},
    Conversations: {"begin", "append", "rename", "delete", "redact", "close", "cited_editions"},
    Shares: {"make", "revoke", "redact", "close", "cited_editions"},
}


@pytest.mark.parametrize("kind", CASES)
def test_every_method_has_a_case(kind: type) -> None:
    public = {
        name
        for name, member in inspect.getmembers(kind)
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property))
    }
    assert public - NOT_READ.get(kind, set()) == CASES[kind].keys()
    assert len(public) > 3


@pytest.mark.parametrize(("kind", "method"), [(kind, method) for kind, cases in CASES.items() for method in cases])
def test_a_method_hands_out_nothing_of_a_hidden_document(ground: Ground, kind: type, method: str) -> None:
    assert hidden_in(outcome(lambda: CASES[kind][method](ground)), ground) == []


def test_the_words_are_found_where_they_may_be_seen(ground: Ground) -> None:
    """So that the tests above look where there is something to be found."""
    assert hidden_in(ground.whole.assistant().ask(ground.asked), ground)
    assert hidden_in(ground.whole.conversations().load(ground.owner, ground.conversation_id), ground)
    assert hidden_in([ground.whole.shares().open(token) for token in ground.tokens], ground)
    assert hidden_in(ground.whole.shelf().documents(), ground)
    assert hidden_in(open_holdings(library=ground.library.library.folder).editions(), ground)


def test_what_was_answered_is_concealed_and_the_rest_is_as_it_was(ground: Ground) -> None:
    first, second = ground.conversations.load(ground.owner, ground.conversation_id).turns
    whole = ground.whole.conversations().load(ground.owner, ground.conversation_id).turns
    assert (HIDDEN in first.answer.text, HIDDEN_TITLE in first.answer.text) == (True, True)
    assert [claim.sentence for claim in first.answer.claims if claim.sentence == HIDDEN]
    assert first.answer.question == whole[0].answer.question
    assert any(span == ground.visible for span in second.answer.evidence)
    assert ground.whole.conversations().load(ground.owner, ground.conversation_id).turns == whole


@pytest.mark.parametrize("form", [form.name for form in offered()])
def test_a_concealed_conversation_can_be_exported_and_shown(ground: Ground, form: str) -> None:
    loaded = ground.conversations.load(ground.owner, ground.conversation_id)
    content = of_conversation(loaded, ground.shelf.evidence, shelf=ground.shelf.title, address="http://here")
    assert hidden_in(unpacked(export(content, form)), ground) == []
    assert hidden_in([turn_data(turn) for turn in loaded.turns], ground) == []
    for token in ground.tokens:
        shared = ground.shares.open(token)
        changes = ground.shelf.changes(shared.shared.cited)
        assert hidden_in(head_data(shared, changes, ground.shelf.edition_id), ground) == []


def unpacked(written: bytes) -> list[bytes]:
    """Return a file's own content, and where it is a package what is in it."""
    if not written.startswith(b"PK"):
        return [written]
    with zipfile.ZipFile(io.BytesIO(written)) as package:
        return [package.read(name) for name in package.namelist()]


def test_a_concealed_conversation_is_found_by_its_visible_words_alone(ground: Ground) -> None:
    search, whole = ground.conversations.search, ground.whole.conversations().search
    assert (len(whole(ground.owner, ground.word)), len(search(ground.owner, ground.word))) == (1, 0)
    assert len(search(ground.owner, "productivity")) == 1
