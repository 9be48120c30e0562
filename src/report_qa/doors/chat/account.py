"""The sign at the end of the line at the top: who is signed in, and the way out."""

from __future__ import annotations

import streamlit as st

from report_qa.doors.chat.identity import ProviderIdentity
from report_qa.doors.chat.service import Service
from report_qa.doors.chat.texts import text
from report_qa.records.person import Person


def sign(held: Service, person: Person) -> None:
    """Draw it; on a machine of one's own nobody is signed in, and there is none."""
    if not person.signed_in:
        return
    with st.popover(text("sign_in.account"), key="account", icon=":material/account_circle:", type="tertiary"):
        st.text(text("sign_in.signed_in", name=person.name))
        if isinstance(held.identity, ProviderIdentity):
            st.button(text("sign_in.sign_out"), icon=":material/logout:", on_click=st.logout)
        elif held.settings.proxy_sign_out_url:
            st.link_button(text("sign_in.sign_out"), held.settings.proxy_sign_out_url, icon=":material/logout:")
