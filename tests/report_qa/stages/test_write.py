"""What becomes of a reply: supported sentences shown at once, others withheld, extracts in their place, and every early end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from report_qa.errors import ModelTimeout
from report_qa.records.answer import Check, Citation, Claim, EvidenceSpan, Locator, Verdict
from report_qa.records.document import Role
from report_qa.records.writing import Piece, Usage, Written, WrittenSentence
from report_qa.stages.read_reply import ReplyReader
from report_qa.stages.write import REPEATS, REPLY_CHARS, STOPPED, TOO_LONG, Writing

TRUE = ("The gap is large.", "It will grow.", "Nobody knows why.")


def span(evidence_id: str) -> EvidenceSpan:
    return EvidenceSpan(
        evidence_id=evidence_id,
        passage_id="p",
        document_id="d",
        document_path="d.md",
        document_title="D",
        role=Role.REPORT,
        spans=(),
        quote=" ".join(TRUE),
        boxes=(),
        locator=Locator(),
        source_url="",
        cite="c",
    )


def citation(evidence_id: str) -> Citation:
    return Citation(evidence_id=evidence_id, document_title="D", locator=Locator(), source_url="")


def verify(sentence: WrittenSentence) -> Claim:
    """Support what is in TRUE and cites E1."""
    good = sentence.text in TRUE and "E1" in sentence.handles
    return Claim(
        sentence=sentence.text,
        verdict=Verdict.SUPPORTED if good else Verdict.NOT_FOUND,
        checks=(Check(kind="wording", claimed="", found="", passed=good),),
        citations=tuple(citation(handle) for handle in sentence.handles),
    )


def extract(words: str) -> Claim:
    return Claim(sentence=words, verdict=Verdict.SUPPORTED, checks=(), citations=(citation("E9"),))


class Desk:
    """A writing with what it was told."""

    def __init__(self, *extracts: Claim, most: int = 5, stop_after: int | None = None) -> None:
        self.told: list[str] = []
        self.at: list[int] = []
        self.position = 0
        self._stop_after = stop_after
        self.writing = Writing(
            verify=verify,
            evidence=[span("E1"), span("E2")],
            extracts=extracts,
            on_claim=self._tell,
            stopped=self._stopped,
            most=most,
        )

    def take(
        self,
        reply: str,
        *,
        size: int = 4,
        ends: Exception | None = None,
        cut_short: bool = False,
        stand_in: bool = True,
    ) -> Written:
        self.writing.take(self._pieces(reply, size, ends, cut_short), ReplyReader(), stand_in=stand_in)
        return self.writing.written

    def _pieces(self, reply: str, size: int, ends: Exception | None, cut_short: bool) -> Iterator[Piece]:
        for start in range(0, len(reply), size):
            self.position = start + size
            yield Piece(text=reply[start : start + size])
        if ends is not None:
            raise ends
        yield Piece(usage=Usage(input_tokens=5, output_tokens=3), cut_short=cut_short)

    def _tell(self, claim: Claim) -> None:
        self.told.append(claim.sentence)
        self.at.append(self.position)

    def _stopped(self) -> bool:
        return self._stop_after is not None and self.position >= self._stop_after


def sentences(claims: tuple[Claim, ...]) -> list[str]:
    return [claim.sentence for claim in claims]


def test_supported_sentences_are_shown_and_others_withheld_with_their_checks() -> None:
    written = Desk().take("The gap is large. [E1] It is blue. [E1] It will grow. [E1]")
    assert sentences(written.shown) == ["The gap is large.", "It will grow."]
    assert sentences(written.withheld) == ["It is blue."]
    assert not written.withheld[0].checks[0].passed
    assert (written.broke_off, written.usage) == ("", Usage(input_tokens=5, output_tokens=3))


def test_a_sentence_is_told_of_while_the_next_is_being_written() -> None:
    desk = Desk()
    first = "The gap is large. [E1]"
    desk.take(f"{first} It will grow. [E1]", size=1)
    assert desk.told == ["The gap is large.", "It will grow."]
    assert desk.at[0] == len(first)


def test_threat_3_unknown_handles_are_removed_before_anything_is_verified() -> None:
    written = Desk().take("The gap is large. [E1, E7] It will grow. [E8]")
    assert [item.evidence_id for item in written.shown[0].citations] == ["E1"]
    assert written.withheld[0].citations == ()


def test_a_late_handle_may_save_a_sentence_and_tells_of_it_once() -> None:
    desk = Desk()
    written = desk.take("The gap is large. [E2] [E1] It will grow. [E1] [E2]", size=1)
    assert sentences(written.shown) == ["The gap is large.", "It will grow."]
    assert written.withheld == ()
    assert desk.told == ["The gap is large.", "It will grow."]


def test_an_extract_on_the_same_matter_stands_in_for_a_sentence_that_failed() -> None:
    desk = Desk(extract("Fares fell by 52% in rural areas."), extract("Libraries open 38 hours."))
    written = desk.take("Libraries open 83 hours. [E1] The gap is large. [E1]")
    assert sentences(written.shown) == ["Libraries open 38 hours.", "The gap is large."]
    assert sentences(written.withheld) == ["Libraries open 83 hours."]
    assert desk.told == ["Libraries open 38 hours.", "The gap is large."]


def test_what_was_said_already_is_not_quoted_once_more() -> None:
    written = Desk(extract("The gap is large, and has been so since 2010.")).take(
        "The gap is large. [E1] The gap is huge. [E1]"
    )
    assert sentences(written.shown) == ["The gap is large."]


def test_no_answer_is_no_sentence() -> None:
    assert Desk().take("NO ANSWER") == Written(reply="NO ANSWER", usage=Usage(input_tokens=5, output_tokens=3))


def test_a_loop_is_cut_off() -> None:
    desk = Desk()
    written = desk.take("The gap is large. [E1] " * 200)
    assert sentences(written.shown) == ["The gap is large."]
    assert written.broke_off == REPEATS
    assert desk.position < 100


@pytest.mark.parametrize("reply", ["and on and " * 5_000, "word" * 5_000])
def test_a_sentence_without_end_is_cut_off(reply: str) -> None:
    desk = Desk()
    assert desk.take(reply, size=40).broke_off == REPEATS
    assert desk.position < 6_000


def test_a_gigantic_reply_is_cut_off() -> None:
    desk = Desk(most=1_000)
    reply = " ".join(f"Number {number} is odd. [E1]" for number in range(5_000))
    assert desk.take(reply, size=40).broke_off == TOO_LONG
    assert desk.position < REPLY_CHARS + 100


def test_a_reply_of_which_everything_fails_is_not_read_for_ever() -> None:
    desk = Desk(most=2)
    assert desk.take(" ".join(f"Number {number} is odd. [E1]" for number in range(500))).broke_off == TOO_LONG
    assert desk.position < 400


def test_enough_is_enough_and_needs_no_excuse() -> None:
    written = Desk(most=2).take(" ".join(f"{sentence} [E1]" for sentence in TRUE))
    assert sentences(written.shown) == list(TRUE[:2])
    assert written.broke_off == ""


def test_a_reply_whose_length_is_used_up_loses_its_unfinished_sentence() -> None:
    written = Desk().take("The gap is large. [E1] It will", cut_short=True)
    assert sentences(written.shown) == ["The gap is large."]
    assert (written.withheld, written.broke_off) == ((), TOO_LONG)


def test_a_model_that_fails_leaves_what_was_verified() -> None:
    written = Desk().take("The gap is large. [E1] It will gr", ends=ModelTimeout("The model did not answer in time."))
    assert sentences(written.shown) == ["The gap is large."]
    assert (written.withheld, written.broke_off) == ((), "The model did not answer in time")


def test_stopping_leaves_what_was_verified() -> None:
    desk = Desk(stop_after=30)
    written = desk.take("The gap is large. [E1] It will grow. [E1] Nobody knows why. [E1]", size=2)
    assert sentences(written.shown) == ["The gap is large."]
    assert written.broke_off == STOPPED


def test_the_pieces_are_closed_whatever_ends_the_reply() -> None:
    closed: list[bool] = []

    def pieces() -> Iterator[Piece]:
        try:
            while True:
                yield Piece(text="The gap is large. [E1] ")
        finally:
            closed.append(True)

    Desk().writing.take(pieces(), ReplyReader())
    assert closed == [True]


def test_a_second_reply_adds_to_the_first_and_extracts_come_last() -> None:
    desk = Desk(extract("Libraries open 38 hours."))
    first = desk.take("The gap is large. [E1] Libraries open 83 hours. [E1]", stand_in=False)
    assert sentences(first.shown) == ["The gap is large."]
    desk.take("It will grow. [E1]")
    desk.writing.stand_in()
    written = desk.writing.written
    assert sentences(written.shown) == ["The gap is large.", "It will grow.", "Libraries open 38 hours."]
    assert sentences(written.withheld) == ["Libraries open 83 hours."]
    assert written.usage == Usage(input_tokens=10, output_tokens=6)
