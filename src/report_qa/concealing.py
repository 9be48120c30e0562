"""What was answered, checked or shared before, as an audience may see it now.

An answer is frozen, and whom a document is for may change. What rests on a document that the reader may not see is replaced by a
notice: the quotation, the sentences that rest on it, the document's name, its place, its permanent name. The stored answer stays as
it was given; only what is handed out is concealed, so that it is whole again for whoever may see it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from report_qa.records.answer import Answer, AnswerStatus, Citation, Claim, EvidenceSpan, Locator
from report_qa.records.checked import Checked
from report_qa.records.conversation import Turn
from report_qa.records.document import Role
from report_qa.records.shared import (
    ComparedRow,
    Shared,
    SharedAnswer,
    SharedComparison,
    SharedConversation,
    SharedQuote,
)

HIDDEN = "[Hidden: you may not read the source.]"
HIDDEN_TITLE = "[Hidden source]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concealing:
    """What is hidden from one audience.

    `hides` says it of a document's id; `titles` are those of hidden documents that no visible one bears, and `offered` are the titles
    and headings that the audience may be offered to choose from.
    """

    hides: Callable[[str], bool]
    titles: Collection[str]
    offered: Callable[[], Collection[str]]

    def answer(self, answer: Answer) -> Answer:
        """Return an answer without what may not be seen; the very same where there is nothing of it."""
        gone = {span.evidence_id for span in answer.evidence if self.hides(span.document_id)}
        gone_or_near = gone or any(self.hides(span.document_id) for span in answer.nearest)
        withheld = tuple(
            _without_words(claim) if gone_or_near or self._is_doubtful(claim) else claim for claim in answer.withheld
        )
        evidence = tuple(map(self.span, answer.evidence))
        spans = {span.evidence_id: span for span in evidence}
        concealed = replace(
            answer,
            claims=tuple(self._claim(claim, gone, spans) for claim in answer.claims),
            withheld=withheld,
            evidence=evidence,
            nearest=tuple(map(self.span, answer.nearest)),
            choices=tuple(choice for choice in answer.choices if self._is_offered(choice)),
            searched=self.words(answer.searched),
            restricted_to=self.words(answer.restricted_to),
            notice=self.words(answer.notice),
        )
        if concealed == answer and self.words(answer.text) == answer.text:
            return answer
        return replace(concealed, text=self._text(answer, concealed))

    def turn(self, turn: Turn) -> Turn:
        """Return a turn with its answer concealed."""
        return replace(turn, answer=self.answer(turn.answer))

    def checked(self, checked: Checked) -> Checked:
        """Return a checked text without the evidence that may not be seen; the text and its sentences are the reader's own."""
        evidence = tuple(map(self.span, checked.evidence))
        if evidence == checked.evidence:
            return checked
        spans = {span.evidence_id: span for span in evidence}
        gone = {span.evidence_id for span in checked.evidence if self.hides(span.document_id)}
        sentences = tuple(
            replace(claim, checks=(), citations=_citations(claim, spans)) if _rests_on(claim, gone) else claim
            for claim in checked.sentences
        )
        return replace(checked, evidence=evidence, sentences=sentences)

    def shared(self, shared: Shared) -> Shared:
        """Return what a link shows without what may not be seen."""
        match shared:
            case SharedQuote():
                evidence = self.span(shared.evidence)
                title = shared.title if evidence is shared.evidence else HIDDEN_TITLE
                return replace(shared, evidence=evidence, title=self.words(title))
            case SharedAnswer():
                return replace(shared, turn=self._shared_turn(shared.turn), title=self.words(shared.title))
            case SharedConversation():
                turns = tuple(map(self._shared_turn, shared.turns))
                return replace(shared, turns=turns, title=self.words(shared.title))
            case SharedComparison():
                gone = any(self.hides(span.document_id) for span in shared.cited)
                return replace(
                    shared,
                    title=HIDDEN_TITLE if gone else self.words(shared.title),
                    columns=tuple(self._column(shared, number) for number in range(len(shared.columns))),
                    rows=tuple(map(self._row, shared.rows)),
                )

    def span(self, span: EvidenceSpan) -> EvidenceSpan:
        """Return a quotation; of one that is hidden nothing is left but its handle."""
        if not self.hides(span.document_id):
            return replace(span, superseded_by="") if span.superseded_by in self.titles else span
        return EvidenceSpan(
            evidence_id=span.evidence_id,
            passage_id="",
            document_id="",
            document_path="",
            document_title=HIDDEN_TITLE,
            role=Role.EVIDENCE,
            spans=(),
            quote=HIDDEN,
            boxes=(),
            locator=Locator(),
            source_url="",
            cite="",
        )

    def words(self, words: str) -> str:
        """Return a text without the titles of hidden documents."""
        return _pattern(frozenset(self.titles)).sub(HIDDEN_TITLE, words) if words and self.titles else words

    def _claim(self, claim: Claim, gone: Collection[str], spans: dict[str, EvidenceSpan]) -> Claim:
        citations = _citations(claim, spans)
        if not _rests_on(claim, gone):
            return claim if citations == claim.citations else replace(claim, citations=citations)
        return replace(claim, sentence=HIDDEN, checks=(), citations=citations)

    def _is_offered(self, choice: str) -> bool:
        """Return whether a choice names something that may be seen; without hidden documents any may."""
        folded = choice.casefold()
        return not self.titles or any(words.casefold() in folded for words in self.offered())

    def _text(self, answer: Answer, concealed: Answer) -> str:
        """Return what is read out, made anew of what may be seen: nothing of the text that was stored is taken over as it is."""
        if answer.status is AnswerStatus.CLARIFICATION:
            return "\n".join([answer.text.split("\n")[0], *(f"• {choice}" for choice in concealed.choices)])
        if not concealed.claims:
            return self.words(answer.text)
        numbers = {span.evidence_id: number for number, span in enumerate(concealed.evidence, 1)}
        lines = [
            f"{claim.sentence} {' '.join(f'[{numbers[citation.evidence_id]}]' for citation in claim.citations)}"
            for claim in concealed.claims
        ]
        lines += [f"The documents do not say: {part}." for part in concealed.unanswered_parts]
        sources = [
            f"[{numbers[span.evidence_id]}] {span.document_title}" + (f", {span.locator}" if span.cite else "")
            for span in concealed.evidence
        ]
        return "\n".join([*lines, "", *sources])

    def _is_doubtful(self, claim: Claim) -> bool:
        """Return whether a sentence that was withheld may rest on what is hidden: it names no source, or a hidden one."""
        named = {citation.document_title for citation in claim.citations}
        return bool(self.titles) and (not named or not named.isdisjoint(self.titles))

    def _shared_turn(self, turn: Turn) -> Turn:
        """Return a turn of somebody else's: what was withheld there may rest on anything that they could see."""
        seen = self.turn(turn)
        if not self.titles or not turn.answer.withheld:
            return seen
        return replace(seen, answer=replace(seen.answer, withheld=tuple(map(_without_words, turn.answer.withheld))))

    def _column(self, shared: SharedComparison, number: int) -> str:
        cells: Iterable[EvidenceSpan] = (span for row in shared.rows for span in row.cells[number])
        if any(self.hides(span.document_id) for span in cells):
            return HIDDEN_TITLE
        return self.words(shared.columns[number])

    def _row(self, row: ComparedRow) -> ComparedRow:
        gone = any(self.hides(span.document_id) for cell in row.cells for span in cell)
        cells = tuple(tuple(map(self.span, cell)) for cell in row.cells)
        return replace(row, heading=HIDDEN if gone else self.words(row.heading), cells=cells)


@lru_cache(maxsize=64)
def _pattern(titles: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(titles, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(title)}(?!\w)" for title in longest_first), re.IGNORECASE)


def _rests_on(claim: Claim, evidence_ids: Collection[str]) -> bool:
    return any(citation.evidence_id in evidence_ids for citation in claim.citations)


def _citations(claim: Claim, spans: dict[str, EvidenceSpan]) -> tuple[Citation, ...]:
    return tuple(Citation.of(spans[citation.evidence_id]) for citation in claim.citations)


def _without_words(claim: Claim) -> Claim:
    return replace(claim, sentence=HIDDEN, checks=(), citations=())
