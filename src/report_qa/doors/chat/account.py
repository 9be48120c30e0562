"""The sign at the end of the line at the top: who is signed in, what is theirs, and the way out."""

from __future__ import annotations

import streamlit as st

from report_qa.doors.chat import seeing, visitor, which_library
from report_qa.doors.chat.identity import ProviderIdentity
from report_qa.doors.chat.places import Places
from report_qa.doors.chat.service import Service
from report_qa.doors.chat.texts import text
from report_qa.records.person import Person, Role

_STATE_OFFERED, _STATE_DONE, _STATE_COUNT = "erasing", "erased", "erase_count"
_ROLES = {
    Role.READER: "sign_in.reader",
    Role.CONTRIBUTOR: "sign_in.contributor",
    Role.STEWARD: "sign_in.steward",
}


def sign(held: Service, person: Person, places: Places) -> None:
    """Draw it, with the pages that this person's role opens, and the way to have everything of theirs deleted."""
    # Another key is another popover: it closes, and leaves the screen to the question.
    key = f"account-{st.session_state.get(_STATE_COUNT, 0)}"
    with st.popover(text("sign_in.account"), key=key, icon=":material/account_circle:", type="tertiary"):
        if person.signed_in:
            st.text(text("sign_in.signed_in", name=person.name))
            st.text(text(_ROLES[person.role]))
        within = which_library.parameters(held)
        if person.may(Role.CONTRIBUTOR):
            st.page_link(places.upload, label=text("page.upload"), icon=":material/upload_file:", query_params=within)
        if person.may(Role.STEWARD):
            st.page_link(places.audit, label=text("page.audit"), icon=":material/checklist:", query_params=within)
        st.button(text("sign_in.erase"), icon=":material/delete_forever:", on_click=_offer)
        if not person.signed_in:
            return
        if isinstance(held.identity, ProviderIdentity):
            st.button(text("sign_in.sign_out"), icon=":material/logout:", on_click=st.logout)
        elif held.settings.proxy_sign_out_url:
            st.link_button(text("sign_in.sign_out"), held.settings.proxy_sign_out_url, icon=":material/logout:")


def show(held: Service) -> None:
    """Draw the question whether really everything is to be deleted, where it was asked for, or say that it is."""
    if st.session_state.pop(_STATE_DONE, False):
        st.toast(text("sign_in.erased"))
    if _STATE_OFFERED in st.session_state:
        st.dialog(text("sign_in.erase"), on_dismiss=_keep)(_sure)(held)


def _sure(held: Service) -> None:
    st.text(text("sign_in.erase_lead"))
    with st.container(horizontal=True):
        if st.button(text("sign_in.erase_now")):
            _erase(held)
            st.rerun()
        if st.button(text("sign_in.erase_not")):
            _keep()
            st.rerun()


def _erase(held: Service) -> None:
    owner = visitor.person(held).owner
    seeing.erase(owner)
    st.query_params.from_dict(which_library.parameters(held))
    visitor.begin_anew(owner)
    st.session_state[_STATE_DONE] = True


def _offer() -> None:
    st.session_state[_STATE_OFFERED] = True
    st.session_state[_STATE_COUNT] = int(st.session_state.get(_STATE_COUNT, 0)) + 1


def _keep() -> None:
    st.session_state.pop(_STATE_OFFERED, None)
