"""`make drill`: back the library up, restore it elsewhere, and see that it is whole there and answers as it does here.

Nothing of the library is changed, and what is made is removed. Without a library, corpus/ is ingested into one first.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from ingest.backup import back_up
from ingest.restore import restore
from ingest.upkeep import cited_editions
from report_qa.settings import Settings, load_settings
from report_qa.wiring import open_assistant_although_off, open_library, open_shelf

CORPUS = Path(__file__).resolve().parents[1] / "corpus"


def main() -> int:
    settings = load_settings()
    with tempfile.TemporaryDirectory(prefix="drill-") as scratch:
        here, there = settings.library, Path(scratch) / "restored"
        if not open_library(settings).has_current():
            here = Path(scratch) / "corpus-library"
            print(f"No library in {settings.library}: ingesting corpus/ …", flush=True)
            subprocess.run([sys.executable, "-m", "ingest", str(CORPUS), "--library", str(here)], check=True)
        settings = settings.model_copy(update={"library": here})
        return _drill(settings, Path(scratch) / "backup.tar", there)


def _drill(settings: Settings, file: Path, there: Path) -> int:
    def cited(copy: Path | None) -> frozenset[str]:
        return frozenset(cited_editions(settings if copy is None else settings.model_copy(update={"library": copy})))

    url = settings.database_url.get_secret_value()
    made = back_up(open_library(settings), file, cited=cited, database_url=url)
    print(
        f"backup   {made.size / 1e6:8.1f} MB  {made.files:6,} files  {made.seconds:6.1f} s  editions {len(made.editions)}"
    )
    restored = restore(file, there)
    print(f"restore  {made.size / 1e6:8.1f} MB  {restored.files:6,} files  {restored.seconds:6.1f} s")
    began = time.perf_counter()
    checked = subprocess.run(
        [sys.executable, "-m", "ingest", "doctor", "--library", str(there)], capture_output=True, text=True, check=False
    )
    print(f"doctor   {'healthy' if checked.returncode == 0 else 'NOT HEALTHY'}  {time.perf_counter() - began:6.1f} s")
    shelf = open_shelf(settings)
    questions = list(shelf.examples()) or [f"What does “{shelf.documents()[0].title}” say?"]
    with closing(open_assistant_although_off(library=settings.library)) as before:
        said = [before.ask(question, extracts_only=True) for question in questions]
    with closing(open_assistant_although_off(library=there)) as after:
        same = sum(after.ask(answer.question, extracts_only=True).text == answer.text for answer in said)
    print(f"answers  {same} of {len(said)} the same")
    opened = [open_shelf(library=there).evidence(span.cite) for answer in said for span in answer.evidence]
    located = sum(view is not None and view.located for view in opened)
    print(f"links    {located} of {len(opened)} citations open at their words")
    whole = checked.returncode == 0 and same == len(said) and located == len(opened)
    print("The backup is good." if whole else f"THE BACKUP IS NOT GOOD.\n{checked.stdout}{checked.stderr}")
    return 0 if whole else 1


if __name__ == "__main__":
    raise SystemExit(main())
