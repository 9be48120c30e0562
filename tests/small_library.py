"""A small shelf of three notes and its library, made in a fraction of a second with the hashing embedder."""

from __future__ import annotations

from pathlib import Path

from ingest.pool import ReadHere
from ingest.receipt import Receipt
from ingest.run import ingest
from report_qa.assistant import Assistant
from report_qa.library.edition import Library
from report_qa.ports import ChatModel
from report_qa.settings import load_settings
from report_qa.shelf import Shelf
from report_qa.wiring import open_lexical_index, open_shelf, open_vector_index
from tests.doubles import HashingEmbedder

GAP = "How large is the productivity gap?"
GAP_ANSWER = "The productivity gap between the least and the most productive neighbourhoods is £4.2 billion a year."
NOT_THERE = "How many penguins live in Antarctica?"

NOTES = {
    "catalogue.toml": """
schema = 1
title = "Places"

[[document]]
path = "big-plan.md"
title = "The big plan"
role = "report"
""",
    "big-plan.md": f"""# The big plan

## Productivity

{GAP_ANSWER} Closing the gap would take twenty years.

## Recommendations

Government should give every neighbourhood a community fund.
""",
    "libraries.md": """# Public libraries

## Opening hours

Public libraries open 38 hours a week on average. In 2019 there were 3,600 public libraries in England.

## Volunteers

Volunteers run 450 libraries.
""",
    "buses.md": """# Rural buses

## Services

Rural bus services fell by 52% between 2010 and 2020. A single fare costs £2.
""",
}


class SmallLibrary:
    """A folder of notes and the library that they are ingested into."""

    def __init__(self, folder: Path) -> None:
        self.notes = folder / "notes"
        self.notes.mkdir()
        self.library = Library(folder / "library")
        self.embedder = HashingEmbedder()
        for name, content in NOTES.items():
            self.write(name, content)

    @property
    def folder(self) -> str:
        """The library's folder, as a command line takes it."""
        return str(self.library.folder)

    def write(self, name: str, content: str) -> None:
        (self.notes / name).write_text(content, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        """Change words of a note, which have to be there."""
        content = (self.notes / name).read_text(encoding="utf-8")
        assert old in content
        self.write(name, content.replace(old, new))

    def ingest(self) -> Receipt:
        return ingest(
            [self.notes],
            library=self.library,
            embedder_digest=self.embedder.digest,
            make_embedder=lambda: self.embedder,
            readers=ReadHere(),
        )

    def assistant(self, *, writer: ChatModel | None = None, **settings: object) -> Assistant:
        return Assistant(
            settings=load_settings(library=self.library.folder, **settings),
            library=self.library,
            embedder=self.embedder,
            open_vector_index=open_vector_index,
            open_lexical_index=open_lexical_index,
            writer=writer,
        )

    def shelf(self) -> Shelf:
        return open_shelf(library=self.library.folder)
