"""Who is in front of this session, for the page's script.

A session is a connection that stays open, so whose it is is asked at each run of the page and at each click: a sign-in that has
come to its end ends there. What a session holds belongs to the person that it was begun by; for another it begins anew.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import streamlit as st

from report_qa import ReportQAError
from report_qa.audit import Deed
from report_qa.doors import outward
from report_qa.doors.chat.asides import Aside
from report_qa.doors.chat.drafts import Draft
from report_qa.doors.chat.identity import LocalIdentity
from report_qa.doors.chat.jobs import Job
from report_qa.doors.chat.owner import COOKIE, new_token, owner_of
from report_qa.doors.chat.service import Service
from report_qa.doors.chat.texts import text
from report_qa.doors.deeds import note
from report_qa.doors.proxy import Carried
from report_qa.errors import AccessError, LibraryNotFound
from report_qa.records.person import Person, Role, person_here

Kept = TypeVar("Kept", Job, Draft, Aside[Any])
_STATE_OWNER = "owner"
# Streamlit gives no address for connections of this machine.
_THIS_MACHINE = "127.0.0.1"


def cookie_token() -> str | None:
    """Return the token that this browser sent when its session began."""
    return st.context.cookies.get(COOKIE)


def carried() -> Carried:
    """Return what this session's connection brought along."""
    sent = st.context.headers
    return Carried(
        headers=[(name, value) for name in sent for value in sent.get_all(name)],
        peer=st.context.ip_address or _THIS_MACHINE,
    )


def stay(held: Service) -> None:
    """Go on with a part of the page that runs by itself, unless whoever was signed in no longer is: then the page runs whole.

    So it does where the library is no longer for them.
    """
    try:
        held.for_(person(held).audience)
    except (AccessError, LibraryNotFound):
        st.rerun()


def person(held: Service) -> Person:
    """Return whose session this is.

    Raises:
        SignInNeeded: nobody is signed in, or no longer.
        NotAllowed: somebody is who may not use this.
    """
    if at_home(held):
        # A browser that keeps no cookies still has its conversation until it is closed.
        owner = owner_of(cookie_token()) or st.session_state.get(_STATE_OWNER)
        if owner is None:
            owner = st.session_state[_STATE_OWNER] = owner_of(new_token())
        return person_here(str(owner))
    found = held.identity.person(carried())
    if st.session_state.get(_STATE_OWNER) != found.owner:
        st.session_state.clear()
        st.session_state[_STATE_OWNER] = found.owner
        # Each page that is opened is a session of Streamlit's; a sign-in is noted once, or where a proxy names people once a day.
        note(held, found, Deed.SIGNED_IN, found.session or f"{datetime.now(UTC):%Y-%m-%d}", once=True)
    return found


def at_home(held: Service) -> bool:
    """Return whether this is somebody's own machine, where nobody signs in."""
    return isinstance(held.identity, LocalIdentity)


def told(held: Service, error: ReportQAError) -> ReportQAError:
    """Return an error as it is told to whoever is here."""
    return outward.told(error, at_home=at_home(held))


def with_problem_told(held: Service, kept: Kept) -> Kept:
    """Return something that was on its way with its problem, if it has one, as it is told to whoever is here."""
    return kept if kept.problem is None else replace(kept, problem=told(held, kept.problem))


def begin_anew(owner: str) -> None:
    """Forget what this session holds, though not whose it is."""
    st.session_state.clear()
    st.session_state[_STATE_OWNER] = owner


def admitted(held: Service, role: Role, place: str) -> bool:
    """Return whether whoever is here may see what a role is needed for; if not, say so on the page and note that they tried."""
    somebody = person(held)
    if somebody.may(role):
        return True
    note(held, somebody, Deed.REFUSED, place)
    with st.container(key="unpublished"):
        st.text(text("sign_in.not_yours"))
    return False
