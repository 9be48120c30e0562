"""The chat page: the conversation, and beside it (over it, on a phone) the evidence that a citation opens.

The two panes are one fragment. A click redraws that fragment alone, and while questions are being answered it redraws
itself to show how they stand.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from report_qa import Conversation, ReportQAError, Shelf
from report_qa.doors.chat import components, masthead, service, share_dialog, unpublished
from report_qa.doors.chat.answer_view import citations_of, job_data, problem_data, turn_data
from report_qa.doors.chat.evidence_view import absent_data, evidence_data
from report_qa.doors.chat.places import Places
from report_qa.doors.chat.reader import Reader
from report_qa.doors.chat.service import Service
from report_qa.doors.chat.shelf_view import opening_data
from report_qa.doors.chat.texts import text

# How often the page looks for an answer; less often while the models, whose loading needs the processor, are not there.
_LOOKS_S, _LOOKS_WHILE_LOADING_S = 0.2, 0.8


def show(places: Places) -> None:
    """Draw the page."""
    held = service.current()
    try:
        shelf = held.shelf()
        title = shelf.title
    except ReportQAError as error:
        unpublished.show(error, held.settings.library)
        return
    held.start_loading()
    reader = Reader(held)
    waiting: tuple[str, ...] = ()
    try:
        reader.settle()
        # Before the conversation is read: an answer that is stored between the two then shows as a change, and is not
        # missed by both.
        waiting = _waiting(held, reader)
        conversation = reader.conversation()
        problem = reader.take_problem()
    except ReportQAError as error:
        conversation, problem = None, error
    with masthead.line(title, places, places.ask):
        share_dialog.button(conversation)
        masthead.conversations(held, reader)
    share_dialog.show(held, reader)
    every = _LOOKS_S if held.ready else _LOOKS_WHILE_LOADING_S
    panes = st.fragment(_panes, run_every=every if waiting else None)
    panes(held, shelf, reader, conversation, problem, waiting)


def _panes(
    held: Service,
    shelf: Shelf,
    reader: Reader,
    conversation: Conversation | None,
    problem: ReportQAError | None,
    waiting: tuple[str, ...],
) -> None:
    if _waiting(held, reader) != waiting or reader.has_problem or share_dialog.is_wanted():
        # A question was asked, answered or turned away, or the models are there: the conversation is read and the pace
        # set anew.
        st.rerun()
    with st.container(key="desk"):
        with st.container(key="talk"):
            with st.container(key="turns"):
                components.conversation(
                    _conversation_data(held, shelf, reader, conversation, problem),
                    key="conversation",
                    on_cite=reader.select,
                    on_ask=reader.ask,
                    on_stop=reader.stop,
                    on_earlier=lambda _: reader.show_earlier(),
                    on_share=lambda turn_id: share_dialog.offer_answer(conversation, turn_id),
                )
            if proposed := reader.take_proposal():
                st.session_state["question"] = proposed
            st.chat_input(
                text("conversation.ask_placeholder"),
                key="question",
                max_chars=held.settings.max_question_chars,
                on_submit=lambda: reader.ask(str(st.session_state["question"] or "")),
            )
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
                    )


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
    held: Service, shelf: Shelf, reader: Reader, conversation: Conversation | None, problem: ReportQAError | None
) -> dict[str, Any]:
    turns = conversation.turns if conversation is not None else ()
    shown = [turn_data(turn) for turn in turns[-reader.turns_shown :]]
    count = len(shelf.documents())
    shown += [
        job_data(job, ready=held.ready, document_count=count, writes=held.writes and not job.extracts_only)
        for job in held.jobs.of(reader.owner, reader.conversation_id)
    ]
    if problem is not None:
        shown.append({"id": "problem", "question": ""} | problem_data(problem) | {"retry": False})
    earlier = max(0, len(turns) - reader.turns_shown)
    data: dict[str, Any] = {"turns": shown, "earlier": earlier, "selected": reader.cite}
    return data if shown else data | {"opening": opening_data(shelf, writes=held.writes and not reader.extracts_only)}


def _evidence_data(held: Service, shelf: Shelf, reader: Reader, conversation: Conversation | None) -> dict[str, Any]:
    cite = reader.cite
    try:
        view = shelf.evidence(cite)
    except ReportQAError:
        view = None
    if view is None:
        return absent_data(cite)
    turns = conversation.turns if conversation is not None else ()
    beside = citations_of(turns, held.jobs.of(reader.owner, reader.conversation_id))
    return evidence_data(view, beside.get(cite, ()), current_edition=shelf.edition_id)


def _waiting(held: Service, reader: Reader) -> tuple[str, ...]:
    """Return what the page waits for; it is drawn anew when this changes."""
    pending = [job.job_id for job in held.jobs.of(reader.owner, reader.conversation_id) if job.pending]
    return (*pending, "answer" if held.ready else "models") if pending else ()
