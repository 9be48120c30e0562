"""Report Q&A as `python -m ingest` and `report-qa ask` run it, default settings, without a chat model."""

from __future__ import annotations

from typing import Any

from benchmarks.beside.systems import Asked, Job
from report_qa.evaluation.found import Found
from report_qa.records.answer import EvidenceSpan

NAME = "Report Q&A"
ABOUT = (
    "layout, boxes of every word, exact quotations, both indexes, verified and published; answers without a chat model"
)


def _pages(span: EvidenceSpan) -> list[int | None]:
    pages: list[int | None] = [*sorted({box.page_index + 1 for box in span.boxes})]
    return pages or [span.locator.page]


def load(job: Job) -> Any:
    from report_qa.settings import load_settings
    from report_qa.wiring import make_embedder

    settings = load_settings(library=job.store / "library")
    embedder = make_embedder(settings)
    embedder.embed(["Warm up."])
    return settings, embedder


def ingest(job: Job, loaded: Any) -> int:
    from ingest.run import ingest as run
    from report_qa.library.edition import Library
    from report_qa.wiring import embedder_digest

    settings, embedder = loaded
    receipt = run(
        list(job.files),
        library=Library(settings.library),
        embedder_digest=embedder_digest(settings),
        make_embedder=lambda: embedder,
    )
    return receipt.passages


def open_store(job: Job, loaded: Any) -> Asked:
    from report_qa.wiring import open_assistant

    assistant = open_assistant(loaded[0])

    def find(question: str, top: int) -> list[Found]:
        return [
            Found(
                path=item.document.path,
                page=None if item.passage.page_index is None else item.passage.page_index + 1,
                text=item.passage.text,
            )
            for item in assistant.search(question, top=top).kept
        ]

    def answer(question: str) -> tuple[str, list[Found]]:
        given = assistant.ask(question)
        if not given.status.shows_claims:
            return "", []
        quoted = [
            Found(path=span.document_path, page=page, text=span.quote)
            for span in given.evidence
            for page in _pages(span)
        ]
        return "\n".join(claim.sentence for claim in given.claims), quoted

    return Asked(find=find, answer=answer)
