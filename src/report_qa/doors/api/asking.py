"""Ask, search and check. What is answered is what every door answers; here it is let in, counted and put into JSON."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from contextvars import copy_context

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from report_qa import Answer, Claim, EvidenceSpan, Exchange, ReportQAError
from report_qa.doors import outward
from report_qa.doors.api.context import Asking, Context, Here, context_of
from report_qa.doors.api.problems import Problem, problem_of, responses
from report_qa.doors.api.shapes import (
    AnswerShape,
    AskRequest,
    CheckedShape,
    CheckRequest,
    Earlier,
    Json,
    RetrievalShape,
    SearchRequest,
)
from report_qa.projection import answer_json, checked_json, claim_json, retrieval_json

_ENDED = object()


async def room(request: Request) -> None:
    """Send away who would find the line full: at once, without waiting for one of the threads that are all at work then, and before a
    stream has begun, whose status is 200 whatever comes.

    Raises:
        Busy: it is full now.
    """
    context_of(request).gate.refuse_if_full()


router = APIRouter(tags=["asking"], dependencies=[Depends(room)])


@router.post("/ask", response_model=AnswerShape, responses=responses(413, 502, 504))
def ask(asked: AskRequest, here: Here, _caller: Asking) -> Json:
    """Answer a question with quotations, or say that the documents don't."""
    with here.gate.entered():
        return answer_json(answered(here, asked.question, exchanges(asked.history), asked.extracts_only))


@router.post(
    "/ask/stream",
    response_class=EventSourceResponse,
    responses=responses(413),
)
def ask_streaming(asked: AskRequest, here: Here, _caller: Asking) -> Iterator[ServerSentEvent]:
    """Answer as server-sent events: `claim` for each checked sentence, then `answer`, or `problem` where it failed.

    Whoever hangs up ends the writing.
    """
    events: queue.SimpleQueue[object] = queue.SimpleQueue()
    gone = threading.Event()

    def show(claim: Claim, evidence: Sequence[EvidenceSpan]) -> None:
        spans = {span.evidence_id: span for span in evidence}
        events.put(ServerSentEvent(event="claim", data=claim_json(claim, spans)))

    def work() -> None:
        try:
            with here.gate.entered():
                answer = here.parts.assistant(to_write=not asked.extracts_only).ask(
                    asked.question,
                    exchanges(asked.history),
                    extracts_only=asked.extracts_only,
                    on_claim=show,
                    stopped=gone.is_set,
                )
            here.metrics.answered(answer.status.value, answer.provenance)
            events.put(ServerSentEvent(event="answer", data=answer_json(answer)))
        except ReportQAError as error:
            events.put(_failed(problem_of(outward.told(error, at_home=here.at_home))))
        finally:
            events.put(_ENDED)

    # The request's name goes with it.
    threading.Thread(target=copy_context().run, args=(work,), name="ask", daemon=True).start()
    try:
        while isinstance(event := events.get(), ServerSentEvent):
            yield event
    finally:
        gone.set()


@router.post("/search", response_model=RetrievalShape, responses=responses(413))
def search(asked: SearchRequest, here: Here, _caller: Asking) -> Json:
    """Return the passages that fit a question best, without answering it."""
    with here.gate.entered():
        found = here.parts.assistant().search(asked.question, top=asked.top, history=exchanges(asked.history))
        return retrieval_json(found)


@router.post("/check", response_model=CheckedShape, responses=responses(413))
def check(given: CheckRequest, here: Here, _caller: Asking) -> Json:
    """Say of each sentence of a text whether the documents bear it out, contradict it, or don't say it."""
    with here.gate.entered():
        checked = here.parts.assistant().check(given.text)
    here.metrics.answered(f"checked_{checked.verdict.value}", checked.provenance)
    return checked_json(checked)


def answered(here: Context, question: str, history: Sequence[Exchange], extracts_only: bool) -> Answer:
    """Return an answer, counted; the caller holds a place in the gate."""
    assistant = here.parts.assistant(to_write=not extracts_only)
    answer = assistant.ask(question, history, extracts_only=extracts_only)
    here.metrics.answered(answer.status.value, answer.provenance)
    return answer


def exchanges(history: Sequence[Earlier]) -> tuple[Exchange, ...]:
    """Return earlier questions as what a follow-up leans on."""
    return tuple(Exchange(question=earlier.question, answer_text=earlier.answer) for earlier in history)


def _failed(problem: Problem) -> ServerSentEvent:
    return ServerSentEvent(event="problem", data=problem.model_dump())
