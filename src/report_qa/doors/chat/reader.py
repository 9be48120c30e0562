"""The person in front of the page: who owns the conversation, which one is open, and which citation is selected.

The selection stands in the address, so that Back, Forward and a copied link work; the conversation never does. What is
private lives in this session and in the store, under the owner's name.
"""

from __future__ import annotations

import streamlit as st

from report_qa import Conversation, ReportQAError
from report_qa.audit import Deed
from report_qa.doors.chat import visitor
from report_qa.doors.chat.drafts import Draft
from report_qa.doors.chat.service import Service
from report_qa.doors.deeds import note
from report_qa.errors import ConversationNotFound
from report_qa.feedback import FeedbackKind
from report_qa.records.person import Person

_STATE_OPEN, _STATE_PROBLEM, _STATE_SHOWN = "conversation_id", "problem", "turns_shown"
_STATE_EXTRACTS, _STATE_REFUSED, _STATE_PROPOSED = "extracts_only", "draft_problem", "proposed"
_STATE_SOUGHT, _STATE_COUNT, _STATE_SELECTED = "sought", "asked_count", "selected"
# Every run of the page sends the turns that are shown; a long conversation begins with its last ones.
_TURNS_AT_ONCE = 30
_LONGEST_SEARCH = 200
_CITE = "cite"
_KINDS = frozenset(kind.value for kind in FeedbackKind)


class Reader:
    """One session's reader."""

    def __init__(self, held: Service) -> None:
        self._for_now = held
        # A whole run of the page goes by the address, which Back and Forward change.
        st.session_state[_STATE_SELECTED] = self.cite

    @property
    def _held(self) -> Service:
        """The service for whoever is reading now: at a click, what the page was drawn with may be somebody else's."""
        return self._for_now.for_(self.person.audience)

    @property
    def person(self) -> Person:
        """Who is reading, asked anew each time.

        Raises:
            SignInNeeded: their sign-in has come to its end.
        """
        return visitor.person(self._for_now)

    @property
    def owner(self) -> str:
        """The name that this reader's things are kept under."""
        return self.person.owner

    def note(self, deed: Deed, object_id: str = "") -> None:
        """Note in the audit log what this reader did."""
        note(self._held, self.person, deed, object_id)

    @property
    def cite(self) -> str:
        """The selected citation, "" for none."""
        return str(st.query_params.get(_CITE, ""))

    @property
    def conversation_id(self) -> str:
        """The open conversation, "" before the first question."""
        return str(st.session_state.get(_STATE_OPEN, ""))

    @property
    def turns_shown(self) -> int:
        """How many turns are shown at the most."""
        return int(st.session_state.get(_STATE_SHOWN, _TURNS_AT_ONCE))

    @property
    def asked_count(self) -> int:
        """How many questions were asked in this session."""
        return int(st.session_state.get(_STATE_COUNT, 0))

    @property
    def extracts_only(self) -> bool:
        """Whether answers are to be the documents' own words, although a model is there to write."""
        return bool(st.session_state.get(_STATE_EXTRACTS, False))

    @extracts_only.setter
    def extracts_only(self, wanted: bool) -> None:
        st.session_state[_STATE_EXTRACTS] = wanted

    def show_earlier(self) -> None:
        """Show more of the conversation's earlier turns."""
        st.session_state[_STATE_SHOWN] = self.turns_shown + _TURNS_AT_ONCE

    def select(self, cite: str) -> None:
        """Select a citation, or none."""
        st.session_state[_STATE_SELECTED] = cite
        if cite:
            st.query_params[_CITE] = cite
        else:
            st.query_params.pop(_CITE, None)

    def hold_selection(self) -> None:
        """Keep what was selected last: a timer's run comes with the address as it was when it fired, perhaps just before a click."""
        selected = str(st.session_state.get(_STATE_SELECTED, self.cite))
        if selected != self.cite:
            self.select(selected)

    def propose(self, question: str) -> None:
        """Have the beginning of a question put before the reader where questions are asked; nothing is asked yet."""
        st.session_state[_STATE_PROPOSED] = question

    @property
    def has_proposal(self) -> bool:
        """Whether a question waits to be put before the reader."""
        return _STATE_PROPOSED in st.session_state

    def take_proposal(self) -> str:
        """Return the question that waits, once; "" where none does."""
        return str(st.session_state.pop(_STATE_PROPOSED, ""))

    def settle(self) -> None:
        """After a reload, open the conversation that this browser had open last."""
        if not self.conversation_id:
            latest = self._held.conversations().latest(self.owner)
            if latest is not None:
                st.session_state[_STATE_OPEN] = latest.conversation_id

    def conversation(self) -> Conversation | None:
        """Return the open conversation, None before the first question."""
        if not self.conversation_id:
            return None
        try:
            return self._held.conversations().load(self.owner, self.conversation_id)
        except ConversationNotFound:
            # Deleted, here or in another tab.
            del st.session_state[_STATE_OPEN]
            return None

    def ask(self, question: str) -> None:
        """Ask a question in the open conversation."""
        with _Told():
            self._held.switch.require_on()
            self._count()
            if not self.conversation_id:
                self.begin()
            self._held.jobs.ask(self.owner, self.conversation_id, question, extracts_only=self.extracts_only)

    def ask_again(self, turn_id: str, question: str) -> None:
        """Ask a turn's question again in other words; it goes on from where that turn did."""
        with _Told():
            self._held.switch.require_on()
            self._count()
            self._held.jobs.ask(
                self.owner, self.conversation_id, question, extracts_only=self.extracts_only, instead_of=turn_id
            )

    def _count(self) -> None:
        st.session_state[_STATE_COUNT] = self.asked_count + 1

    def give_feedback(self, turn_id: str, kind: str, *, cite: str = "", note: str = "") -> None:
        """Keep what this reader says of an answer or a citation; without a kind, forget it."""
        with _Told():
            if not kind:
                self._held.feedback().take_back(self.owner, turn_id, cite=cite)
            elif kind in _KINDS and bool(cite) == (kind == FeedbackKind.BAD_CITATION):
                self._held.feedback().give(self.owner, turn_id, FeedbackKind(kind), cite=cite, note=note)

    def by_source(self, turn_id: str) -> None:
        """Have a turn's question asked of each document by itself, or put that away again."""
        with _Told():
            if self._held.by_source(turn_id) is not None:
                self._held.drop_by_source(turn_id)
                return
            self._held.switch.require_on()
            conversation = self._held.conversations().load(self.owner, self.conversation_id)
            for turn in conversation.turns:
                if turn.turn_id == turn_id:
                    before = conversation.thread(turn.parent_id)
                    self._held.ask_by_source(turn, tuple(each.as_exchange() for each in before))

    def stop(self, job_id: str) -> None:
        """Have no more written of an answer."""
        with _Told():
            self._held.jobs.stop(self.owner, self.conversation_id, job_id)

    def draft(self) -> Draft | None:
        """Return the text whose claims this reader had checked last."""
        return self._held.drafts.of(self.owner)

    def check(self, text: str) -> None:
        """Have the claims of a text checked."""
        with _Told(_STATE_REFUSED):
            self._held.switch.require_on()
            self._held.drafts.check(self.owner, text)
            self.select("")

    def drop_draft(self) -> None:
        """Forget the checked text, or end its checking."""
        with _Told(_STATE_REFUSED):
            self._held.drafts.drop(self.owner)
            self.select("")

    @property
    def draft_problem(self) -> ReportQAError | None:
        """Why the last text was not taken, until the next one."""
        problem: ReportQAError | None = st.session_state.get(_STATE_REFUSED)
        return problem

    def begin(self) -> None:
        """Open a new conversation."""
        with _Told():
            st.session_state[_STATE_OPEN] = self._held.conversations().begin(self.owner)
            self.select("")
            self.seek("")

    def resume(self, conversation_id: str) -> None:
        """Open an earlier conversation of this reader."""
        with _Told():
            self._held.conversations().resume(self.owner, conversation_id)
            st.session_state[_STATE_OPEN] = conversation_id
            self.select("")
            self.seek("")

    @property
    def sought(self) -> str:
        """The words that this reader searches the conversations for, "" for none."""
        return str(st.session_state.get(_STATE_SOUGHT, ""))

    def seek(self, words: str) -> None:
        """Search this reader's conversations for words; none to see them all again."""
        st.session_state[_STATE_SOUGHT] = words[:_LONGEST_SEARCH]

    def rename(self, conversation_id: str, name: str) -> None:
        """Name a conversation of this reader."""
        with _Told():
            self._held.conversations().rename(self.owner, conversation_id, name)

    def delete(self, conversation_id: str) -> None:
        """Delete a conversation of this reader."""
        with _Told():
            self._held.conversations().delete(self.owner, conversation_id)
            self.note(Deed.DELETED, conversation_id)
            if conversation_id == self.conversation_id:
                self.begin()

    @property
    def has_problem(self) -> bool:
        """Whether there is a problem that nobody has taken yet."""
        return _STATE_PROBLEM in st.session_state

    def take_problem(self) -> ReportQAError | None:
        """Return what went wrong with the last thing that was asked for, once."""
        problem: ReportQAError | None = st.session_state.pop(_STATE_PROBLEM, None)
        return problem


class _Told:
    """Keeps an error of a callback for the page that is drawn right after it."""

    def __init__(self, state: str = _STATE_PROBLEM) -> None:
        self._state = state

    def __enter__(self) -> None:
        st.session_state.pop(self._state, None)

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, ReportQAError):
            st.session_state[self._state] = error
            return True
        return False
