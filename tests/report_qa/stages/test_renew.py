"""What is in force comes before what it replaced."""

from __future__ import annotations

from dataclasses import replace

from report_qa.records.document import DocumentState
from report_qa.records.passage import ScoredUnit
from report_qa.stages.renew import NOT_IN_FORCE_PENALTY, renew
from tests.report_qa.stages.test_retrieve import SMALL

UNIT = SMALL.units("Did burglary fall?")[0]


def _unit(name: str, score: float, state: DocumentState = DocumentState.PUBLISHED, covered: str = "a") -> ScoredUnit:
    document = replace(UNIT.retrieved.document, document_id=name, state=state)
    retrieved = replace(UNIT.retrieved, document=document)
    return replace(UNIT, retrieved=retrieved, words=name, score=score, provides=True, covered=frozenset(covered))


def test_a_current_document_that_says_as_much_comes_first() -> None:
    units = renew([_unit("old", 0.9, DocumentState.SUPERSEDED), _unit("new", 0.7), _unit("else", 0.6)])
    assert [unit.words for unit in units] == ["new", "old", "else"]


def test_a_draft_is_treated_alike() -> None:
    units = renew([_unit("draft", 0.75, DocumentState.DRAFT), _unit("new", 0.7)])
    assert [unit.words for unit in units] == ["new", "draft"]


def test_what_only_the_superseded_document_says_stays_first() -> None:
    units = renew([_unit("old", 0.9, DocumentState.SUPERSEDED, covered="ab"), _unit("new", 0.7, covered="a")])
    assert [unit.words for unit in units] == ["old", "new"]
    assert units[0].score == 0.9 - NOT_IN_FORCE_PENALTY


def test_among_superseded_documents_alone_the_order_stays() -> None:
    units = renew([_unit("old", 0.9, DocumentState.SUPERSEDED), _unit("older", 0.7, DocumentState.SUPERSEDED)])
    assert [unit.words for unit in units] == ["old", "older"]
