"""Nothing is shown that its source doesn't say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from report_qa.records.answer import Claim, EvidenceSpan, Verdict
from report_qa.records.document import DocumentState, Span
from report_qa.records.writing import WrittenSentence
from report_qa.stages.compose import compose
from report_qa.stages.verify import verify, verify_written
from tests.report_qa.stages.test_retrieve import SMALL, shelf

REVIEW = shelf({"Ward Review": ["Burglary in Northfield fell by 12% in 2008.", "Homes were repaired."]})
(CLAIM,), (SPAN,) = compose(
    REVIEW.units("By how much did burglary in Northfield fall in 2008?")[:1], store=REVIEW.store, edition_id="7"
)


def _verify(claim: Claim, *evidence: EvidenceSpan) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    return verify([claim], evidence, store=REVIEW.store)


def _failed(claim: Claim) -> set[str]:
    return {check.kind for check in claim.checks if not check.passed}


def test_a_true_quotation_is_shown_with_its_checks() -> None:
    (shown,), withheld = _verify(CLAIM, SPAN)

    assert withheld == ()
    assert (shown.sentence, shown.verdict) == (CLAIM.sentence, Verdict.SUPPORTED)
    assert shown.checks
    assert _failed(shown) == set()


@pytest.mark.parametrize(
    ("sentence", "check"),
    [
        ("Burglary in Northfield fell by 13% in 2008.", "figures"),
        ("Burglary in Northfield fell by 12% in 2009.", "figures"),
        ("Burglary in Northfield and Hartley fell by 12% in 2008.", "wording"),
        ("Burglary in Northfield rose by 12% in 2008.", "wording"),
        ("Burglary in Northfield never fell by 12% in 2008.", "wording"),
    ],
)
def test_an_invented_figure_or_word_is_withheld(sentence: str, check: str) -> None:
    shown, (withheld,) = _verify(replace(CLAIM, sentence=sentence), SPAN)

    assert shown == ()
    assert withheld.verdict is Verdict.NOT_FOUND
    assert check in _failed(withheld)


def test_an_altered_quotation_is_withheld() -> None:
    shown, (withheld,) = _verify(CLAIM, replace(SPAN, quote=SPAN.quote.replace("fell", "fell sharply")))

    assert shown == ()
    assert "quotation" in _failed(withheld)


def test_a_quotation_that_stands_elsewhere_is_withheld() -> None:
    shown, withheld = _verify(CLAIM, replace(SPAN, spans=(Span(start_char=2, end_char=20),)))

    assert shown == ()
    assert len(withheld) == 1


def test_a_claim_without_its_evidence_is_withheld() -> None:
    shown, withheld = _verify(CLAIM)

    assert shown == ()
    assert len(withheld) == 1


def test_one_bad_claim_does_not_take_the_good_ones_along() -> None:
    units = [SMALL.units("Did burglary fall?")[0], SMALL.units("Which homes were repaired?")[0]]
    (good, bad), evidence = compose(units, store=SMALL.store, edition_id="7")
    shown, withheld = verify([good, replace(bad, sentence="99 homes")], evidence, store=SMALL.store)

    assert [claim.sentence for claim in shown] == [good.sentence]
    assert [claim.sentence for claim in withheld] == ["99 homes"]


WARD = shelf(
    {"Ward Review": ["Burglary in Northfield fell by 12% in 2008.", "Homes in Northfield were repaired in 2009."]}
)
_, SPANS = compose(
    [WARD.units("Did burglary in Northfield fall?")[0], WARD.units("Which homes were repaired?")[0]],
    store=WARD.store,
    edition_id="7",
)


def _written(text: str, *handles: str, evidence: tuple[EvidenceSpan, ...] = SPANS) -> Claim:
    return verify_written(WrittenSentence(text=text, handles=handles), evidence, store=WARD.store)


def _cited(claim: Claim) -> list[str]:
    return [citation.evidence_id for citation in claim.citations]


def test_a_written_sentence_keeps_the_citation_that_bears_it_out() -> None:
    claim = _written("In 2008 burglary in Northfield dropped by 12 per cent.", "E1")

    assert (claim.verdict, _cited(claim)) == (Verdict.SUPPORTED, ["E1"])
    assert claim.checks


@pytest.mark.parametrize("handles", [(), ("E2",), ("E9",), ("E2", "E1")])
def test_threat_3_a_written_sentence_gets_the_right_citation_and_loses_the_wrong(handles: tuple[str, ...]) -> None:
    claim = _written("In 2008 burglary in Northfield dropped by 12 per cent.", *handles)

    assert (claim.verdict, _cited(claim)) == (Verdict.SUPPORTED, ["E1"])


def test_a_written_sentence_that_needs_two_spans_keeps_both() -> None:
    claim = _written(
        "Burglary in Northfield fell by 12% in 2008, and homes in Northfield were repaired in 2009.", "E1", "E2"
    )

    assert (claim.verdict, _cited(claim)) == (Verdict.SUPPORTED, ["E1", "E2"])


def test_a_written_sentence_with_another_figure_is_contradicted_by_the_span_that_says_so() -> None:
    claim = _written("Burglary in Northfield fell by 21% in 2008.", "E2")

    assert (claim.verdict, _cited(claim)) == (Verdict.CONTRADICTED, ["E1"])
    assert ("number", "12%") in {(check.kind, check.found) for check in claim.checks if not check.passed}


def test_a_written_sentence_that_nothing_says_is_not_found() -> None:
    claim = _written("The mayor resigned in 2008.", "E1")

    assert (claim.verdict, _cited(claim)) == (Verdict.NOT_FOUND, [])


def test_a_span_whose_words_were_altered_bears_nothing_out() -> None:
    altered = (replace(SPANS[0], quote=SPANS[0].quote.replace("12%", "21%")),)

    assert (
        _written("Burglary in Northfield fell by 21% in 2008.", "E1", evidence=altered).verdict is not Verdict.SUPPORTED
    )


def test_a_written_sentence_that_leads_to_nothing_is_no_claim() -> None:
    assert _written("Burglary in Northfield fell by:", "E1").verdict is Verdict.NOT_A_CLAIM


def test_a_written_sentence_that_says_twice_what_the_source_says_once_is_withheld() -> None:
    claim = _written("In 2008 burglary in Northfield fell by 12%, and burglary in Northfield fell by 12%.", "E1")

    assert claim.verdict is Verdict.NOT_FOUND
    assert "wording" in {check.kind for check in claim.checks if not check.passed}


def test_a_citation_of_a_written_sentence_says_that_its_document_was_superseded() -> None:
    old = (replace(SPANS[0], state=DocumentState.SUPERSEDED, superseded_by="The new review"),)
    claim = _written("In 2008 burglary in Northfield dropped by 12 per cent.", "E1", evidence=old)

    assert [citation.standing for citation in claim.citations] == ["superseded by The new review"]
