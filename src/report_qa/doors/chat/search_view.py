"""What a search without an answer shows, as plain data: its filters with their choices, and passages with the found words marked.

Marked are the words whose stems the search by words looks for; what was found by meaning alone may have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from report_qa import Holdings, Retrieval
from report_qa.citations import encode_cite
from report_qa.doors.chat.evidence_view import source_line
from report_qa.doors.chat.library_address import LibraryAddress
from report_qa.questions import parse_question
from report_qa.records.answer import Locator
from report_qa.records.passage import RetrievedPassage
from report_qa.words import places_of

Data = dict[str, Any]


def search_data(address: LibraryAddress, holdings: Holdings) -> Data:
    """Return what was asked, and what the filters can be set to."""
    documents = [holding.document for holding in holdings.documents()]
    bodies = sorted({name for document in documents for name in document.bodies}, key=str.casefold)
    return {
        "words": address.words,
        "filters": {
            "within": address.within,
            "role": address.role,
            "body": address.body,
            "since": address.since,
            "until": address.until,
        },
        "choices": {
            "documents": [{"id": document.document_id, "title": document.title} for document in documents],
            "bodies": bodies,
            "roles": sorted({document.role.value for document in documents}, reverse=True),
        },
    }


def found_data(retrieval: Retrieval) -> list[Data]:
    """Return the passages that were found, best first."""
    wanted = frozenset(parse_question(retrieval.question_used).terms)
    return [_passage(item, retrieval.edition_id, wanted) for item in retrieval.kept]


def _passage(item: RetrievedPassage, edition_id: str, wanted: frozenset[str]) -> Data:
    passage, document = item.passage, item.document
    locator = Locator(
        heading_path=passage.heading_path,
        page_index=passage.page_index,
        page_label=passage.page_label,
        paragraph=passage.paragraph if passage.page_index is None else None,
        place=passage.place,
    )
    ranges = tuple((span.start_char, span.end_char) for span in passage.spans)
    return {
        "id": passage.passage_id,
        "cite": encode_cite(edition_id, document.document_id, ranges, passage.text),
        "title": document.title,
        "role": document.role.value,
        "superseded": document.state.value == "superseded",
        "source": source_line(document),
        "place": str(locator),
        "heading": " › ".join(passage.heading_path) if passage.page_index is not None else "",
        "runs": marked_runs(passage.text, places_of(passage.text, wanted)),
    }


def marked_runs(text: str, marks: Sequence[tuple[int, int]]) -> list[list[Any]]:
    """Cut a text into [words, marked] runs."""
    runs: list[list[Any]] = []
    at = 0
    for start, end in marks:
        if at < start:
            runs.append([text[at:start], False])
        runs.append([text[start:end], True])
        at = end
    return [*runs, [text[at:], False]] if at < len(text) else runs
