"""Have a model write from the evidence, and show of it only what the evidence supports, sentence by sentence.

A sentence is verified the moment it is complete, while the model goes on writing. A supported one is shown at once; one that fails
is withheld, and where an extract supports its matter that is shown in its place. Whatever ends the reply early, the model's
fault or the reader's wish, what was verified until then stays and `broke_off` says why there is no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from report_qa.errors import ModelError
from report_qa.records.answer import Claim, EvidenceSpan, Verdict
from report_qa.records.writing import NO_ANSWER, Piece, ReadSentence, Usage, Written, WrittenSentence
from report_qa.words import content_terms

STOPPED = "The writing was stopped"
REPEATS = "The model repeated itself without end"
TOO_LONG = "The model's reply was longer than it may be"
# The same sentence for the third time is a loop.
_REPEATED = 3
# Characters of a reply for each of its sentences that are allowed, reasoning included; it is cut off beyond.
REPLY_CHARS = 24_000
# A reply of which so many times the sentences that are wanted failed goes on in vain.
_WITHHELD = 4
# An extract is about the same matter as a sentence if it holds so much of its words, or the sentence of its.
_SAME_MATTER = 0.5


class Reader(Protocol):
    """Turns pieces into sentences. `endless` is True once a sentence has no end in sight."""

    endless: bool

    def read(self, piece: str) -> Iterable[ReadSentence]: ...

    def end(self, *, cut_off: bool = False) -> Iterable[ReadSentence]: ...


class Writing:
    """One answer in the making, over one reply or, where the model is asked again, two."""

    def __init__(
        self,
        *,
        verify: Callable[[WrittenSentence], Claim],
        evidence: Sequence[EvidenceSpan],
        extracts: Sequence[Claim],
        on_claim: Callable[[Claim], None],
        stopped: Callable[[], bool],
        most: int,
    ) -> None:
        self._verify = verify
        self._handles = frozenset(span.evidence_id for span in evidence)
        self._extracts = list(extracts)
        self._on_claim = on_claim
        self._stopped = stopped
        self._most = most
        self._seen: Counter[str] = Counter()
        self._shown: list[Claim] = []
        self._withheld: list[Claim] = []
        self._usage: Usage | None = None
        self._reply = ""
        self._broke_off = ""

    @property
    def written(self) -> Written:
        """What there is so far."""
        return Written(
            shown=tuple(self._shown),
            withheld=tuple(self._withheld),
            reply=self._reply,
            broke_off=self._broke_off,
            usage=self._usage,
        )

    def take(self, pieces: Iterator[Piece], reader: Reader) -> None:
        """Read one reply to its end, or as far as it goes. A ModelError ends the reply and goes no further."""
        enough = False
        try:
            for piece in pieces:
                self._usage = _sum(self._usage, piece.usage)
                self._reply += piece.text
                self._all(reader.read(piece.text))
                self._broke_off = self._reason_to_end(piece, reader)
                enough = len(self._shown) >= self._most
                if self._broke_off or enough:
                    break
        except ModelError as error:
            self._broke_off = error.message.rstrip(".")
        finally:
            # Closing is what ends the connection, and with it the provider's work.
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
        if self._stopped() and not enough:
            self._broke_off = STOPPED
        if not enough:
            self._all(reader.end(cut_off=bool(self._broke_off)))

    def forget(self, failed: Sequence[Claim]) -> None:
        """Drop withheld sentences that the model is asked to write again."""
        self._withheld = [claim for claim in self._withheld if claim not in failed]

    def _reason_to_end(self, piece: Piece, reader: Reader) -> str:
        if self._stopped():
            return STOPPED
        if reader.endless or max(self._seen.values(), default=0) >= _REPEATED:
            return REPEATS
        too_long = len(self._reply) > REPLY_CHARS or len(self._withheld) > _WITHHELD * self._most
        return TOO_LONG if piece.cut_short or too_long else ""

    def _all(self, sentences: Iterable[ReadSentence]) -> None:
        for read in sentences:
            self._one(read)
            if len(self._shown) >= self._most or max(self._seen.values(), default=0) >= _REPEATED:
                return

    def _one(self, read: ReadSentence) -> None:
        said = " ".join(read.sentence.text.lower().split())
        if said.rstrip(".") == NO_ANSWER.lower():
            return
        if read.again:
            # More handles for a sentence that failed may save it; one that is shown needs none.
            if not self._withheld or self._withheld[-1].sentence != read.sentence.text:
                return
            self._withheld.pop()
        else:
            self._seen[said] += 1
            if self._seen[said] > 1:
                return
        known = tuple(handle for handle in read.sentence.handles if handle in self._handles)
        claim = self._verify(WrittenSentence(text=read.sentence.text, handles=known))
        if claim.verdict is Verdict.SUPPORTED:
            self._show(claim)
        else:
            self._withheld.append(claim)
            self._show_instead(claim)

    def _show(self, claim: Claim) -> None:
        self._shown.append(claim)
        self._on_claim(claim)

    def _show_instead(self, failed: Claim) -> None:
        """Show the extract that is about the matter of a sentence that failed, if there is one that was not said yet."""
        terms = frozenset(content_terms(failed.sentence))
        said = [frozenset(content_terms(claim.sentence)) for claim in self._shown]
        for extract in self._extracts:
            own = frozenset(content_terms(extract.sentence))
            shared = terms & own
            if len(shared) < _SAME_MATTER * min(len(terms), len(own)) or any(shared <= other for other in said):
                continue
            self._extracts.remove(extract)
            self._show(extract)
            return


def _sum(first: Usage | None, second: Usage | None) -> Usage | None:
    if first is None or second is None:
        return first or second
    costs = [usage.cost_usd for usage in (first, second) if usage.cost_usd is not None]
    return Usage(
        input_tokens=first.input_tokens + second.input_tokens,
        output_tokens=first.output_tokens + second.output_tokens,
        cost_usd=sum(costs) if costs else None,
    )
