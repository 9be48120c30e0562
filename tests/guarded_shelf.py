"""A shelf with documents for everybody, for staff and for a group, in which each hidden document has words of its own.

`Zanthorp` stands in the staff's document alone, `Quillmere` in the board's, in their ids, paths, titles, headings and texts.
"""

from __future__ import annotations

from pathlib import Path

from report_qa.records.audience import ALL, PUBLIC, STAFF, Audience
from tests.small_library import NOTES, SmallLibrary

STAFF_WORD, BOARD_WORD = "Zanthorp", "Quillmere"
STAFF_READER = Audience(groups=frozenset({ALL, STAFF}))
BOARD_READER = Audience(groups=frozenset({ALL, STAFF, "board"}))
READERS = {"public": PUBLIC, "staff": STAFF_READER, "board": BOARD_READER}
STAFF_ANSWER = "The Zanthorp programme costs £9.7 million a year and closes 12 libraries."
STAFF_QUESTION = "How much does the Zanthorp programme cost?"
BOARD_ANSWER = "The Quillmere merger was agreed on 3 May 2021 with three councils."

GUARDED = {
    "zanthorp-closures.md": f"""# Zanthorp closures

## Zanthorp costs

{STAFF_ANSWER} Rural bus services to Zanthorp fell by 81% between 2010 and 2020. The Zanthorp Recovery Unit (ZRU) reports.
""",
    "quillmere-merger.md": f"""# Quillmere merger

## Quillmere agreement

{BOARD_ANSWER} It supersedes the big plan in Quillmere. The productivity gap in Quillmere is £7.7 billion a year.
""",
}
ENTRIES = """
[[document]]
path = "zanthorp-closures.md"
title = "Zanthorp closures"
publisher = "Zanthorp Trust"
visible_to = ["staff"]

[[document]]
path = "quillmere-merger.md"
title = "Quillmere merger"
visible_to = ["board"]
"""


def guarded(folder: Path) -> SmallLibrary:
    """Return the shelf, ingested."""
    made = SmallLibrary(folder)
    for name, content in GUARDED.items():
        made.write(name, content)
    made.write("catalogue.toml", NOTES["catalogue.toml"] + ENTRIES)
    made.ingest()
    return made
