"""What tools and resources work with: the libraries of the process, who calls, and how many questions are answered at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mcp.server.mcpserver import Context

from report_qa import ReportQAError
from report_qa.doors import outward
from report_qa.doors.api.gate import Gate
from report_qa.doors.api.keys import ANYBODY_HERE, Caller, Scope
from report_qa.doors.libraries import Libraries
from report_qa.doors.parts import Parts
from report_qa.doors.pictures import Pictures
from report_qa.errors import KeyNotAllowed, KeyRefused
from report_qa.records.audience import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What one server works with; what whoever calls may see of a library are the `parts_for` them.

    `local` says that whoever started the process is its only caller (standard input and output), `at_home` that nobody is asked
    who they are.
    """

    whole: Libraries[Parts]
    gate: Gate
    pictures: Pictures
    local: bool
    at_home: bool

    def told(self, error: ReportQAError) -> ReportQAError:
        """Return an error as callers are told of it."""
        return outward.told(error, at_home=self.at_home)

    def caller(self, context: Context[Any, Any], scope: Scope) -> Caller:
        """Return who calls: whom the door let in (see `serving`), else whoever started this process.

        Raises:
            KeyRefused: nobody was let in.
            KeyNotAllowed: the caller's key lacks the scope.
        """
        if self.local:
            return ANYBODY_HERE
        caller = getattr(getattr(context.request_context.request, "state", None), "caller", None)
        if not isinstance(caller, Caller):
            raise KeyRefused("This needs a key that is known here.")
        if scope not in caller.scopes:
            raise KeyNotAllowed(f"The key “{caller.name}” may not {scope.value}.", hint="Ask for one that may.")
        return caller

    def parts_for(self, context: Context[Any, Any], scope: Scope, library: str = "") -> Parts:
        """Return the parts of a library ("" for the default one) for whoever calls: they hand out nothing that the caller may not see.

        Raises:
            KeyRefused: nobody was let in.
            KeyNotAllowed: the caller's key lacks the scope.
            LibraryNotFound: there is no such library, or it is not for the caller.
        """
        caller = self.caller(context, scope)
        return self.whole.open(library, audience_of(caller), caller.libraries)

    def seen_by(self, context: Context[Any, Any]) -> tuple[Parts, ...]:
        """Return the parts of each library that whoever calls may see.

        Raises:
            KeyRefused: nobody was let in.
            KeyNotAllowed: the caller's key lacks the scope.
        """
        caller = self.caller(context, Scope.READ)
        return self.whole.seen_by(audience_of(caller), caller.libraries)


def audience_of(caller: Caller) -> Audience:
    """Return what a caller may see: the one place of this door that says so."""
    return caller.audience
