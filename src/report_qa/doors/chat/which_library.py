"""Which library a page or a request is about: the one that its address names, the default one where it names none.

A session stays with its library. Its address goes on naming it, so that what is reloaded, kept or sent on leads there again; the
default library's addresses are those of a chat of that library alone.
"""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st
from starlette.requests import Request

from report_qa.doors.chat import visitor
from report_qa.doors.chat.service import Service

PARAMETER = "library"
_STATE = "library_name"


def of_request(request: Request) -> str:
    """Return the name that a request's address has, "" for none."""
    return request.query_params.get(PARAMETER, "")


def of_session(owner: str) -> str:
    """Return the name of the library that the session of an owner is about, "" for the default one.

    An address that names another one than before begins the session anew: what is in its state is of the library that it left.
    """
    named = str(st.query_params.get(PARAMETER, ""))
    known: str | None = st.session_state.get(_STATE)
    if known is not None and named in ("", known):
        return known
    if known is not None:
        visitor.begin_anew(owner)
    st.session_state[_STATE] = named
    return named


def keep_in_address(held: Service) -> None:
    """Have the page's address name its library, where the way here did not."""
    for name, value in parameters(held).items():
        if st.query_params.get(name) != value:
            st.query_params[name] = value


def parameters(held: Service) -> dict[str, str]:
    """Return what the address of each page of a library has; nothing for the default one."""
    return {PARAMETER: held.tenant.in_addresses} if held.tenant.in_addresses else {}


def home(held: Service) -> str:
    """Return the address of a library's conversation."""
    return start(held, "") or "/"


def start(held: Service, base: str) -> str:
    """Return an address that others of a library are made from, which all have its query ("https://reports.example?library=health")."""
    name = held.tenant.in_addresses
    return base.rstrip("/") + (f"{'' if base else '/'}?{PARAMETER}={quote(name)}" if name else "")
