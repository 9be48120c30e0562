"""What a link shows to whoever opens it, and the dialog in which links are made: the pages as Streamlit runs them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ingest.withdraw import withdraw
from report_qa import AnswerStatus, Assistant
from report_qa.doors.chat import service, share_dialog
from report_qa.doors.chat.owner import new_token, owner_of
from report_qa.doors.chat.service import Service
from report_qa.records.conversation import Turn
from report_qa.records.shared import (
    ComparedRow,
    Shared,
    SharedAnswer,
    SharedComparison,
    SharedConversation,
    SharedKind,
    SharedQuote,
)
from report_qa.settings import load_settings
from report_qa.shares import MadeShare
from tests.report_qa.doors.chat.fakes import HOSTILE, PROSE, ROW, SENTENCE, answer_to
from tests.report_qa.doors.chat.opened import checked, run
from tests.report_qa.doors.chat.test_pages import (  # noqa: F401 - the fixtures
    answered,
    asked,
    held,
    shown,
    tokens,
)
from tests.small_library import GAP, GAP_ANSWER, SmallLibrary

TURN = Turn(
    turn_id="t1", parent_id=None, answer=answer_to("What returns?"), frozen_at=datetime(2026, 11, 24, tzinfo=UTC)
)
LATER = replace(TURN, turn_id="t2", answer=answer_to("And on the Moon?", AnswerStatus.REFUSED_NO_EVIDENCE))
TALK = SharedConversation(title="What returns?", turns=(TURN, LATER))


def made(held: Service, shared: Shared, owner: str = "somebody") -> MadeShare:  # noqa: F811
    return held.shares().make(owner, shared)


def opened(link: MadeShare, **query: str) -> dict[str, Any]:
    return shown(run("shared", link=link.token, **query))


def test_a_shared_answer_is_shown_to_anybody_and_only_to_be_read(
    held: Service,  # noqa: F811
    tokens: dict[str, str | None],  # noqa: F811
) -> None:
    understood = replace(TURN.answer, question_used="What does £1m return?")
    link = made(held, SharedAnswer(title="What returns?", turn=replace(TURN, answer=understood)))
    for token in (new_token(), None):
        tokens["token"] = token
        data = opened(link)
        (turn,) = data["conversation"]["turns"]
        assert turn["groups"][0]["claims"][0]["text"] == SENTENCE
        assert data["conversation"]["read_only"] is True
        assert data["shared"]["kind"] == "Shared answer"
        assert data["shared"]["when"].endswith("from edition 000001")
        assert (data["shared"]["changed"], data["shared"]["title"]) == (False, "")
        assert "history" not in data
        assert "evidence" not in data


def test_a_shared_conversation_offers_nothing_to_go_on_with(held: Service) -> None:  # noqa: F811
    failed = replace(TURN, turn_id="t3", answer=answer_to("Why?", AnswerStatus.ERROR_INTERNAL))
    unclear = replace(TURN.answer, status=AnswerStatus.CLARIFICATION, claims=(), choices=("This?", "That?"))
    data = opened(made(held, replace(TALK, turns=(*TALK.turns, failed, replace(TURN, answer=unclear)))))
    turns = data["conversation"]["turns"]
    assert [turn["question"] for turn in turns] == ["What returns?", "And on the Moon?", "Why?", "What returns?"]
    assert [near["cite"] for near in turns[1]["nearest"]] == [PROSE.cite]
    assert (turns[2]["retry"], turns[3]["choices"]) == (False, [])


def test_its_citations_open_beside_it(held: Service) -> None:  # noqa: F811
    data = opened(made(held, TALK), cite=PROSE.cite)
    assert data["evidence"]["quote"] == SENTENCE
    assert (data["evidence"]["cites"], data["evidence"]["position"]) == ([PROSE.cite, ROW.cite], 0)
    assert data["evidence"]["read_only"] is True
    assert data["conversation"]["selected"] == data["shared"]["selected"] == PROSE.cite


def test_a_shared_quotation_and_a_comparison_are_shown_whole(held: Service) -> None:  # noqa: F811
    (quote,) = opened(made(held, SharedQuote(title=ROW.document_title, evidence=ROW)))["shared"]["quotes"]
    assert quote["table"]["rows"] == [["Second", "£1.15m"]]
    assert (quote["cite"], quote["source"]) == (ROW.cite, f"Note on money {HOSTILE}, Money, paragraph 2")
    row = ComparedRow(heading="Returns", cells=((PROSE,), ()))
    data = opened(made(held, SharedComparison(title="Now and then", columns=("Then", "Now"), rows=(row,))))["shared"]
    assert (data["title"], data["columns"]) == ("Now and then", ["Then", "Now"])
    assert [[each["quote"] for each in cell] for cell in data["rows"][0]["cells"]] == [[SENTENCE], []]


def test_a_link_that_was_withdrawn_says_the_same_as_one_that_never_was(held: Service) -> None:  # noqa: F811
    link = made(held, TALK)
    held.shares().revoke("somebody", link.share.share_id)
    withdrawn = opened(link)
    assert (
        withdrawn == shown(run("shared", link="x" * 43)) == shown(run("shared")) == shown(run("shared", link=HOSTILE))
    )
    assert withdrawn["shared"]["title"] == "There is nothing behind this link"
    assert list(withdrawn) == ["shared"]


def test_a_copy_that_was_altered_is_not_shown_and_names_no_file(held: Service) -> None:  # noqa: F811
    link = made(held, TALK)
    path = held.shares().database.path
    assert path is not None
    with closing(sqlite3.connect(path)) as by_hand, by_hand:
        by_hand.execute("UPDATE share SET content = content || ' '")
    data = opened(link)
    assert data["shared"]["title"] == "What this link shows can not be read"
    assert str(path) not in json.dumps(data)


def test_who_opens_a_link_sees_no_conversation_but_their_own(
    held: Service,  # noqa: F811
    tokens: dict[str, str | None],  # noqa: F811
) -> None:
    page = answered(asked(run()))
    mine = tokens["token"]
    link = made(held, TALK, str(owner_of(mine)))
    tokens["token"] = new_token()
    opened(link)
    data = shown(run())
    assert (data["conversation"]["turns"], data["history"]["conversations"]) == ([], [])
    tokens["token"] = mine
    assert len(shown(checked(page.run()))["history"]["conversations"]) == 1


def test_the_dialog_offers_the_conversation_as_it_is_and_lists_the_readers_links(
    held: Service,  # noqa: F811
    tokens: dict[str, str | None],  # noqa: F811
) -> None:
    page = run()
    page = checked(page.button(key="share-conversation").click().run())
    assert shown(page)["sharing"] == {"what": None, "link": "", "problem": "", "links": []}
    made(held, TALK)
    mine = made(held, SharedQuote(title="The report", evidence=PROSE), str(owner_of(tokens["token"])))
    page = answered(asked(run()))
    page = checked(page.button(key="share-conversation").click().run())
    data = shown(page)["sharing"]
    assert (data["what"]["title"], data["what"]["note"]) == ("What?", "1 answer")
    assert "deleting the conversation withdraws it" in data["what"]["withdrawn"]
    assert [entry["id"] for entry in data["links"]] == [mine.share.share_id]
    assert page.query_params == {}


def pressed(page: AppTest, state: share_dialog._Offer) -> AppTest:
    page.session_state[share_dialog._STATE] = state
    return checked(page.run())


def test_a_link_stands_in_the_dialog_only(held: Service) -> None:  # noqa: F811
    page = pressed(run(), share_dialog._Offer(shared=TALK, token="t" * 43))
    assert shown(page)["sharing"]["link"] == f"/shared?link={'t' * 43}"
    assert page.query_params == {}
    assert "t" * 43 not in repr(page.session_state[share_dialog._STATE])


@pytest.mark.parametrize("kind", SharedKind)
def test_every_kind_has_its_words_in_the_dialog(held: Service, kind: SharedKind) -> None:  # noqa: F811
    comparison = SharedComparison(title="x", columns=("a", "b"), rows=())
    all_kinds = (
        SharedQuote(title="x", evidence=PROSE),
        SharedAnswer(title="x", turn=TURN),
        TALK,
        comparison,
    )
    shared = next(each for each in all_kinds if each.kind is kind)
    assert shown(pressed(run(), share_dialog._Offer(shared=shared)))["sharing"]["what"]["lead"].startswith("This ")


@pytest.fixture
def real(own: SmallLibrary) -> Iterator[Service]:
    """A chat over a real library, whose documents a test changes."""

    def assistant(_settings: object) -> Assistant:
        return own.assistant()

    made_service = Service(load_settings(library=own.library.folder), assistant=assistant)
    service.install(made_service)
    yield made_service
    made_service.close()
    service.install(None)


def test_what_changed_since_stands_at_each_citation_before_and_after(own: SmallLibrary, real: Service) -> None:
    questions = (GAP, "How many libraries do volunteers run?", "How much does a single bus fare cost?")
    answers = [own.assistant().ask(question) for question in questions]
    turns = tuple(replace(TURN, turn_id=str(number), answer=answer) for number, answer in enumerate(answers))
    link = made(real, SharedConversation(title="Three", turns=turns))
    own.replace("big-plan.md", "£4.2 billion", "£5.1 billion")
    own.ingest()
    withdraw(own.library, ["libraries.md"])
    data = opened(link)
    assert data["shared"]["changed"] is True
    assert "at 2 of the 3 passages that it quotes: the current edition is 000003" in data["shared"]["news"]
    changed, withdrawn, same = (
        turn["groups"][0]["claims"][0]["cites"][0]["since"] for turn in data["conversation"]["turns"]
    )
    assert same is None
    assert (withdrawn["lead"], withdrawn["cite"]) == ("This document was withdrawn from the library since.", "")
    assert changed["lead"] == "This source has changed since."
    assert "".join(words for words, _ in changed["before"]["runs"]) == GAP_ANSWER
    assert [words for words, differs in changed["before"]["runs"] if differs] == ["£4.2"]
    assert [words for words, differs in changed["after"]["runs"] if differs] == ["£5.1"]
    assert (changed["before"]["edition"], changed["after"]["edition"]) == ("000001", "000003")
    # The words of then open where they stood then, those of now where they stand now.
    then = opened(link, cite=answers[0].evidence[0].cite)["evidence"]
    now = opened(link, cite=changed["cite"])["evidence"]
    assert (then["quote"], now["quote"]) == (GAP_ANSWER, GAP_ANSWER.replace("4.2", "5.1"))


def test_a_quotation_is_shared_from_the_check_of_claims_too(held: Service) -> None:  # noqa: F811
    page = pressed(run("check"), share_dialog._Offer(shared=SharedQuote(title=ROW.document_title, evidence=ROW)))

    assert shown(page)["sharing"]["what"]["lead"].startswith("This ")
