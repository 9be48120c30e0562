"""Nothing is shown that its source doesn't say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from report_qa.records.answer import Claim, EvidenceSpan, Verdict
from report_qa.records.document import Span
from report_qa.stages.compose import compose
from report_qa.stages.verify import verify
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
