"""The chat page: the conversation, and beside it (over it, on a phone) the evidence that a citation opens.

The two panes are one fragment. A click redraws that fragment alone, and while questions are being answered it redraws
itself to show how they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import streamlit as st

from report_qa import Conversation, ReportQAError, Shelf
from report_qa.doors.chat import (
    components,
    export_panel,
    masthead,
    off_banner,
    seeing,
    share_dialog,
    unpublished,
    visitor,
)
from report_qa.doors.chat.answer_view import citations_of, job_data, problem_data, turn_data
from report_qa.doors.chat.asides import Aside
from report_qa.doors.chat.beside_view import by_source_data, can_ask_data, feedback_data
from report_qa.doors.chat.chain_view import traced_data
from report_qa.doors.chat.evidence_view import open_data
from report_qa.doors.chat.export_view import formats_data
from report_qa.doors.chat.jobs import Job
from report_qa.doors.chat.places import Places
from report_qa.doors.chat.reader import Reader
from report_qa.doors.chat.service import Service
from report_qa.doors.chat.shelf_view import opening_data
from report_qa.doors.chat.texts import text
from report_qa.errors import FrozenAnswerAltered

# How soon the page looks again for an answer; later for one that a model writes sentence by sentence, and still later while the
# models, whose loading needs the processor, are not there, and for what comes beside an answer.
_LOOKS_S, _LOOKS_FOR_WORDS_S, _LOOKS_SELDOM_S = 0.2, 0.5, 0.8
_STORE_AWAY = ("store",)


def show(places: Places) -> None:
    """Draw the page."""
    held = seeing.page()
    opened = unpublished.shelf_of(held)
    if opened is None:
        return
    _, title = opened
    held.start_loading()
    reader = Reader(held)
    # Taken whatever else fails: a problem that stays has the page drawn anew without end.
    told = reader.take_problem()
    waiting: tuple[str, ...] = ()
    try:
        reader.settle()
        # Before the conversation is read: an answer that is stored between the two then shows as a change, and is not
        # missed by both.
        waiting = _waiting(held, _under_way(held, reader))
        conversation, problem = reader.conversation(), told
    except ReportQAError as error:
        conversation, problem = None, told or error
        if not isinstance(error, FrozenAnswerAltered):
            # A database that is away may be back in a moment: the page looks, as it does for an answer.
            waiting = _STORE_AWAY
    with masthead.line(title, places, places.ask):
        share_dialog.button(reader.conversation)
        export_panel.button(conversation)
        masthead.conversations(held, reader)
    share_dialog.show(held, reader)
    waits = _Waits(reader.asked_count, waiting, _awaited(held, reader, conversation, problem))
    drawn = _Drawn(waits=waits, look_s=_look_s(held, reader, waits))
    st.fragment(_panes)(held, reader, conversation, problem, drawn)


class _Waits(NamedTuple):
    """What the page waits for; it is drawn anew when this changes.

    The count of questions too: an answer may be there before the click that asked for it has drawn anything that waits for it.
    """

    asked: int
    waiting: tuple[str, ...]
    awaited: tuple[str, ...]


def _look_s(held: Service, reader: Reader, waits: _Waits) -> float | None:
    """Return how many seconds after a run the page looks again, None for not at all."""
    if not waits.waiting:
        return _LOOKS_SELDOM_S if waits.awaited else None
    if waits.waiting == _STORE_AWAY or not held.ready:
        return _LOOKS_SELDOM_S
    return _LOOKS_FOR_WORDS_S if held.writes and not reader.extracts_only else _LOOKS_S


@dataclass(kw_only=True)
class _Drawn:
    """What a run of the whole page waited for, and how soon its panes look again, None for not; `once` they were drawn."""

    waits: _Waits
    look_s: float | None
    once: bool = False


def _panes(
    held: Service, reader: Reader, conversation: Conversation | None, problem: ReportQAError | None, drawn: _Drawn
) -> None:
    with components.looking_again(drawn.look_s):
        visitor.stay(held)
        # Of now: who reads, and what they may see, may have changed since the page was drawn.
        held = seeing.page()
        reader.hold_selection()
        # Read once: one that is answered meanwhile is neither shown as under way nor waited for otherwise.
        jobs = _under_way(held, reader)
        now = _Waits(reader.asked_count, _waiting(held, jobs), _awaited(held, reader, conversation, problem))
        # A database that is away may be there for this and not for the conversation: that is for the next look, not for now.
        changed = now != drawn.waits and (drawn.once or drawn.waits.waiting != _STORE_AWAY)
        if changed or reader.has_problem or share_dialog.is_wanted():
            # A question was asked, answered or turned away, or the models are there: the conversation is read and the pace
            # set anew.
            st.rerun()
        drawn.once = True
        if jobs is None or problem is not None:
            jobs = held.jobs.of(reader.owner, reader.conversation_id)
        _draw(held, held.shelf(), reader, conversation, problem, jobs)


def _draw(
    held: Service,
    shelf: Shelf,
    reader: Reader,
    conversation: Conversation | None,
    problem: ReportQAError | None,
    jobs: tuple[Job, ...],
) -> None:
    with st.container(key="desk"):
        with st.container(key="talk"):
            off = off_banner.show(held)
            with st.container(key="turns"):
                components.conversation(
                    _conversation_data(held, shelf, reader, conversation, problem, jobs),
                    key="conversation",
                    on_cite=reader.select,
                    on_ask=reader.ask,
                    on_stop=reader.stop,
                    on_earlier=lambda _: reader.show_earlier(),
                    on_share=lambda turn_id: share_dialog.offer_answer(conversation, turn_id),
                    on_by_source=reader.by_source,
                    on_again=lambda told: reader.ask_again(told["turn"], told["question"]),
                    on_feedback=lambda told: reader.give_feedback(
                        told["turn"], told["kind"], cite=told["cite"], note=told["note"]
                    ),
                )
            if proposed := reader.take_proposal():
                st.session_state["question"] = proposed
            st.chat_input(
                text("conversation.ask_placeholder"),
                key="question",
                max_chars=held.settings.max_question_chars,
                disabled=off,
                on_submit=lambda: reader.ask(str(st.session_state["question"] or "")),
            )
            with st.container(key="below", horizontal=True, vertical_alignment="center"):
                _can_ask(held, reader)
                if held.settings.model:
                    _switch(held.settings.model, reader)
        with st.container(key="proof"):
            if reader.cite:
                with st.container(key="sheet"):
                    components.evidence(
                        _evidence_data(held, shelf, reader, conversation),
                        key="evidence",
                        on_cite=reader.select,
                        on_close=lambda _: reader.select(""),
                        on_share=lambda cite: share_dialog.offer_quote(shelf, conversation, cite),
                        on_trace=partial(_look_for_evidence, held),
                    )


def _look_for_evidence(held: Service, cite: str) -> None:
    held.trace(cite, search=True)


def _can_ask(held: Service, reader: Reader) -> None:
    """Draw what can be asked; another key is another popover, which closes when a question was asked from it."""
    with st.popover(
        text("conversation.can_ask"), key=f"can-ask-{reader.asked_count}", icon=":material/help:", type="tertiary"
    ):
        components.can_ask(can_ask_data(held.examples()), key="can-ask", on_ask=reader.ask)


def _switch(model: str, reader: Reader) -> None:
    """Draw the choice between written answers and extracts; it counts from the next question on."""

    def choose() -> None:
        reader.extracts_only = bool(st.session_state["extracts"])

    st.toggle(
        text("conversation.extracts_only"),
        value=reader.extracts_only,
        key="extracts",
        help=text("conversation.extracts_only_help", model=model),
        on_change=choose,
    )


def _conversation_data(
    held: Service,
    shelf: Shelf,
    reader: Reader,
    conversation: Conversation | None,
    problem: ReportQAError | None,
    jobs: tuple[Job, ...],
) -> dict[str, Any]:
    turns = conversation.turns if conversation is not None else ()
    shown = [turn_data(turn) for turn in turns[-reader.turns_shown :]]
    count = len(shelf.documents())
    shown += [
        job_data(
            visitor.with_problem_told(held, job),
            ready=held.ready,
            document_count=count,
            writes=held.writes and not job.extracts_only,
        )
        for job in jobs
    ]
    if problem is not None:
        shown.append({"id": "problem", "question": ""} | problem_data(visitor.told(held, problem)) | {"retry": False})
    earlier = max(0, len(turns) - reader.turns_shown)
    data: dict[str, Any] = {"turns": shown, "earlier": earlier, "selected": reader.cite, "exporting": formats_data()}
    if not shown:
        return data | {"opening": opening_data(shelf, writes=held.writes and not reader.extracts_only)}
    return data | (_beside(held, reader, conversation) if conversation is not None else {})


def _beside(held: Service, reader: Reader, conversation: Conversation) -> dict[str, Any]:
    """Return what stands beside the turns."""
    turns = conversation.turns[-reader.turns_shown :]
    data: dict[str, Any] = {
        "asked_again": sorted(conversation.asked_again),
        "feedback": feedback_data(
            held.feedback().of(reader.owner, conversation.conversation_id),
            held.settlements().of(reader.owner, conversation.conversation_id),
        ),
        "by_source": {
            turn.turn_id: by_source_data(visitor.with_problem_told(held, aside))
            for turn in turns
            if (aside := held.by_source(turn.turn_id)) is not None
        },
    }
    suggested = _suggested(held, reader, conversation)
    if suggested is None or not suggested.made:
        return data
    return data | {"next": {"turn": turns[-1].turn_id, "questions": list(suggested.made)}}


def _suggested(held: Service, reader: Reader, conversation: Conversation | None) -> Aside[tuple[str, ...]] | None:
    """Return what may be asked after the last answer; None while another question is on its way, or where there is nothing to ask."""
    if conversation is None or not conversation.turns or held.jobs.of(reader.owner, reader.conversation_id):
        return None
    last = conversation.turns[-1]
    if not (last.answer.status.shows_claims or last.answer.nearest):
        return None
    return held.suggestions(last, [turn.answer.question for turn in conversation.turns])


def _evidence_data(held: Service, shelf: Shelf, reader: Reader, conversation: Conversation | None) -> dict[str, Any]:
    turns = conversation.turns if conversation is not None else ()
    beside = citations_of(turns, held.jobs.of(reader.owner, reader.conversation_id))
    return open_data(shelf, reader.cite, beside.get(reader.cite, ())) | {"chain": traced_data(held.trace(reader.cite))}


def _under_way(held: Service, reader: Reader) -> tuple[Job, ...] | None:
    """Return the questions that are under way, in any process, or failed; None where the database is away."""
    try:
        return held.jobs.seen(reader.owner, reader.conversation_id)
    except ReportQAError:
        return None


def _waiting(held: Service, jobs: tuple[Job, ...] | None) -> tuple[str, ...]:
    """Return the questions that the page waits for, and whether the models are there."""
    if jobs is None:
        return _STORE_AWAY
    pending = [job.job_id for job in jobs if job.pending]
    return (*pending, "answer" if held.ready else "models") if pending else ()


def _awaited(
    held: Service, reader: Reader, conversation: Conversation | None, problem: ReportQAError | None
) -> tuple[str, ...]:
    """Return what else the page waits for beside the answers; nothing beside a problem."""
    if problem is not None:
        return ()
    suggested = _suggested(held, reader, conversation)
    turns = conversation.turns if conversation is not None else ()
    asides: dict[str, Aside[Any] | None] = {"next": suggested, "examples": held.examples()}
    if reader.cite:
        asides["chain"] = held.trace(reader.cite)
    asides |= {turn.turn_id: held.by_source(turn.turn_id) for turn in turns}
    return tuple(name for name, aside in asides.items() if aside is not None and aside.pending)
