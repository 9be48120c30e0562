"""Links open a frozen copy to whoever has their secret, and to nobody else; only who made one withdraws it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from report_qa import shares
from report_qa.conversations import Conversations
from report_qa.database import Database
from report_qa.errors import ConversationNotFound, FrozenAnswerAltered, ShareNotFound, ShareRefused
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
from report_qa.redaction import NOTICE
from report_qa.shares import Shares
from tests.report_qa.test_conversations import ANA, BEN, an_answer, by_hand

TURN = Turn(turn_id="t1", parent_id=None, answer=an_answer(), frozen_at=datetime(2026, 11, 24, tzinfo=UTC))
SPAN = an_answer().evidence[0]
LATER = replace(SPAN, cite=SPAN.cite.replace("000001", "000004"), quote="£1.7 billion", document_id="other")
QUOTE = SharedQuote(title="The “gap”", evidence=SPAN)
ANSWER = SharedAnswer(title="How large is the gap?", turn=TURN)
CONVERSATION = SharedConversation(title="How large is the gap?", turns=(TURN, replace(TURN, turn_id="t2")))
COMPARISON = SharedComparison(
    title="The gap, then and now",
    columns=("Edition 1", "Edition 4"),
    rows=(
        ComparedRow(heading="Key facts", cells=((SPAN,), (LATER,))),
        ComparedRow(heading="New", cells=((), (LATER,))),
    ),
)
ALL = (QUOTE, ANSWER, CONVERSATION, COMPARISON)


@pytest.fixture
def conversations(database: Database) -> Conversations:
    return Conversations(database)


@pytest.fixture
def links(conversations: Conversations) -> Shares:
    return Shares(conversations.database)


@pytest.fixture
def in_a_file(tmp_path: Path) -> Iterator[Shares]:
    """Links in a SQLite file, whose bytes can be looked at."""
    with closing(Database(tmp_path / "library" / "conversations.sqlite")) as opened:
        yield Shares(opened)


def stored(links: Shares) -> bytes:
    assert links.database.path is not None
    return b"".join(path.read_bytes() for path in links.database.path.parent.iterdir())


@pytest.mark.parametrize("shared", ALL, ids=lambda shared: shared.kind.value)
def test_a_link_opens_what_was_shared_as_it_was(links: Shares, shared: Shared) -> None:
    made = links.make(ANA, shared)
    opened = links.open(made.token)
    assert (opened.shared, opened.made_at) == (shared, made.share.made_at)
    assert made.share.title == shared.title
    assert made.share.kind is shared.kind


def test_no_two_links_have_a_secret_in_common_and_none_is_stored(in_a_file: Shares) -> None:
    links = in_a_file
    tokens = {links.make(ANA, QUOTE).token for _ in range(5)}
    assert len(tokens) == 5
    assert all(len(token) == 43 for token in tokens)
    found = stored(links)
    assert QUOTE.title.encode() in found
    assert not any(token.encode() in found for token in tokens)


@pytest.mark.parametrize("forge", [str.swapcase, lambda _: "", lambda token: token[:-1], lambda _: "%' OR 1=1 --"])
def test_threat_30_a_link_that_nobody_made_opens_nothing(links: Shares, forge: Callable[[str], str]) -> None:
    made = links.make(ANA, QUOTE)
    for token in (forge(made.token), made.share.share_id):
        with pytest.raises(ShareNotFound):
            links.open(token)


def test_a_withdrawn_link_is_answered_as_one_that_never_was(links: Shares) -> None:
    made, other = links.make(ANA, QUOTE), links.make(ANA, ANSWER)
    with pytest.raises(ShareNotFound) as unknown:
        links.open("x" * 43)
    links.revoke(ANA, made.share.share_id)
    with pytest.raises(ShareNotFound) as withdrawn:
        links.open(made.token)
    assert str(withdrawn.value) == str(unknown.value)
    assert links.open(other.token).shared == ANSWER


def test_the_words_of_a_withdrawn_link_are_gone_from_the_file(in_a_file: Shares) -> None:
    made = in_a_file.make(ANA, QUOTE)
    assert b"a year" in stored(in_a_file)
    in_a_file.revoke(ANA, made.share.share_id)
    assert b"a year" not in stored(in_a_file)


def test_only_who_made_a_link_sees_it_listed_and_withdraws_it(links: Shares) -> None:
    made = links.make(ANA, QUOTE)
    assert links.list(BEN) == ()
    with pytest.raises(ShareNotFound) as of_another:
        links.revoke(BEN, made.share.share_id)
    with pytest.raises(ShareNotFound) as unknown:
        links.revoke(BEN, "no such link")
    assert str(of_another.value) == str(unknown.value)
    assert links.open(made.token).shared == QUOTE


def test_the_list_says_what_each_link_shows_and_when_it_was_opened_last(links: Shares) -> None:
    first, second = links.make(ANA, QUOTE), links.make(ANA, CONVERSATION)
    links.open(first.token)
    assert [(share.title, share.kind, share.opened_on is not None) for share in links.list(ANA)] == [
        (CONVERSATION.title, SharedKind.CONVERSATION, False),
        (QUOTE.title, SharedKind.QUOTE, True),
    ]
    assert links.list(ANA)[0] == second.share


def test_deleting_a_conversation_withdraws_its_links_and_no_others(conversations: Conversations, links: Shares) -> None:
    conversation_id = conversations.begin(ANA)
    of_it, apart = links.make(ANA, CONVERSATION, conversation_id=conversation_id), links.make(ANA, QUOTE)
    conversations.delete(ANA, conversation_id)
    with pytest.raises(ShareNotFound):
        links.open(of_it.token)
    assert links.open(apart.token).shared == QUOTE


def test_a_link_hangs_on_no_conversation_of_another(conversations: Conversations, links: Shares) -> None:
    with pytest.raises(ConversationNotFound):
        links.make(BEN, CONVERSATION, conversation_id=conversations.begin(ANA))
    assert links.list(BEN) == ()


def test_what_was_changed_by_hand_is_not_shown(links: Shares) -> None:
    made = links.make(ANA, QUOTE)
    by_hand(links.database, "UPDATE share SET content = replace(content, '1.5', '1.9')")
    with pytest.raises(FrozenAnswerAltered, match="not what was shared"):
        links.open(made.token)


def test_what_this_version_can_not_read_is_said_to_be_so(links: Shares) -> None:
    made = links.make(ANA, QUOTE)
    digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"  # of {}
    by_hand(
        links.database, "UPDATE share SET content = :content, content_sha256 = :digest", content="{}", digest=digest
    )
    with pytest.raises(FrozenAnswerAltered, match="can't read"):
        links.open(made.token)


def test_the_editions_that_links_cite_are_told_until_they_are_withdrawn(links: Shares) -> None:
    made = links.make(ANA, COMPARISON)
    links.make(BEN, ANSWER)
    assert links.cited_editions() == {"000001", "000004"}
    links.revoke(ANA, made.share.share_id)
    assert links.cited_editions() == {"000001"}


def test_purged_words_leave_every_kind_of_link(links: Shares) -> None:
    tokens = [links.make(owner, shared).token for owner in (ANA, BEN) for shared in ALL]
    assert links.redact(["nothing/of-this-name"]) == 0
    assert links.redact([SPAN.document_id]) == len(tokens)
    for token in tokens:
        shared = links.open(token).shared
        assert all(span.quote == NOTICE for span in shared.cited if span.document_id == SPAN.document_id)
        assert all(SPAN.quote not in answer.text for answer in shared.answers)
    assert [cited.quote for cited in links.open(tokens[3]).shared.cited] == [NOTICE, LATER.quote, LATER.quote]
    if links.database.path is not None:
        assert b"a year" not in stored(links)


def test_there_are_only_so_many_links_of_so_many_bytes(links: Shares, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "MOST_LINKS", 2)
    for _ in range(2):
        links.make(ANA, QUOTE)
    with pytest.raises(ShareRefused, match="as many shared links"):
        links.make(ANA, QUOTE)
    links.revoke(ANA, links.list(ANA)[0].share_id)
    ((content,),) = by_hand(links.database, "SELECT content FROM share")
    size = len(content.encode())
    assert size > len(content)
    monkeypatch.setattr(shares, "MOST_BYTES_OF_OWNER", 2 * size - 1)
    with pytest.raises(ShareRefused, match="as many shared links"):
        links.make(ANA, QUOTE)
    links.make(BEN, QUOTE)
    monkeypatch.setattr(shares, "MOST_BYTES", size - 1)
    with pytest.raises(ShareRefused, match="too long for one link"):
        links.make("somebody else", QUOTE)


def test_a_comparison_has_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="each row a cell"):
        SharedComparison(title="x", columns=("a", "b"), rows=(ComparedRow(heading="", cells=((),)),))


def test_links_come_with_the_schema_of_an_older_version_and_go_back_with_it(
    empty_at: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade, downgrade = command.upgrade, command.downgrade
    monkeypatch.setattr("report_qa.database.command.upgrade", lambda config, _: upgrade(config, "0001"))
    Database(empty_at).close()
    monkeypatch.undo()
    with closing(Shares(Database(empty_at))) as opened:
        assert opened.open(opened.make(ANA, QUOTE).token).shared == QUOTE

    def back(config: Config, _revision: str) -> None:
        downgrade(config, "0001")

    monkeypatch.setattr("report_qa.database.command.upgrade", back)
    Database(empty_at).close()
    monkeypatch.undo()
    with closing(Shares(Database(empty_at))) as again:
        assert again.list(ANA) == ()
