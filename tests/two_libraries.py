"""Two libraries in one service: the small one for everybody, and one for the harbour's team, whose words stand nowhere else."""

from __future__ import annotations

from pathlib import Path

from report_qa import Assistant, Settings
from report_qa.records.audience import ALL, PUBLIC, Audience
from report_qa.settings import load_settings
from tests.small_library import SmallLibrary

OPEN, CLOSED, TEAM = "open", "harbour", "harbour-team"
TEAM_READER = Audience(groups=frozenset({ALL, TEAM}))
READERS = {"public": PUBLIC, "team": TEAM_READER}
HARBOUR_TITLE = "Ellerby papers"
# Stands in its one note, and in nothing that is asked.
HARBOUR_SECRET = "31.4 million"
HARBOUR_CLAIM = "The Ellerby harbour opened on 3 May 2021."
HARBOUR_QUESTION = "How much did the Ellerby harbour cost?"
HARBOUR_ANSWER = "The Ellerby harbour cost £31.4 million to build and opened on 3 May 2021."
HARBOUR_NOTE = f"""# Ellerby harbour

## Ellerby costs

{HARBOUR_ANSWER} Ferries to Ellerby carry 810,000 passengers a year.
"""


class TwoLibraries:
    """Both, ingested; the public one is the default."""

    def __init__(self, folder: Path) -> None:
        for name in (OPEN, CLOSED):
            (folder / name).mkdir()
        self.open, self.closed = SmallLibrary(folder / OPEN), SmallLibrary(folder / CLOSED)
        for name in ("big-plan.md", "libraries.md", "buses.md", "catalogue.toml"):
            (self.closed.notes / name).unlink()
        self.closed.write("ellerby.md", HARBOUR_NOTE)
        self.closed.write("catalogue.toml", f'schema = 1\ntitle = "{HARBOUR_TITLE}"\n')
        self.open.ingest()
        self.closed.ingest()

    def settings(self, **more: object) -> Settings:
        """Return the settings of a service of both."""
        tables = {
            OPEN: {"folder": self.open.library.folder},
            CLOSED: {"folder": self.closed.library.folder, "audience": [TEAM]},
        }
        return load_settings(libraries=tables, **more)

    def assistant(self, settings: Settings) -> Assistant:
        """Return the assistant of the library that settings are of, with the hashing embedder."""
        found = self.open if settings.library == self.open.library.folder else self.closed
        return found.assistant()
