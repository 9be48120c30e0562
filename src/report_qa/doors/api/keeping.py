"""Conversations: each belongs to the key that began it, and to anybody else it is not there."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from report_qa import Conversation, Turn
from report_qa.audit import Deed
from report_qa.doors.api.asking import answered, room
from report_qa.doors.api.context import Context, Here, Keeping
from report_qa.doors.api.keys import Caller
from report_qa.doors.api.once import Repeatable
from report_qa.doors.api.problems import responses
from report_qa.doors.api.shapes import ConversationShape, ConversationsShape, Json, TurnRequest, TurnShape
from report_qa.errors import ConversationNotFound
from report_qa.projection import answer_json

router = APIRouter(prefix="/conversations", tags=["conversations"])
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@router.get("", response_model=ConversationsShape, responses=responses())
def conversations(here: Here, caller: Keeping) -> Json:
    """List the caller's conversations, the last one first."""
    return {
        "conversations": [
            {
                "conversation_id": entry.conversation_id,
                "title": entry.title,
                "turns": entry.turn_count,
                "last_turn_at": entry.last_turn_at.isoformat(timespec="seconds"),
            }
            for entry in here.parts.conversations().list(caller.owner)
        ]
    }


@router.post("", response_model=ConversationShape, status_code=201, responses=responses(409))
def begin(here: Here, caller: Keeping, once: Repeatable) -> Json | None:
    """Begin a conversation; an empty one that the caller has is used again."""

    def begun() -> Json:
        kept = here.parts.conversations()
        return _conversation(kept.load(caller.owner, kept.begin(caller.owner)))

    return once(begun)


@router.get("/{conversation_id}", response_model=ConversationShape, responses=responses(404))
def conversation(conversation_id: Id, here: Here, caller: Keeping) -> Json:
    """Return a conversation with its answers as they were given."""
    return _conversation(here.parts.conversations().load(caller.owner, conversation_id))


@router.delete("/{conversation_id}", status_code=204, responses=responses(404, 409))
def delete(conversation_id: Id, here: Here, caller: Keeping, once: Repeatable) -> None:
    """Delete a conversation with its answers, and the links to them."""

    def deleted() -> None:
        here.parts.conversations().delete(caller.owner, conversation_id)
        here.note(caller, Deed.DELETED, conversation_id)

    once(deleted)


@router.post(
    "/{conversation_id}/turns",
    response_model=TurnShape,
    status_code=201,
    responses=responses(404, 409, 413, 500, 502, 504),
    dependencies=[Depends(room)],
)
def add_turn(conversation_id: Id, asked: TurnRequest, here: Here, caller: Keeping, once: Repeatable) -> Json | None:
    """Ask the next question of a conversation; it may lean on those before. The answer is kept."""

    def added() -> Json:
        kept = here.parts.conversations()
        turns = kept.load(caller.owner, conversation_id).turns
        with here.gate.entered():
            answer = answered(here, asked.question, [turn.as_exchange() for turn in turns], asked.extracts_only)
        parent = turns[-1].turn_id if turns else None
        return {"turn_id": kept.append(caller.owner, conversation_id, answer, parent).turn_id}

    # Read again each time: what may be seen of it may be less by then.
    return once(
        added,
        conversation_id=conversation_id,
        shown=lambda kept: turn_json(here.parts.conversations().turn(caller.owner, (kept or {})["turn_id"])),
    )


def turn_of(here: Context, caller: Caller, conversation_id: str, turn_id: str) -> Turn:
    """Return a turn of a conversation of the caller's.

    Raises:
        ConversationNotFound: the caller has no such conversation, or it has no such turn.
    """
    for turn in here.parts.conversations().load(caller.owner, conversation_id).turns:
        if turn.turn_id == turn_id:
            return turn
    raise ConversationNotFound("There is no such answer.", hint="Read the conversation again.")


def turn_json(turn: Turn) -> Json:
    """Return a question with its answer."""
    return {
        "turn_id": turn.turn_id,
        "frozen_at": turn.frozen_at.isoformat(timespec="seconds"),
        "answer": answer_json(turn.answer),
    }


def _conversation(loaded: Conversation) -> Json:
    return {
        "conversation_id": loaded.conversation_id,
        "title": loaded.title,
        "turns": [turn_json(turn) for turn in loaded.turns],
    }
