"""What a steward looks at: what readers said against answers, to be judged with the evidence beside it, and what is asked at all.

Words of readers stand here only where a question was refused or its answer was spoken against, masked, and never with whose they are.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from report_qa import ReportQAError, Shelf
from report_qa.doors.chat import components, masthead, off_banner, seeing, unpublished, visitor
from report_qa.doors.chat.evidence_view import open_data
from report_qa.doors.chat.insights_view import insights_data, matters_data, outcomes_data
from report_qa.doors.chat.places import Places
from report_qa.doors.chat.reader import Reader
from report_qa.doors.chat.service import Service
from report_qa.doors.chat.texts import text
from report_qa.records.person import Role
from report_qa.settlements import Outcome

PERIODS = (7, 30, 90, 365)
_PERIOD = "days"
_DEFAULT_DAYS = 30
_MOST_SETTLED = 30
_STATE_PROBLEM = "insights_problem"

Data = dict[str, Any]


def show(places: Places) -> None:
    """Draw the page."""
    held = seeing.page()
    opened = unpublished.shelf_of(held)
    if opened is None:
        return
    _, title = opened
    with masthead.line(title, places, places.insights):
        pass
    if not visitor.admitted(held, Role.STEWARD, "/insights"):
        return
    st.fragment(_panes)(held, Reader(held))


def _panes(held: Service, reader: Reader) -> None:
    visitor.stay(held)
    if not visitor.person(held).may(Role.STEWARD):
        st.rerun()
    # Of now: what a steward may see may have changed since the page was drawn.
    held = seeing.page()
    shelf = held.shelf()
    reader.hold_selection()
    with st.container(key="desk"):
        with st.container(key="talk"):
            off_banner.show(held)
            with st.container(key="turns"), st.container(key="holdings"):
                components.insights(
                    _data(held, shelf) | {"selected": reader.cite},
                    key="insights",
                    on_cite=reader.select,
                    on_days=_choose_days,
                    on_settle=lambda told: _settle(held, told),
                    on_reopen=lambda matter_id: _reopen(held, matter_id),
                )
        with st.container(key="proof"):
            if reader.cite:
                with st.container(key="sheet"):
                    components.evidence(
                        open_data(shelf, reader.cite) | {"read_only": True},
                        key="evidence",
                        on_cite=reader.select,
                        on_close=lambda _: reader.select(""),
                    )


def _data(held: Service, shelf: Shelf) -> Data:
    days = _days()
    try:
        settlements = held.settlements()
        matters, settled = settlements.matters(settled=False), settlements.matters(settled=True, most=_MOST_SETTLED)
        cited = {span.cite: span for matter in (*matters, *settled) for span in matter.evidence}
        changes = shelf.changes(cited.values())
        counts = insights_data(held.insights().read(days), shelf.documents(), shelf.edition_id)
    except ReportQAError as error:
        return {"problem": str(visitor.told(held, error))}
    problem: ReportQAError | None = st.session_state.pop(_STATE_PROBLEM, None)
    return counts | {
        "problem": str(visitor.told(held, problem)) if problem is not None else "",
        "period": str(days),
        "periods": [[str(each), text("insights.period", days=each)] for each in PERIODS],
        "outcomes": outcomes_data(),
        "matters": matters_data(matters, changes),
        "settled": matters_data(settled, changes),
    }


def _days() -> int:
    given = str(st.query_params.get(_PERIOD, ""))
    return int(given) if given in map(str, PERIODS) else _DEFAULT_DAYS


def _choose_days(days: str) -> None:
    if days in map(str, PERIODS):
        st.query_params[_PERIOD] = days


def _settle(held: Service, told: dict[str, str]) -> None:
    if told["outcome"] not in {outcome.value for outcome in Outcome}:
        return
    try:
        held.settlements().settle(told["id"], Outcome(told["outcome"]), told["note"])
    except ReportQAError as error:
        st.session_state[_STATE_PROBLEM] = error


def _reopen(held: Service, matter_id: str) -> None:
    try:
        held.settlements().reopen(matter_id)
    except ReportQAError as error:
        st.session_state[_STATE_PROBLEM] = error
