"""Check every claim against the words that it cites before anyone sees it.

For quotations three things can be wrong and are looked at anew in the stored text: the words don't stand at their
offsets, a figure of the sentence is not among the quoted words, or a word of it isn't. What fails is withheld and counted.

A sentence that a model wrote is held against the spans that it cites, then against all that were retrieved
(`checking.judge`): it keeps what bears it out, gets what it should have cited, and loses what doesn't support it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from report_qa.checking.comparison import claim_weights
from report_qa.checking.evidence import premises_of
from report_qa.checking.judge import Judgement, judge_written
from report_qa.checking.likeness import Lexicon, relevant_acronyms
from report_qa.checking.premise import Premise
from report_qa.ports import LexicalIndex, PassageStore
from report_qa.quantities import find_quantities
from report_qa.records.answer import Check, Citation, Claim, EvidenceSpan, Verdict
from report_qa.records.document import Span
from report_qa.records.passage import Passage
from report_qa.records.writing import WrittenSentence
from report_qa.words import rarity_of, terms


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


def verify_written(
    sentence: WrittenSentence,
    evidence: Sequence[EvidenceSpan],
    *,
    store: PassageStore,
    lexical: LexicalIndex | None = None,
    acronyms: Mapping[str, frozenset[str]] | None = None,
    similarities: Mapping[str, float] | None = None,
    premises: Mapping[str, Sequence[Premise]] | None = None,
) -> Claim:
    """Return a model's sentence as a claim with its verdict, its checks, and the citations that bear it out or deny it.

    `similarities` are the cosines of the sentence with each span, by its handle; `lexical` says how rare words are, and
    `acronyms` what they stand for. Each may be left out; then words weigh the same, and only those that are said count.
    `premises` is the evidence as `read_evidence` reads it, for those who verify many sentences.
    """
    cited = [span for span in evidence if span.evidence_id in sentence.handles]
    others = [span for span in evidence if span.evidence_id not in sentence.handles]
    lexicon = _lexicon(sentence.text, lexical, acronyms or store.acronyms())
    likeness = similarities or {}
    said = premises if premises is not None else read_evidence(evidence, store=store)
    alike = {
        name: [replace(premise, similarity=likeness.get(name, 0.0)) for premise in own] for name, own in said.items()
    }
    judgement, spans = _judged(sentence.text, cited, alike, lexicon)
    if judgement.verdict in (Verdict.NOT_FOUND, Verdict.CONTRADICTED) and others:
        # What it cites stands first, so that of two that bear it out the cited one stays.
        wider, found = _judged(sentence.text, [*cited, *others], alike, lexicon)
        if wider.verdict is not Verdict.NOT_FOUND or not cited:
            judgement, spans = wider, found
    citations = tuple(Citation.of(span) for span in spans)
    return Claim(sentence=sentence.text, verdict=judgement.verdict, checks=judgement.checks, citations=citations)


def _judged(
    text: str, spans: Sequence[EvidenceSpan], premises: Mapping[str, Sequence[Premise]], lexicon: Lexicon
) -> tuple[Judgement, tuple[EvidenceSpan, ...]]:
    """Return the verdict in the light of some spans, and those that it rests on."""
    told = [(span, premise) for span in spans for premise in premises[span.evidence_id]]
    judgement = judge_written(text, [premise for _, premise in told], lexicon)
    by_id = {told[at][0].evidence_id: told[at][0] for at in judgement.premises}
    return judgement, tuple(by_id.values())


def _lexicon(text: str, lexical: LexicalIndex | None, acronyms: Mapping[str, frozenset[str]]) -> Lexicon:
    rarity: dict[str, float] = {}
    if lexical is not None:
        total = lexical.count()
        rarity = {term: rarity_of(lexical.document_frequency(term), total) for term in claim_weights(text, Lexicon())}
    return Lexicon(rarity=rarity, acronyms=relevant_acronyms(text, acronyms))


def read_evidence(evidence: Sequence[EvidenceSpan], *, store: PassageStore) -> Mapping[str, tuple[Premise, ...]]:
    """Return what each span says, by its handle, read from the stored text; one whose words don't stand there says nothing."""
    all_of: dict[str, tuple[Passage, ...]] = {}
    found: dict[str, tuple[Premise, ...]] = {}
    for span in evidence:
        text = store.text(span.document_id)
        stored = "\n".join(text[part.start_char : part.end_char] for part in span.spans)
        own = store.passages([span.passage_id]).get(span.passage_id)
        if stored != span.quote or own is None:
            found[span.evidence_id] = ()
            continue
        passages: tuple[Passage, ...] = (own,)
        if not _hold(passages, span):
            # A short passage comes with its neighbours.
            if span.document_id not in all_of:
                all_of[span.document_id] = store.passages_of(span.document_id)
            passages = tuple(passage for passage in all_of[span.document_id] if _holds_some(passage, span))
        found[span.evidence_id] = premises_of(passages, span.spans, text, source=span.document_title)
    return found


def _hold(passages: Sequence[Passage], span: EvidenceSpan) -> bool:
    return all(any(_within(part, known) for passage in passages for known in passage.spans) for part in span.spans)


def _holds_some(passage: Passage, span: EvidenceSpan) -> bool:
    return any(_within(part, known) for part in span.spans for known in passage.spans)


def _within(part: Span, known: Span) -> bool:
    return known.start_char <= part.start_char and part.end_char <= known.end_char


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
