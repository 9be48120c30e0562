"""Check every claim against the words that it cites before anyone sees it.

For quotations three things can be wrong and are looked at anew in the stored text: the words don't stand at their
offsets, a figure of the sentence is not among the quoted words, or a word of it isn't. What fails is withheld and counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from report_qa.ports import PassageStore
from report_qa.quantities import find_quantities
from report_qa.records.answer import Check, Citation, Claim, EvidenceSpan, Verdict
from report_qa.records.writing import WrittenSentence
from report_qa.words import terms


def verify(
    claims: Sequence[Claim], evidence: Sequence[EvidenceSpan], *, store: PassageStore
) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    """Return (shown, withheld); each claim carries its checks, a withheld one the verdict that failed it."""
    by_id = {span.evidence_id: span for span in evidence}
    shown, withheld = [], []
    for claim in claims:
        checks = _checks(claim, by_id, store)
        if all(check.passed for check in checks):
            shown.append(replace(claim, checks=checks))
        else:
            withheld.append(replace(claim, checks=checks, verdict=Verdict.NOT_FOUND))
    return tuple(shown), tuple(withheld)


def verify_written(sentence: WrittenSentence, evidence: Sequence[EvidenceSpan], *, store: PassageStore) -> Claim:
    """Return a model's sentence as a claim: supported, with the citations that support it, or with the verdict that failed it."""
    cited = [span for span in evidence if span.evidence_id in sentence.handles]
    citations = tuple(
        Citation(
            evidence_id=span.evidence_id,
            document_title=span.document_title,
            locator=span.locator,
            source_url=span.source_url,
        )
        for span in cited
    )
    claim = Claim(sentence=sentence.text, verdict=Verdict.NOT_FOUND, checks=(), citations=citations)
    checks = _checks(claim, {span.evidence_id: span for span in evidence}, store)
    passed = bool(cited) and all(check.passed for check in checks)
    return replace(claim, checks=checks, verdict=Verdict.SUPPORTED if passed else Verdict.NOT_FOUND)


def _checks(claim: Claim, evidence: Mapping[str, EvidenceSpan], store: PassageStore) -> tuple[Check, ...]:
    cited = [evidence[citation.evidence_id] for citation in claim.citations if citation.evidence_id in evidence]
    quoted = "\n".join(span.quote for span in cited)
    stored = "\n".join(
        "\n".join(store.text(span.document_id)[part.start_char : part.end_char] for part in span.spans)
        for span in cited
    )
    words = set(terms(stored))
    strange = [term for term in terms(claim.sentence) if term not in words]
    values = {quantity.value for quantity in find_quantities(stored)}
    figures = [quantity for quantity in find_quantities(claim.sentence) if quantity.value not in values]
    return (
        Check(kind="quotation", claimed=quoted, found=stored, passed=bool(cited) and quoted == stored),
        Check(
            kind="figures",
            claimed=", ".join(claim.sentence[item.start_char : item.end_char] for item in figures),
            found="" if figures else "all",
            passed=not figures,
        ),
        Check(kind="wording", claimed=", ".join(strange), found="" if strange else "all", passed=not strange),
    )
