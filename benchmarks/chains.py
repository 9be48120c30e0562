"""How chains end, how long one takes, and what becomes of changed figures: `python -m benchmarks.chains --library DIR [--top N]`.

Statements of the library's own documents that have the mark of a note are followed, N of them, drawn by a fixed seed. Printed are the
outcomes by kind of reference, and the time of statements with no document to look into, with one, with several: on the wall, and of the
processor, which other work on the machine leaves alone. Then each statement that was said to be the same gets one figure changed: it may
differ or not be found; "the same" is wrong.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest.mock import patch

from report_qa import Assistant, Chain, Outcome, open_assistant
from report_qa.citations import decode_cite, encode_cite
from report_qa.library.edition import Edition, Library
from report_qa.records.document import BlockKind, Span
from report_qa.tracer import Statement

_FIGURE = re.compile(r"(?<![\w.,])(?!(?:19|20)\d\d\b)\d[\d,.]*(?<=\d)")
_SHORTEST = 40


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, default=Path("library"))
    parser.add_argument("--top", type=int, default=100)
    chosen = parser.parse_args(arguments)
    library = Library(chosen.library)
    edition = library.open(library.current_edition_id())
    cites = sorted(_cites(edition))
    random.Random(1).shuffle(cites)
    print(report(open_assistant(library=chosen.library), cites[: chosen.top]))


def report(assistant: Assistant, cites: Sequence[str]) -> str:
    """Follow quotations and return the figures as text."""
    outcomes: Counter[str] = Counter()
    walls: dict[int, list[float]] = {}
    processors: dict[int, list[float]] = {}
    same: list[Chain] = []
    for number, cite in enumerate(("warm-up", *cites)):
        wall, processor = time.perf_counter(), time.process_time()
        chain = assistant.trace(cites[0] if not number and cites else cite)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        if chain is None or not number:
            continue
        documents = {link.document.document_id for link in chain.links if link.document is not None}
        walls.setdefault(len(documents), []).append(wall * 1000)
        processors.setdefault(len(documents), []).append(processor * 1000)
        outcomes.update(f"{link.reference.kind.value} {link.outcome.value}" for link in chain.links)
        if any(link.outcome is Outcome.SAME for link in chain.links):
            same.append(chain)
    lines = [f"{len(cites)} statements: " + ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items()))]
    lines += [
        f"with {count} documents to look into: {len(times)} statements, median {statistics.median(times):.0f} ms "
        f"({statistics.median(processors[count]):.0f} ms of the processor), slowest {max(times):.0f} ms"
        for count, times in sorted(walls.items())
    ]
    changed = Counter(outcome for chain in same for outcome in _changed(assistant, chain))
    lines.append(
        "with a figure changed: " + (", ".join(f"{name} {count}" for name, count in sorted(changed.items())) or "none")
    )
    return "\n".join(lines)


def _changed(assistant: Assistant, chain: Chain) -> Iterator[str]:
    """Yield the outcomes of a statement whose first figure is another."""
    match = _FIGURE.search(chain.statement)
    if match is None:
        return
    other = re.sub(r"\d", lambda digit: str((int(digit[0]) + 3) % 10 or 4), match[0], count=1)
    words = chain.statement[: match.start()] + other + chain.statement[match.end() :]
    changed = Statement(document=chain.document, spans=_spans(chain), words=words)
    with patch("report_qa.assistant.statement_of", lambda *_, **__: changed):
        again = assistant.trace(chain.cite)
    yield from (link.outcome.value for link in again.links if link.document is not None) if again else ()


def _spans(chain: Chain) -> tuple[Span, ...]:
    return tuple(Span(start_char=start, end_char=end) for start, end in decode_cite(chain.cite).ranges)


def _cites(edition: Edition) -> Iterator[str]:
    """Yield the permanent names of the sentences, items and rows that have the mark of a note."""
    store = edition.store
    for document in store.documents():
        text, marks = store.text(document.document_id), store.note_marks(document.document_id)
        for passage in store.passages_of(document.document_id):
            for unit in passage.units:
                last = unit.spans[-1]
                marked = any(last.start_char < mark.char <= last.end_char for mark in marks)
                words = "\n".join(text[span.start_char : span.end_char] for span in unit.spans)
                if marked and not unit.whole and passage.kind is not BlockKind.FOOTNOTE and len(words) >= _SHORTEST:
                    ranges = tuple((span.start_char, span.end_char) for span in unit.spans)
                    yield encode_cite(edition.edition_id, document.document_id, ranges, words)


if __name__ == "__main__":
    main()
