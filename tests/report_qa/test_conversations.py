"""Conversations are frozen, survive reopening, and belong to one owner."""

from __future__ import annotations

import hashlib
import json
import stat
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from report_qa.conversations import Conversations
from report_qa.database import Database
from report_qa.errors import ConversationError, ConversationNotFound, FrozenAnswerAltered
from report_qa.records.answer import (
    Answer,
    AnswerStatus,
    Check,
    Citation,
    Claim,
    EvidenceSpan,
    Locator,
    Provenance,
    Verdict,
)
from report_qa.records.document import Box, Role, Span
from report_qa.records.writing import Usage

ANA, BEN = "hash-of-ana", "hash-of-ben"


@pytest.fixture
def conversations(database: Database) -> Conversations:
    return Conversations(database)


def by_hand(database: Database, statement: str, **values: str) -> list[Any]:
    """Do with one statement what no store does."""
    with database.writing() as connection:
        done = connection.execute(sa.text(statement), values)
        return list(done) if done.returns_rows else []


def an_answer(question: str = "How large is the gap?") -> Answer:
    """Return an answer with something in every field, text beyond ASCII and numbers that don't round."""
    locator = Locator(heading_path=("Key facts", "Grösse"), page_index=4, page_label="v")
    span = EvidenceSpan(
        evidence_id="E1",
        passage_id="p1",
        document_id="notes/gap",
        document_path="notes/gap.pdf",
        document_title="The “gap”",
        role=Role.REPORT,
        spans=(Span(start_char=3, end_char=9), Span(start_char=12, end_char=40)),
        quote="£1.5 billion\n— <b>a year</b>",
        boxes=(Box(page_index=4, x0_pt=0.1 + 0.2, y0_pt=1 / 3, x1_pt=99.5, y1_pt=12.0),),
        locator=locator,
        source_url="https://example.org/gap",
        cite="000001~notes%2Fgap~3-9_12-40~0a1b2c3d",
    )
    citation = Citation(
        evidence_id="E1", document_title=span.document_title, locator=locator, source_url=span.source_url
    )
    check = Check(kind="number", claimed="1.5", found="1.5", passed=True)
    claim = Claim(sentence="£1.5 billion", verdict=Verdict.SUPPORTED, checks=(check,), citations=(citation,))
    withheld = Claim(sentence="Two.", verdict=Verdict.CONTRADICTED, checks=(), citations=())
    return Answer(
        question=question,
        question_used=f"gap {question}",
        status=AnswerStatus.ANSWERED_PARTLY,
        text="£1.5 billion [1]",
        claims=(claim,),
        withheld=(withheld,),
        evidence=(span,),
        unanswered_parts=("since when",),
        choices=("a", "b"),
        searched="3 documents",
        nearest=(span,),
        provenance=Provenance(
            edition_id="000001",
            version="0.1.0",
            settings_digest="abc",
            models=("m",),
            asked_at=datetime(2026, 11, 24, 1, 2, 3, 456, tzinfo=UTC),
            stage_ms=(("retrieve", 1.25), ("verify", 0.1)),
            usage=Usage(input_tokens=900, output_tokens=40, cost_usd=0.0021),
        ),
        written_by="provider:model",
        notice="The model's reply broke off; what it wrote before is shown.",
    )


def test_an_answer_comes_back_as_it_was_given(conversations: Conversations) -> None:
    conversation_id = conversations.begin(ANA)
    first = conversations.append(ANA, conversation_id, an_answer(), None)
    second = conversations.append(ANA, conversation_id, an_answer("And since when?"), first.turn_id)
    loaded = conversations.load(ANA, conversation_id)
    assert loaded.turns == (first, second)
    assert loaded.turns[0].answer == an_answer()
    assert loaded.turns[1].parent_id == first.turn_id
    assert loaded.title == "How large is the gap?"


def test_conversations_survive_reopening(database_at: Path | str) -> None:
    with closing(Conversations(Database(database_at))) as before:
        conversation_id = before.begin(ANA)
        before.append(ANA, conversation_id, an_answer(), None)
    with closing(Conversations(Database(database_at))) as after:
        latest = after.latest(ANA)
    assert latest is not None
    assert latest.conversation_id == conversation_id
    assert latest.turns[0].answer == an_answer()


def test_threat_23_another_owner_learns_nothing(conversations: Conversations) -> None:
    conversation_id = conversations.begin(ANA)
    conversations.append(ANA, conversation_id, an_answer(), None)
    absent = "0" * 32
    for attempt in (
        lambda wanted: conversations.load(BEN, wanted),
        lambda wanted: conversations.resume(BEN, wanted),
        lambda wanted: conversations.append(BEN, wanted, an_answer(), None),
        lambda wanted: conversations.delete(BEN, wanted),
    ):
        with pytest.raises(ConversationNotFound) as foreign:
            attempt(conversation_id)
        with pytest.raises(ConversationNotFound) as missing:
            attempt(absent)
        assert str(foreign.value) == str(missing.value)
    assert conversations.latest(BEN) is None
    assert conversations.list(BEN) == ()
    assert len(conversations.load(ANA, conversation_id).turns) == 1


def test_a_turn_is_found_by_its_owner_alone(conversations: Conversations) -> None:
    conversation_id = conversations.begin(ANA)
    conversations.append(ANA, conversation_id, an_answer("First?"), None)
    turn = conversations.append(ANA, conversation_id, an_answer("Second?"), None)
    assert conversations.turn(ANA, turn.turn_id) == turn
    for owner, turn_id in ((BEN, turn.turn_id), (ANA, "0" * 32), (ANA, conversation_id)):
        with pytest.raises(ConversationNotFound):
            conversations.turn(owner, turn_id)


def test_threat_25_a_refused_append_leaves_nothing_behind(conversations: Conversations) -> None:
    conversation_id = conversations.begin(ANA)
    with pytest.raises(ConversationError, match=r"(?i)foreign key"):
        conversations.append(ANA, conversation_id, an_answer(), "no such turn")
    assert conversations.load(ANA, conversation_id).turns == ()


def test_an_answer_changed_by_hand_is_noticed(conversations: Conversations) -> None:
    conversation_id = conversations.begin(ANA)
    conversations.append(ANA, conversation_id, an_answer(), None)
    by_hand(conversations.database, "UPDATE turn SET answer = replace(answer, '1.5 billion', '9.9 billion')")
    with pytest.raises(FrozenAnswerAltered, match="not the one that was given"):
        conversations.load(ANA, conversation_id)


def test_an_answer_frozen_before_models_wrote_is_read_and_left_as_it_is(conversations: Conversations) -> None:
    conversation_id = conversations.begin(ANA)
    answer = an_answer()
    conversations.append(ANA, conversation_id, answer, None)
    ((stored,),) = by_hand(conversations.database, "SELECT answer FROM turn")
    old = json.loads(stored)
    del old["written_by"], old["notice"], old["provenance"]["usage"]
    before = json.dumps(old, ensure_ascii=False)
    digest = hashlib.sha256(before.encode()).hexdigest()
    by_hand(
        conversations.database,
        "UPDATE turn SET answer = :before, answer_sha256 = :digest",
        before=before,
        digest=digest,
    )
    (turn,) = conversations.load(ANA, conversation_id).turns
    expected = replace(answer, written_by="", notice="", provenance=replace(answer.provenance, usage=None))
    assert turn.answer == expected
    conversations.append(ANA, conversation_id, answer, turn.turn_id)
    kept = by_hand(conversations.database, "SELECT answer, answer_sha256 FROM turn ORDER BY number")[0]
    assert kept == (before, digest)


def test_an_answer_of_an_unknown_shape_is_said_to_be_one(conversations: Conversations) -> None:
    conversation_id = conversations.begin(ANA)
    conversations.append(ANA, conversation_id, an_answer(), None)
    digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"  # of {}
    by_hand(conversations.database, "UPDATE turn SET answer = '{}', answer_sha256 = :digest", digest=digest)
    with pytest.raises(FrozenAnswerAltered, match="can't read"):
        conversations.load(ANA, conversation_id)


def test_the_latest_is_the_one_that_was_shown_last(conversations: Conversations) -> None:
    first = conversations.begin(ANA)
    conversations.append(ANA, first, an_answer("First?"), None)
    second = conversations.begin(ANA)
    assert second != first
    latest = conversations.latest(ANA)
    assert latest is not None
    assert (latest.conversation_id, latest.turns) == (second, ())
    assert conversations.resume(ANA, first).title == "First?"
    latest = conversations.latest(ANA)
    assert latest is not None
    assert latest.conversation_id == first


def test_an_empty_conversation_is_used_again(conversations: Conversations) -> None:
    first = conversations.begin(ANA)
    assert conversations.begin(ANA) == first
    assert conversations.begin(BEN) != first


def test_the_list_has_questions_counts_and_order(conversations: Conversations) -> None:
    for question in ("Old?", "New?"):
        conversation_id = conversations.begin(ANA)
        conversations.append(ANA, conversation_id, an_answer(question), None)
        conversations.append(ANA, conversation_id, an_answer("And then?"), None)
    conversations.begin(ANA)
    entries = conversations.list(ANA)
    assert [(entry.title, entry.turn_count) for entry in entries] == [("New?", 2), ("Old?", 2)]
    assert entries[0].last_turn_at >= entries[1].last_turn_at


def test_deleting_takes_the_answers_along(conversations: Conversations) -> None:
    conversation_id = conversations.begin(ANA)
    conversations.append(ANA, conversation_id, an_answer(), None)
    conversations.delete(ANA, conversation_id)
    with pytest.raises(ConversationNotFound):
        conversations.load(ANA, conversation_id)
    assert by_hand(conversations.database, "SELECT count(*) FROM turn") == [(0,)]


def test_many_threads_and_two_openings_at_once(database_at: Path | str) -> None:
    problems: list[Exception] = []

    def write(owner: str) -> None:
        try:
            with closing(Conversations(Database(database_at))) as opened:
                conversation_id = opened.begin(owner)
                for _ in range(5):
                    opened.append(owner, conversation_id, an_answer(), None)
        except Exception as error:  # noqa: BLE001 - a thread's failure must reach the assertion below
            problems.append(error)

    threads = [threading.Thread(target=write, args=(f"owner-{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with closing(Conversations(Database(database_at))) as opened:
        assert [opened.list(f"owner-{number}")[0].turn_count for number in range(6)] == [5] * 6


def test_only_this_account_reads_the_file(tmp_path: Path) -> None:
    path = tmp_path / "library" / "conversations.sqlite"
    with closing(Conversations(Database(path))) as opened:
        opened.begin(ANA)
        assert len(list(path.parent.iterdir())) > 1
        for file in path.parent.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_the_words_of_a_deleted_conversation_are_gone_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "library" / "conversations.sqlite"

    def stored() -> bytes:
        return b"".join(file.read_bytes() for file in path.parent.iterdir())

    with closing(Conversations(Database(path))) as opened:
        conversation_id = opened.begin(ANA)
        opened.append(ANA, conversation_id, an_answer(), None)
        assert b"1.5 billion" in stored()
        opened.delete(ANA, conversation_id)
        assert b"1.5 billion" not in stored()


def test_a_file_that_is_no_database_is_said_to_be_unusable(tmp_path: Path) -> None:
    path = tmp_path / "conversations.sqlite"
    path.write_text("This is not a database. " * 100)
    with pytest.raises(ConversationError, match="can't be used"):
        Conversations(Database(path))


def test_a_database_of_a_newer_version_is_left_alone(empty_at: Path | str) -> None:
    with closing(Database(empty_at)) as opened:
        by_hand(opened, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConversationError, match="newer version"):
        Database(empty_at)


def test_an_answer_of_an_earlier_version_is_read_and_its_bytes_stay_as_they_were(conversations: Conversations) -> None:
    conversation_id = conversations.begin(ANA)
    conversations.append(ANA, conversation_id, an_answer(), None)
    stored = json.loads(by_hand(conversations.database, "SELECT answer FROM turn")[0][0])
    del stored["restricted_to"]
    for span in (*stored["evidence"], *stored["nearest"]):
        del span["state"], span["superseded_by"]
    for claim in stored["claims"]:
        for citation in claim["citations"]:
            del citation["standing"]
    earlier = json.dumps(stored, ensure_ascii=False)
    digest = hashlib.sha256(earlier.encode()).hexdigest()
    by_hand(
        conversations.database,
        "UPDATE turn SET answer = :earlier, answer_sha256 = :digest",
        earlier=earlier,
        digest=digest,
    )
    assert conversations.load(ANA, conversation_id).turns[0].answer == an_answer()
    assert by_hand(conversations.database, "SELECT answer, answer_sha256 FROM turn") == [(earlier, digest)]


def test_a_conversation_goes_by_its_name_until_it_is_taken_away(conversations: Conversations) -> None:
    conversation_id = conversations.begin(ANA)
    conversations.append(ANA, conversation_id, an_answer(), None)
    conversations.rename(ANA, conversation_id, "  For the\n board ")
    assert conversations.load(ANA, conversation_id).title == "For the board"
    assert [entry.title for entry in conversations.list(ANA)] == ["For the board"]
    conversations.rename(ANA, conversation_id, "x" * 500)
    assert len(conversations.load(ANA, conversation_id).title) == 120
    conversations.rename(ANA, conversation_id, " ")
    assert conversations.load(ANA, conversation_id).title == "How large is the gap?"
    with pytest.raises(ConversationNotFound):
        conversations.rename(BEN, conversation_id, "Mine")
    assert conversations.load(ANA, conversation_id).title == "How large is the gap?"


@pytest.fixture
def told(conversations: Conversations) -> dict[str, str]:
    """Ana's two conversations and one of Ben's, by what they are about."""
    told = {}
    for owner, name, question, text in (
        (ANA, "homes", "How many homes stand EMPTY?", "In Straße 12 there are 100% of _them_.\n[1] Homes, p. 3"),
        (ANA, "gap", "How large is the gap?", "It is £1.5 billion a year, and it grows. [1]"),
        (BEN, "secret", "How many homes has Ben?", "Ninety."),
    ):
        told[name] = conversations.begin(owner)
        conversations.append(owner, told[name], replace(an_answer(question), text=text), None)
    conversations.rename(ANA, told["gap"], "Board meeting")
    return told


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("homes", ["homes"]),
        ("STRASSE empty", ["homes"]),
        ("homes billion", []),
        ("100%", ["homes"]),
        ("%", ["homes"]),
        ("_them_", ["homes"]),
        ("a_year", []),
        ("board £1.5", ["gap"]),
        ("ninety", []),
        ("' OR 1=1 --", []),
        ("how", ["gap", "homes"]),
        (" ", ["gap", "homes"]),
    ],
)
def test_conversations_are_found_by_all_the_words_that_were_asked_and_answered(
    conversations: Conversations, told: dict[str, str], words: str, names: list[str]
) -> None:
    found = conversations.search(ANA, words)
    assert [entry.conversation_id for entry in found] == [told[name] for name in names]


def test_what_was_found_is_shown_where_the_title_does_not_say_it(
    conversations: Conversations, told: dict[str, str]
) -> None:
    assert told
    assert [entry.found for entry in conversations.search(ANA, "homes")] == [""]
    assert [entry.found for entry in conversations.search(ANA, "board grows")] == [
        "It is £1.5 billion a year, and it grows. [1]"
    ]
