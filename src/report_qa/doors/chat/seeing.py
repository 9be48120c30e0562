"""The service for whoever is in front of the chat: of the library that they came to, if it is for them, and handing out nothing that
they may not see.

Pages and routes take it from here and from nowhere else; the whole service is for the server alone, which starts and ends it.
"""

from __future__ import annotations

from starlette.requests import Request

from report_qa.doors.chat import service, visitor, which_library
from report_qa.doors.chat.doorkeeper import person_of
from report_qa.doors.chat.service import Service


def page() -> Service:
    """Return the service for whose session this is, asked anew each time.

    Raises:
        SignInNeeded: nobody is signed in, or no longer.
        NotAllowed: somebody is who may not use this.
        LibraryNotFound: of several libraries the one that the address names is not there, or not for them.
    """
    libraries = service.libraries()
    somebody = visitor.person(libraries.default)
    name = which_library.of_session(somebody.owner) if libraries.several else ""
    return libraries.open(name, somebody.audience)


def route(request: Request) -> Service:
    """Return the service for whose request this is.

    Raises:
        LibraryNotFound: of several libraries the one that the address names is not there, or not for them.
    """
    libraries = service.libraries()
    name = which_library.of_request(request) if libraries.several else ""
    return libraries.open(name, person_of(request).audience)


def others(here: Service | None) -> tuple[Service, ...]:
    """Return the services of all libraries that whoever's session this is may see, none where there is only the one that they are in."""
    libraries = service.libraries()
    if not libraries.several:
        return ()
    found = libraries.seen_by(visitor.person(libraries.default).audience)
    return () if here is not None and len(found) == 1 else found


def erase(owner: str) -> None:
    """Delete everything of an owner, in every library."""
    libraries = service.libraries()
    for held in libraries.every:
        held.drafts.drop(owner)
    libraries.erase(owner)
