"""Which files the systems get, and what they are asked.

PDFs only, since the peers read nothing else of these shelves by pages, and no follow-up questions, since most peers know no
conversation. The starter corpus is the project's own; the other shelves lie outside of it (docs/evaluation.md says what they
are) and are left out where they are not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from report_qa.evaluation.questions import GoldQuestion, read_questions

ROOT = Path(__file__).parents[2]
OUTSIDE = ROOT.parent / "shared" / "eval"
# So many pages of the annual reports keep a run within its time.
_MOST_PAGES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """A shelf of PDFs with its questions; `pages` counts the pages of all files."""

    name: str
    title: str
    root: Path
    files: tuple[Path, ...]
    pages: int
    questions: tuple[GoldQuestion, ...]


def all_sets(root: Path = ROOT, outside: Path = OUTSIDE) -> Iterator[Set]:
    """Yield the sets that are there."""
    corpus = root / "corpus"
    yield make_set("starter", "starter corpus", corpus, [corpus / "gold.jsonl"])
    reports = outside / "publicreports"
    if reports.is_dir():
        yield make_set("reports", "public reports", reports, [reports / "questions.jsonl"])
    filings = outside / "financebench"
    if filings.is_dir():
        asked = [filings / "questions.jsonl", filings / "unanswerable.jsonl"]
        yield make_set("filings", "annual reports", filings, asked, most_pages=_MOST_PAGES)


def make_set(name: str, title: str, root: Path, asked: Sequence[Path], most_pages: int | None = None) -> Set:
    """Return the PDFs of a folder, the first ones up to so many pages, with the questions that are about them or unanswerable."""
    from pypdf import PdfReader

    files: list[Path] = []
    pages = 0
    for file in sorted(root.glob("*.pdf")):
        if most_pages is not None and pages >= most_pages:
            break
        files.append(file)
        pages += len(PdfReader(file).pages)
    names = {file.name for file in files}
    questions = [gold for file in asked for gold in read_questions(file) if _is_asked(gold, names)]
    return Set(name=name, title=title, root=root, files=tuple(files), pages=pages, questions=tuple(questions))


def _is_asked(gold: GoldQuestion, names: set[str]) -> bool:
    if gold.history:
        return False
    return not gold.answerable or any(place.source in names and place.pages for place in gold.places)
