"""What the operations share: the libraries of the process, who calls, the gate and the counters, found on the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Path, Request, Security
from fastapi.security import HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from report_qa.audit import Deed
from report_qa.doors.api.gate import Gate
from report_qa.doors.api.keys import Caller, Keys, Scope
from report_qa.doors.api.metrics import Metrics
from report_qa.doors.libraries import Libraries
from report_qa.doors.parts import Parts
from report_qa.doors.pictures import Pictures
from report_qa.doors.proxy import Carried
from report_qa.libraries import NAME_PATTERN
from report_qa.records.audience import Audience

LIBRARY = "library"
_BEARER = HTTPBearer(auto_error=False, description="A key made by `report-qa key`; not needed where none are set up.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What one application works with. `parts` are those of the library that a request is about; of the whole, the default one's."""

    libraries: Libraries[Parts]
    parts: Parts
    keys: Keys
    gate: Gate
    exports: Gate
    metrics: Metrics
    pictures: Pictures

    @property
    def at_home(self) -> bool:
        """Whether this serves somebody on their own machine: nobody is asked who they are."""
        return not self.keys.required

    def note(self, caller: Caller, deed: Deed, object_id: str = "") -> None:
        """Note in the audit log what a caller did."""
        self.parts.audit().note(caller.owner, caller.name, deed, object_id)


def context_of(request: Request) -> Context:
    """Return the context of the application that a request came to."""
    context: Context = request.app.state.context
    return context


def audience_of(caller: Caller) -> Audience:
    """Return what a caller may see: the one place of this door that says so."""
    return caller.audience


def here_of(request: Request) -> Context:
    """Return the context for whoever sends a request: its parts are of the library that the address names, the default one where it
    names none, and hand out nothing that they may not see.

    Raises:
        KeyRefused, SignInNeeded, NotAllowed: nobody knows them; of what is there or not they are told nothing.
        LibraryNotFound: there is no such library, or it is not for them.
    """
    whole = context_of(request)
    caller = _caller(request)
    parts = whole.libraries.open(str(request.path_params.get(LIBRARY, "")), audience_of(caller), caller.libraries)
    # Only of a library that is there: what somebody made up is no label of a counter.
    request.state.library = parts.tenant.name
    return replace(whole, parts=parts, metrics=whole.metrics.of(parts.tenant.name))


def seen_by(request: Request) -> tuple[Parts, ...]:
    """Return the parts of each library that whoever sends a request may see."""
    caller = _caller(request)
    return context_of(request).libraries.seen_by(audience_of(caller), caller.libraries)


def named(
    library: Annotated[str, Path(pattern=NAME_PATTERN, description="name of a library, as GET /v1/libraries gives it")],
) -> None:
    """Have the name of the library among an operation's parameters; `here_of` looks at it."""


def _caller(request: Request) -> Caller:
    return context_of(request).keys.caller(request.headers.get("authorization", ""), _carried(request))


def _carried(request: Request) -> Carried:
    peer = request.client.host if request.client is not None else None
    return Carried(headers=request.headers.items(), peer=peer)


def may(scope: Scope) -> Callable[..., Caller]:
    """Return what admits callers who have a scope."""

    def admitted(
        request: Request, _shown: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)] = None
    ) -> Caller:
        return context_of(request).keys.admit(request.headers.get("authorization", ""), scope, _carried(request))

    return admitted


Here = Annotated[Context, Depends(here_of)]
Whole = Annotated[Context, Depends(context_of)]
Seen = Annotated[tuple[Parts, ...], Depends(seen_by)]
Reading = Annotated[Caller, Depends(may(Scope.READ))]
Asking = Annotated[Caller, Depends(may(Scope.ASK))]
Keeping = Annotated[Caller, Depends(may(Scope.KEEP))]
