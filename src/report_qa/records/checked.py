"""What became of a pasted text: a verdict for each sentence, with the evidence that bears it out or denies it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report_qa.records.answer import Claim, EvidenceSpan, Provenance, Verdict

_WORST_FIRST = (Verdict.CONTRADICTED, Verdict.NOT_FOUND, Verdict.SUPPORTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A checked text. `verdict` is the worst of its sentences, those left aside that claim nothing.

    A contradicted sentence cites what contradicts it; one that was not found cites nothing.
    """

    text: str
    verdict: Verdict
    sentences: tuple[Claim, ...]
    evidence: tuple[EvidenceSpan, ...]
    provenance: Provenance

    def __post_init__(self) -> None:
        known = {span.evidence_id for span in self.evidence}
        for sentence in self.sentences:
            if not {citation.evidence_id for citation in sentence.citations} <= known:
                raise ValueError("a sentence cites evidence that the result does not carry")

    def evidence_of(self, sentence: Claim) -> tuple[EvidenceSpan, ...]:
        """Return what a sentence of this result cites."""
        cited = {citation.evidence_id for citation in sentence.citations}
        return tuple(span for span in self.evidence if span.evidence_id in cited)


def worst_of(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the verdict of a whole: contradicted before not found before supported; not a claim if nothing claims anything."""
    return next((verdict for verdict in _WORST_FIRST if verdict in verdicts), Verdict.NOT_A_CLAIM)
