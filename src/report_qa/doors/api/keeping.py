"""Conversations: each belongs to the key that began it, and to anybody else it is not there."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from report_qa import Conversation, Turn
from report_qa.doors.api.asking import answered
from report_qa.doors.api.context import Here, Keeping
from report_qa.doors.api.problems import responses
from report_qa.doors.api.shapes import ConversationShape, ConversationsShape, Json, TurnRequest, TurnShape
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


@router.post("", response_model=ConversationShape, status_code=201, responses=responses())
def begin(here: Here, caller: Keeping) -> Json:
    """Begin a conversation; an empty one that the caller has is used again."""
    kept = here.parts.conversations()
    return _conversation(kept.load(caller.owner, kept.begin(caller.owner)))


@router.get("/{conversation_id}", response_model=ConversationShape, responses=responses(404))
def conversation(conversation_id: Id, here: Here, caller: Keeping) -> Json:
    """Return a conversation with its answers as they were given."""
    return _conversation(here.parts.conversations().load(caller.owner, conversation_id))


@router.post("/{conversation_id}/turns", response_model=TurnShape, status_code=201, responses=responses(404, 422))
def add_turn(conversation_id: Id, asked: TurnRequest, here: Here, caller: Keeping) -> Json:
    """Ask the next question of a conversation; it may lean on those before. The answer is kept."""
    kept = here.parts.conversations()
    turns = kept.load(caller.owner, conversation_id).turns
    with here.gate.entered():
        answer = answered(here, asked.question, [turn.as_exchange() for turn in turns], asked.extracts_only)
    parent = turns[-1].turn_id if turns else None
    return _turn(kept.append(caller.owner, conversation_id, answer, parent))


@router.delete("/{conversation_id}", status_code=204, responses=responses(404))
def delete(conversation_id: Id, here: Here, caller: Keeping) -> Response:
    """Delete a conversation with its answers."""
    here.parts.conversations().delete(caller.owner, conversation_id)
    return Response(status_code=204)


def _conversation(loaded: Conversation) -> Json:
    return {
        "conversation_id": loaded.conversation_id,
        "title": loaded.title,
        "turns": [_turn(turn) for turn in loaded.turns],
    }


def _turn(turn: Turn) -> Json:
    return {
        "turn_id": turn.turn_id,
        "frozen_at": turn.frozen_at.isoformat(timespec="seconds"),
        "answer": answer_json(turn.answer),
    }
