"""What the asker of one question wants besides the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from report_qa.records.answer import Answer, Claim, EvidenceSpan

OnClaim = Callable[[Claim, tuple[EvidenceSpan, ...]], None]


class Wish:
    """Whether a model writes, who is told of claims, and when to stop."""

    def __init__(self, *, writes: bool, on_claim: OnClaim | None, stopped: Callable[[], bool] | None) -> None:
        self.writes = writes
        self._on_claim = on_claim
        self._stopped = stopped
        self._reported: set[Claim] = set()

    def is_stopped(self) -> bool:
        """Return whether the asker wants no more of it."""
        return self._stopped is not None and self._stopped()

    def report(self, claim: Claim, evidence: Sequence[EvidenceSpan]) -> None:
        """Tell of a claim, once."""
        if self._on_claim is not None and claim not in self._reported:
            self._reported.add(claim)
            cited = {citation.evidence_id for citation in claim.citations}
            self._on_claim(claim, tuple(span for span in evidence if span.evidence_id in cited))

    def report_all(self, answer: Answer) -> None:
        """Tell of what is shown and was not told of yet."""
        for claim in answer.claims:
            self.report(claim, answer.evidence)
