"""From what the product knows (an answer, a conversation, a checked text, chosen citations) to what an export holds.

`open_evidence` is `Shelf.evidence`: it says of a citation which document it stands in, who published that, and where on its
pages the words are. Where it opens nothing (the edition is gone), the reference says what the citation itself kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from report_qa.citations import decode_cite
from report_qa.evidence import EvidenceView
from report_qa.exporting import harmless
from report_qa.exporting.content import Content, Entry, Judged, Kind, Reference, Sentence, Wording
from report_qa.reasons import reasons
from report_qa.records.answer import Answer, Claim, EvidenceSpan, Locator
from report_qa.records.checked import Checked
from report_qa.records.conversation import Conversation
from report_qa.records.document import DocumentState, SourceDocument

OpenEvidence = Callable[[str], EvidenceView | None]
_LONGEST_TITLE, _LONGEST_BEGINNING = 200, 80


def of_answer(answer: Answer, open_evidence: OpenEvidence, *, shelf: str = "", address: str = "") -> Content:
    """Return one answer as it is exported; its title is the question."""
    return _of_answers(Kind.ANSWER, answer.question, (answer,), open_evidence, shelf=shelf, address=address)


def of_conversation(
    conversation: Conversation, open_evidence: OpenEvidence, *, shelf: str = "", address: str = ""
) -> Content:
    """Return a conversation as it is exported.

    Raises:
        ValueError: it has no turns, so there is nothing to export.
    """
    answers = tuple(turn.answer for turn in conversation.turns)
    return _of_answers(Kind.CONVERSATION, conversation.title, answers, open_evidence, shelf=shelf, address=address)


def of_checked(checked: Checked, open_evidence: OpenEvidence, *, shelf: str = "", address: str = "") -> Content:
    """Return the verdicts on a text as they are exported; the title is how the text begins."""
    numbering = _Numbering(open_evidence)
    edition_id = checked.provenance.edition_id
    judged = []
    for claim in checked.sentences:
        spans = checked.evidence_of(claim)
        judged.append(
            Judged(
                text=harmless.lines(claim.sentence),
                verdict=claim.verdict,
                reasons=tuple(harmless.line(reason) for reason in reasons(claim, spans)),
                numbers=tuple(numbering.of(span, edition_id) for span in spans),
            )
        )
    return Content(
        kind=Kind.CHECKED,
        title=_title(checked.text, longest=_LONGEST_BEGINNING),
        made_on=checked.provenance.asked_at,
        edition_ids=(edition_id,),
        references=numbering.references(),
        shelf=harmless.line(shelf),
        address=address,
        judged=tuple(judged),
        checked=checked,
    )


def of_evidence(
    cites: Iterable[str],
    open_evidence: OpenEvidence,
    *,
    title: str,
    chosen_at: datetime,
    shelf: str = "",
    address: str = "",
) -> Content:
    """Return quotations that somebody picked, in their order; what opens nothing any more is listed as missing."""
    numbering = _Numbering(open_evidence)
    missing = []
    for cite in dict.fromkeys(cites):
        view = open_evidence(cite)
        if view is None:
            missing.append(harmless.line(cite))
        else:
            numbering.of_view(view)
    references = numbering.references()
    return Content(
        kind=Kind.EVIDENCE,
        title=_title(title),
        made_on=chosen_at,
        edition_ids=tuple(dict.fromkeys(reference.edition_id for reference in references)),
        references=references,
        shelf=harmless.line(shelf),
        address=address,
        missing=tuple(missing),
    )


def _of_answers(
    kind: Kind, title: str, answers: Sequence[Answer], open_evidence: OpenEvidence, *, shelf: str, address: str
) -> Content:
    if not answers:
        raise ValueError("a conversation without turns has nothing to export")
    numbering = _Numbering(open_evidence)
    entries = tuple(_entry(answer, numbering) for answer in answers)
    return Content(
        kind=kind,
        title=_title(title),
        made_on=max(entry.asked_at for entry in entries),
        edition_ids=tuple(dict.fromkeys(entry.edition_id for entry in entries)),
        references=numbering.references(),
        shelf=harmless.line(shelf),
        address=address,
        entries=entries,
        answers=tuple(answers),
    )


def _entry(answer: Answer, numbering: _Numbering) -> Entry:
    edition_id = answer.provenance.edition_id
    sentences = tuple(_sentence(answer, claim, numbering) for claim in answer.claims)
    nearest = tuple(dict.fromkeys(numbering.of(span, edition_id, cited=False) for span in answer.nearest))
    return Entry(
        question=harmless.line(answer.question),
        status=answer.status,
        edition_id=edition_id,
        asked_at=answer.provenance.asked_at,
        understood="" if answer.question_used == answer.question else harmless.line(answer.question_used),
        restricted_to=harmless.line(answer.restricted_to),
        text=harmless.lines(_own_text(answer)),
        sentences=sentences,
        written_by=harmless.line(answer.written_by),
        notice=harmless.line(answer.notice),
        withheld=len(answer.withheld),
        withheld_for=tuple(dict.fromkeys(claim.cause.value for claim in answer.withheld)),
        unanswered_parts=tuple(harmless.line(part) for part in answer.unanswered_parts),
        choices=tuple(harmless.line(choice) for choice in answer.choices),
        searched=harmless.line(answer.searched),
        nearest=nearest,
    )


def _own_text(answer: Answer) -> str:
    """Return what an answer's text says and no other field of it: of answers and refusals nothing."""
    if answer.status.shows_claims or answer.searched:
        return ""
    return answer.text.split("\n")[0] if answer.choices else answer.text


def _sentence(answer: Answer, claim: Claim, numbering: _Numbering) -> Sentence:
    spans = [answer.evidence_of(citation) for citation in claim.citations]
    words = " ".join(claim.sentence.split())
    quoted = any(words in " ".join(span.quote.split()) for span in spans)
    # Only what was picked from the documents is checked for its figures as a whole.
    picked = not answer.written_by or any(check.kind == "figures" for check in claim.checks)
    wording = Wording.QUOTED if quoted else Wording.READ_OUT if picked else Wording.WRITTEN
    return Sentence(
        text=harmless.line(claim.sentence) if quoted else harmless.lines(claim.sentence).strip(),
        wording=wording,
        numbers=tuple(dict.fromkeys(numbering.of(span, answer.provenance.edition_id) for span in spans)),
    )


class _Numbering:
    """Gives each quotation its number, the same words at the same place always the same."""

    def __init__(self, open_evidence: OpenEvidence) -> None:
        self._open = open_evidence
        self._found: dict[tuple[str, ...], Reference] = {}

    def references(self) -> tuple[Reference, ...]:
        """Return the references so far, in the order of their numbers."""
        return tuple(self._found.values())

    def of(self, span: EvidenceSpan, edition_id: str, *, cited: bool = True) -> int:
        """Return the number of a cited span."""
        view = self._open(span.cite)
        return self._number(
            Reference(
                number=len(self._found) + 1,
                quote=harmless.lines(span.quote).strip(),
                document_id=harmless.line(span.document_id),
                title=harmless.line(span.document_title),
                locator=_locator(span.locator),
                cite=harmless.line(span.cite),
                edition_id=edition_id,
                source_url=harmless.line(span.source_url),
                standing=harmless.line(span.standing),
                cited=cited,
                pages=view.pages if view and view.located else (),
            ),
            view.document if view else None,
        )

    def of_view(self, view: EvidenceView) -> int:
        """Return the number of opened evidence."""
        document = view.document
        return self._number(
            Reference(
                number=len(self._found) + 1,
                quote=harmless.lines(view.quote).strip(),
                document_id=harmless.line(document.document_id),
                title=harmless.line(document.title),
                locator=_locator(view.locator),
                cite=harmless.line(view.cite),
                edition_id=decode_cite(view.cite).edition_id,
                source_url=harmless.line(document.source_url),
                standing="" if document.state is DocumentState.PUBLISHED else document.state.value,
                pages=view.pages,
            ),
            document,
        )

    def _number(self, reference: Reference, document: SourceDocument | None) -> int:
        words = " ".join(reference.quote.split()) or reference.cite
        key = (reference.document_id, reference.place, words, reference.standing)
        known = self._found.get(key)
        if known is None:
            known = self._found[key] = _of_document(reference, document)
        if reference.cited and not known.cited:
            self._found[key] = replace(known, cited=True)
        return known.number


def _of_document(reference: Reference, document: SourceDocument | None) -> Reference:
    """Return a reference with what the shelf knows of its document."""
    if document is None:
        return reference
    return replace(
        reference,
        publisher=harmless.line(document.publisher),
        published_on=document.published_on,
        licence=harmless.line(document.licence),
        document=document,
    )


def _locator(locator: Locator) -> Locator:
    return replace(
        locator,
        heading_path=tuple(harmless.line(heading) for heading in locator.heading_path),
        page_label=harmless.line(locator.page_label),
        place=harmless.line(locator.place),
    )


def _title(text: str, *, longest: int = _LONGEST_TITLE) -> str:
    """Return a text as a title: one line, not too long to be one."""
    title = harmless.line(text)
    return title if len(title) <= longest else title[:longest].rsplit(" ", 1)[0] + "…"
