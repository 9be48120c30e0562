"""The service for whoever is in front of the chat: it hands out nothing that they may not see.

Pages and routes take it from here and from nowhere else; the whole service is for the server alone, which starts and ends it.
"""

from __future__ import annotations

from starlette.requests import Request

from report_qa.doors.chat import service, visitor
from report_qa.doors.chat.doorkeeper import person_of
from report_qa.doors.chat.service import Service


def page() -> Service:
    """Return the service for whose session this is, asked anew each time.

    Raises:
        SignInNeeded: nobody is signed in, or no longer.
        NotAllowed: somebody is who may not use this.
    """
    whole = service.current()
    return whole.for_(visitor.person(whole).audience)


def route(request: Request) -> Service:
    """Return the service for whose request this is."""
    return service.current().for_(person_of(request).audience)
