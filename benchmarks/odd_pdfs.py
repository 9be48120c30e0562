"""Read a folder of odd and broken PDFs as an ingest does, and say what became of each: `python -m benchmarks.odd_pdfs [FOLDER]`.

The folder may hold expected.csv, which says what pdfium alone makes of each file (opens, password, fails), its pages and its
characters. No file may crash this program, hang it or go unaccounted for.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ingest.pool import Job, Limits, ReaderPool
from report_qa.records.document import DocumentText

FOLDER = Path("../shared/eval/pdfs")
SECONDS = 60
_SHOWN = 12
_CRASHED, _HUNG = "crashed its reader", "took too long"


def main() -> None:
    """Read every file and print the totals."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    files = sorted(folder.rglob("*.pdf"))
    expected = _expected(folder / "expected.csv")
    started = time.perf_counter()
    pool = ReaderPool(Limits(seconds=SECONDS))
    outcomes: dict[str, list[str]] = {}
    characters = pages = recognised = 0
    odd: list[str] = []

    def jobs() -> Iterator[Job]:
        for file in files:
            password = expected.get(file.relative_to(folder).as_posix(), {}).get("known_passwords", "").split("|")[-1]
            yield Job(content=file.read_bytes(), media_type="application/pdf", name=file.name, password=password)

    try:
        for file, outcome in zip(files, pool.read(jobs()), strict=True):
            name = file.relative_to(folder).as_posix()
            said = expected.get(name, {}).get("status", "")
            if isinstance(outcome, DocumentText):
                kind = "read"
                characters += len(outcome.text)
                pages += len(outcome.pages)
                recognised += sum(reading.recognised for reading in outcome.readings)
                if said == "fails":
                    odd.append(f"{name}: read, though pdfium alone fails")
            else:
                kind = _CRASHED if "reader crash" in outcome.message else outcome.code
                kind = _HUNG if "was not read within" in outcome.message else kind
                if said == "opens" and outcome.code != "no_text_layer":
                    odd.append(f"{name}: {outcome.message}")
            outcomes.setdefault(kind, []).append(name)
    finally:
        confined = pool.confinement
        pool.close()
    seconds = time.perf_counter() - started
    print(f"{len(files)} files in {seconds:.0f} s, {confined}")
    for kind, names in sorted(outcomes.items(), key=lambda item: -len(item[1])):
        print(f"  {len(names):>4} {kind}   {', '.join(names[:3])}{', …' if len(names) > 3 else ''}")
    print(f"{pages} pages, {characters:,} characters read; {recognised} pages by text recognition")
    if expected:
        by_status = Counter(row["status"] for row in expected.values())
        told = sum(int(row["chars"] or 0) for row in expected.values())
        print(f"expected.csv: {dict(by_status)}, {told:,} characters (white space and running heads included)")
    print(f"{len(odd)} differ from expected.csv")
    for line in odd[:_SHOWN]:
        print(f"  {line}")
    crashed, hung = (len(outcomes.get(kind, [])) for kind in (_CRASHED, _HUNG))
    print(f"crashes {crashed}, hangs {hung}, unaccounted for {len(files) - sum(map(len, outcomes.values()))}")


def _expected(path: Path) -> dict[str, dict[str, str]]:
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


if __name__ == "__main__":
    main()
