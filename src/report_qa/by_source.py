"""Ask one question of each document that was found for it, by itself, so that what they say can be laid side by side.

A search over everything answers from where the words fit best; here a document that says it less plainly, or otherwise, is heard too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from report_qa.orders import is_order
from report_qa.records.document import Role
from report_qa.records.sources import SourceAnswer
from report_qa.stages.compose import compose
from report_qa.stages.join import join
from report_qa.stages.verify import verify

if TYPE_CHECKING:
    from report_qa.finder import Finder
    from report_qa.open_edition import OpenEdition
    from report_qa.records.conversation import Exchange
    from report_qa.records.document import SourceDocument
    from report_qa.records.passage import Selection

MOST_SOURCES = 8
_CLAIMS_A_SOURCE = 2

OnDocument = Callable[[int, int], None]


def answer_by_source(
    question: str,
    history: Sequence[Exchange],
    *,
    finder: Finder,
    opened: OpenEdition,
    on_document: OnDocument | None = None,
) -> tuple[tuple[SourceAnswer, ...], int]:
    """Return what each of the documents with the best passages says, the report first, and how many more there were.

    `on_document` is called before each document with how many are done and how many there are.
    """
    _, ranked = finder.passages(question, history)
    found = {item.document.document_id: item.document for item in ranked}
    documents = sorted(islice(found.values(), MOST_SOURCES), key=lambda item: item.role is not Role.REPORT)
    answers: list[SourceAnswer] = []
    for document in documents:
        if on_document is not None:
            on_document(len(answers), len(documents))
        selection = join(finder.findings_in(question, history, document))
        answers.append(_answer_of(document, selection, opened))
    return tuple(answers), len(found) - len(documents)


def _answer_of(document: SourceDocument, selection: Selection, opened: OpenEdition) -> SourceAnswer:
    """Return the words that were chosen of one document, checked as those of every answer are."""
    units = selection.units[:_CLAIMS_A_SOURCE]
    claims, evidence = compose(units, store=opened.store, edition_id=opened.edition.edition_id)
    shown, _ = verify(claims, evidence, store=opened.store)
    cited = {citation.evidence_id for claim in shown for citation in claim.citations}
    return SourceAnswer(
        document_id=document.document_id,
        document_title=document.path if is_order(document.title) else document.title,
        role=document.role,
        standing=next((span.standing for span in evidence), ""),
        claims=shown,
        evidence=tuple(span for span in evidence if span.evidence_id in cited),
    )
