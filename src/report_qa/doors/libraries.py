"""The libraries that one process serves, each with parts of its own; most processes serve one.

Whoever asks is handed the parts of one library, for their audience, by `open`. It is the one way there, for every door: a library that
isn't there and one that isn't for who asks are the same error. What needs no audience, because nobody is shown anything of it (sweeping,
erasing, ending), goes over `every` library.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Generic, TypeVar

from report_qa import Assistant, ReportQAError, Settings, open_assistant
from report_qa.doors.parts import Parts, absent
from report_qa.erasure import Erased, erase
from report_qa.libraries import Tenant
from report_qa.records.audience import Audience
from report_qa.wiring import Models

Held_co = TypeVar("Held_co", bound=Parts, covariant=True)
# Makes the parts of one library, given what opens its assistant.
Make = Callable[[Settings, Tenant, Callable[[Settings], Assistant]], Held_co]


class Libraries(Generic[Held_co]):
    """The parts of each library, the default one's first. Safe to share between threads."""

    def __init__(self, every: Sequence[Held_co]) -> None:
        self.every = tuple(every)
        self._named = {parts.tenant.name: parts for parts in self.every}

    @property
    def default(self) -> Held_co:
        """The whole parts of the default library, whose settings hold for the process."""
        return self.every[0]

    @property
    def several(self) -> bool:
        """Whether there is more than one."""
        return len(self.every) > 1

    def open(self, name: str, audience: Audience, among: Collection[str] | None = None) -> Held_co:
        """Return the parts of a library for an audience, "" for the default one; `among` are those that who asks is limited to.

        Raises:
            LibraryNotFound: there is none of that name, or it is not for them.
        """
        found = self._named.get(name) if name else self.default
        if found is None or (among is not None and found.tenant.name not in among):
            raise absent()
        return found.for_(audience)

    def seen_by(self, audience: Audience, among: Collection[str] | None = None) -> tuple[Held_co, ...]:
        """Return the parts of each library that an audience may see, for it."""
        return tuple(
            parts.for_(audience)
            for parts in self.every
            if audience.sees(parts.tenant.visible_to) and (among is None or parts.tenant.name in among)
        )

    @property
    def ready(self) -> bool:
        """True once the models are loaded, and a question to some library is answered at once."""
        return any(parts.ready for parts in self.every)

    @property
    def ending(self) -> bool:
        """Set once the process was told to end: it still answers, but no new work shall be sent to it."""
        return self.default.ending

    @ending.setter
    def ending(self, told: bool) -> None:
        self.default.ending = told

    def first_edition(self) -> str:
        """Return the edition of the first library that has one.

        Raises:
            LibraryError: none has; it says what the default one lacks.
        """
        return self._first().shelf().edition_id

    def start_loading(self) -> None:
        """Load the models with the first library that has an edition; the others are opened when somebody comes to them."""
        self._first().start_loading()

    def load(self) -> None:
        """Load the models as `start_loading` does, and wait until they are there or can't be loaded."""
        self._first().load()

    def _first(self) -> Held_co:
        for parts in self.every:
            try:
                _ = parts.shelf().edition_id
            except ReportQAError:
                continue
            return parts
        return self.default

    def erase(self, owner: str) -> Erased:
        """Delete everything of an owner in every library, whether or not they may see it now.

        Raises:
            ConversationError: a database can't be used; what was deleted until then stays so.
        """
        return sum((erase(parts.conversations().database, owner) for parts in self.every), Erased())

    def close(self) -> None:
        """Give everything back."""
        for parts in self.every:
            parts.close()


def parts_of(settings: Settings) -> Libraries[Parts]:
    """Return the libraries that the settings name, as a door that adds nothing to their parts holds them."""
    return open_libraries(settings, lambda own, tenant, opened: Parts(own, tenant, assistant=opened))


def open_libraries(settings: Settings, make: Make[Held_co]) -> Libraries[Held_co]:
    """Return the libraries that the settings name, made by `make`; their assistants share the models of this process."""
    models = Models()

    def opened(of_library: Settings) -> Assistant:
        return open_assistant(of_library, models=models)

    return Libraries([make(own, tenant, opened) for tenant, own in settings.tenants().values()])
