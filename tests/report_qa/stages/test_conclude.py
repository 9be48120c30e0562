"""How a question ends, in status and in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from report_qa.records.answer import Answer, AnswerStatus, Provenance, Verdict
from report_qa.records.document import DocumentState
from report_qa.records.passage import Selection
from report_qa.records.scope import Scope
from report_qa.stages.compose import compose, compose_nearest
from report_qa.stages.conclude import Draft, conclude
from tests.report_qa.stages.test_retrieve import SMALL

UNITS = (SMALL.units("Did burglary fall?")[0], SMALL.units("Which homes were repaired?")[0])
CLAIMS, EVIDENCE = compose(UNITS, store=SMALL.store, edition_id="7")
ANSWERED = Draft(
    question="And burglary?",
    question_used="Did burglary fall? And burglary?",
    selection=Selection(units=UNITS, nearest=(), confidence=0.9),
    shown=CLAIMS,
    withheld=(),
    evidence=EVIDENCE,
    nearest=(),
)
NOTHING = Selection(units=(), nearest=UNITS, confidence=0.0, reason="no passage mentions mars")
REFUSED = replace(
    ANSWERED,
    selection=NOTHING,
    shown=(),
    evidence=(),
    nearest=compose_nearest(NOTHING, store=SMALL.store, edition_id="7"),
)


def _conclude(draft: Draft) -> Answer:
    provenance = Provenance(
        edition_id="7", version="0", settings_digest="0" * 12, models=("hashing",), asked_at=datetime.now(UTC)
    )
    return conclude(draft, store=SMALL.store, provenance=provenance)


def test_an_answer_reads_with_numbered_sources() -> None:
    answer = _conclude(ANSWERED)
    first, second, _, *sources = answer.text.split("\n")

    assert answer.status is AnswerStatus.ANSWERED
    assert (first, second) == (f"{CLAIMS[0].sentence} [1]", f"{CLAIMS[1].sentence} [2]")
    assert [source.startswith(f"[{number}] ") for number, source in enumerate(sources, 1)] == [True, True]
    assert EVIDENCE[0].document_title in sources[0]
    assert str(EVIDENCE[0].locator) in sources[0]


def test_an_answer_keeps_the_question_as_asked_and_as_understood() -> None:
    answer = _conclude(ANSWERED)

    assert (answer.question, answer.question_used) == (ANSWERED.question, ANSWERED.question_used)


def test_a_part_that_the_documents_do_not_answer_is_said() -> None:
    selection = replace(ANSWERED.selection, unanswered_parts=("Who paid",))
    answer = _conclude(replace(ANSWERED, selection=selection))

    assert answer.status is AnswerStatus.ANSWERED_PARTLY
    assert answer.unanswered_parts == ("Who paid",)
    assert "Who paid" in answer.text


def test_a_refusal_says_what_was_searched_why_and_what_came_near() -> None:
    answer = _conclude(REFUSED)

    assert answer.status is AnswerStatus.REFUSED_NO_EVIDENCE
    assert answer.claims == ()
    assert "do not say" in answer.text
    assert "2 documents, 4 passages" in answer.text
    assert "no passage mentions mars" in answer.text
    assert [span.quote for span in answer.nearest] == [unit.words for unit in UNITS]


def test_what_failed_its_checks_is_counted_and_never_said() -> None:
    bad = replace(CLAIMS[1], sentence="99 homes", verdict=Verdict.NOT_FOUND)
    partly = _conclude(replace(ANSWERED, shown=CLAIMS[:1], withheld=(bad,)))
    nothing = _conclude(replace(ANSWERED, shown=(), withheld=(bad,)))

    assert partly.withheld == nothing.withheld == (bad,)
    assert "99 homes" not in partly.text + nothing.text
    assert [span.evidence_id for span in partly.evidence] == [CLAIMS[0].citations[0].evidence_id]
    assert nothing.status is AnswerStatus.REFUSED_UNSUPPORTED


ONLY = Scope(named="Hartley", document_ids=frozenset({"hartley-survey"}), titles=("Hartley Survey",))


def test_a_restriction_is_said_in_an_answer_and_in_a_refusal() -> None:
    answer, refusal = (_conclude(replace(draft, scopes=(ONLY,))) for draft in (ANSWERED, REFUSED))

    assert answer.text.endswith("\nSearched only 1 document: Hartley Survey.")
    assert answer.restricted_to == answer.searched == "1 document: Hartley Survey"
    assert refusal.text == "The documents do not say. Searched: 1 document: Hartley Survey; no passage mentions mars."


def test_where_one_part_had_the_whole_shelf_nothing_was_restricted() -> None:
    answer = _conclude(replace(ANSWERED, scopes=(ONLY, None)))

    assert answer.restricted_to == ""
    assert "Searched only" not in answer.text


def test_a_source_that_is_not_in_force_says_so() -> None:
    evidence = tuple(replace(span, state=DocumentState.SUPERSEDED, superseded_by="The plan") for span in EVIDENCE)
    answer = _conclude(replace(ANSWERED, evidence=evidence))

    assert f"[1] {EVIDENCE[0].document_title} (superseded by The plan), " in answer.text
