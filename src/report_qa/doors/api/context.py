"""What the operations share: the parts of the process, who calls, the gate and the counters, found on the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from report_qa.doors.api.gate import Gate
from report_qa.doors.api.keys import Caller, Keys, Scope
from report_qa.doors.api.metrics import Metrics
from report_qa.doors.parts import Parts
from report_qa.doors.pictures import Pictures
from report_qa.doors.proxy import Carried

_BEARER = HTTPBearer(auto_error=False, description="A key made by `report-qa key`; not needed where none are set up.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What one application works with."""

    parts: Parts
    keys: Keys
    gate: Gate
    exports: Gate
    metrics: Metrics
    pictures: Pictures


def context_of(request: Request) -> Context:
    """Return the context of the application that a request came to."""
    context: Context = request.app.state.context
    return context


def may(scope: Scope) -> Callable[..., Caller]:
    """Return what admits callers who have a scope."""

    def admitted(
        request: Request, _shown: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)] = None
    ) -> Caller:
        peer = request.client.host if request.client is not None else None
        carried = Carried(headers=request.headers.items(), peer=peer)
        return context_of(request).keys.admit(request.headers.get("authorization", ""), scope, carried)

    return admitted


Here = Annotated[Context, Depends(context_of)]
Reading = Annotated[Caller, Depends(may(Scope.READ))]
Asking = Annotated[Caller, Depends(may(Scope.ASK))]
Keeping = Annotated[Caller, Depends(may(Scope.KEEP))]
