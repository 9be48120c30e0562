"""What a caller says of answers of its own: one say on each, and on each of their citations, to be changed or taken back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from report_qa.doors.api.context import Here, Keeping
from report_qa.doors.api.keeping import Id, turn_of
from report_qa.doors.api.once import Repeatable
from report_qa.doors.api.problems import responses
from report_qa.doors.api.shapes import CitationFeedback, FeedbackRequest, FeedbackShape, Json, SaidShape
from report_qa.feedback import Feedback, FeedbackKind

router = APIRouter(prefix="/conversations/{conversation_id}", tags=["feedback"])


@router.get("/feedback", response_model=SaidShape, responses=responses(404))
def feedback(conversation_id: Id, here: Here, caller: Keeping) -> Json:
    """Return what the caller said of the answers of a conversation."""
    here.parts.conversations().load(caller.owner, conversation_id)
    return {"feedback": [_said(said) for said in here.parts.feedback().of(caller.owner, conversation_id)]}


@router.post(
    "/turns/{turn_id}/feedback", response_model=FeedbackShape, status_code=201, responses=responses(404, 409, 413)
)
def give_feedback(
    conversation_id: Id, turn_id: Id, given: FeedbackRequest, here: Here, caller: Keeping, once: Repeatable
) -> Json | None:
    """Say that an answer is right, wrong or lacks something, or that a citation doesn't bear it out; an earlier say is replaced."""

    def said() -> Json:
        turn_of(here, caller, conversation_id, turn_id)
        cite = given.cite if isinstance(given, CitationFeedback) else ""
        kind = FeedbackKind(given.kind)
        return _said(here.parts.feedback().give(caller.owner, turn_id, kind, cite=cite, note=given.note))

    return once(said, conversation_id=conversation_id)


@router.delete("/turns/{turn_id}/feedback", status_code=204, responses=responses(404, 409))
def take_feedback_back(
    conversation_id: Id,
    turn_id: Id,
    here: Here,
    caller: Keeping,
    once: Repeatable,
    cite: Annotated[str, Query(max_length=2_000, description="the citation that is meant; none: the answer")] = "",
) -> None:
    """Take back what the caller said of an answer, or of one of its citations."""

    def taken_back() -> None:
        turn_of(here, caller, conversation_id, turn_id)
        here.parts.feedback().take_back(caller.owner, turn_id, cite=cite)

    once(taken_back)


def _said(said: Feedback) -> Json:
    return {
        "turn_id": said.turn_id,
        "kind": said.kind.value,
        "cite": said.cite or None,
        "note": said.note,
        "given_at": said.given_at.isoformat(timespec="seconds"),
    }
