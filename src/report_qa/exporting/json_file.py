"""JSON: the records as the other doors give them (`report_qa.projection`), with the numbers that the references have here.

Strings are those of the records, but for halves of surrogates, which UTF-8 can't hold.
"""

from __future__ import annotations

import json
from typing import Any

from report_qa.exporting.content import Content, Entry, Reference
from report_qa.exporting.prose import notice, permanent_link
from report_qa.exporting.works import issued
from report_qa.projection import answer_json, checked_json, place_json
from report_qa.records.answer import Answer

SCHEMA = "report-qa-export/1"


def as_json(content: Content) -> bytes:
    """Return an export as one JSON object in UTF-8.

    `answers` (or `checked`) are what `ask --json` (or `check --json`) print, each claim with `references`, the numbers of
    its quotations in `references`; those carry publisher, date (a year or a day, as far as it is known) and licence too.
    """
    exported: dict[str, Any] = {
        "schema": SCHEMA,
        "kind": content.kind.value,
        "title": content.title,
        "shelf": content.shelf or None,
        "made_at": content.made_on.isoformat(timespec="seconds"),
        "editions": list(content.edition_ids),
        "notice": notice(content),
    }
    if content.answers:
        exported["answers"] = [_answer(*pair) for pair in zip(content.answers, content.entries, strict=True)]
    if content.checked is not None:
        checked = checked_json(content.checked)
        for sentence, judged in zip(checked["sentences"], content.judged, strict=True):
            sentence.update(references=list(judged.numbers), reasons=list(judged.reasons))
        exported["checked"] = checked
    exported["references"] = [_reference(reference, content) for reference in content.references]
    exported["missing"] = list(content.missing)
    written = json.dumps(exported, ensure_ascii=False, indent=2)
    return (written + "\n").encode("utf-8", errors="replace")


def _answer(answer: Answer, entry: Entry) -> dict[str, Any]:
    said = answer_json(answer)
    for claim, sentence in zip(said["claims"], entry.sentences, strict=True):
        claim.update(references=list(sentence.numbers), wording=sentence.wording.value)
    return said | {"nearest_references": list(entry.nearest)}


def _reference(reference: Reference, content: Content) -> dict[str, Any]:
    document = reference.document
    return {
        "number": reference.number,
        "cited": reference.cited,
        "quote": reference.quote,
        "document": document.path if document else None,
        "document_id": reference.document_id,
        "title": reference.title,
        "publisher": reference.publisher or None,
        "published_on": "-".join(f"{part:02d}" for part in issued(reference.published_on)) or None,
        "licence": reference.licence or None,
        "standing": reference.standing or None,
        **place_json(reference.locator),
        "source_url": reference.source_url,
        "cite": reference.cite,
        "link": permanent_link(reference.cite, content.address) or None,
        "edition": reference.edition_id,
    }
