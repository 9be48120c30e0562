"""Checks everything that a reader of a library relies on, and names for each fault the command that mends it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass

import numpy as np

from ingest.ledger import Ledger
from report_qa.errors import ReportQAError
from report_qa.library.edition import Edition, Library
from report_qa.library.originals import digest_of, is_intact
from report_qa.wiring import indexed_passages

_RUN = "python -m ingest"
_LEAST_FREE_BYTES = 500_000_000
_SAME_VECTOR = 0.999


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault: where, what, and the command that mends it. A `warning` harms no reader yet."""

    where: str
    what: str
    command: str
    warning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What `doctor` looked at and found."""

    checked: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong that a reader could meet."""
        return all(finding.warning for finding in self.findings)

    def as_json(self) -> dict[str, object]:
        """Return the report as one JSON object."""
        findings = [asdict(finding) for finding in self.findings]
        return {"healthy": self.healthy, "checked": list(self.checked), "findings": findings}

    def as_text(self) -> str:
        """Return the report as a few lines."""
        lines = [f"Checked: {'; '.join(self.checked)}."]
        lines += [
            f"{'note ' if item.warning else 'FAULT'} {item.where}: {item.what}\n      → {item.command}"
            for item in self.findings
        ]
        lines.append(
            "Healthy." if self.healthy else "Not healthy: run what is named behind the arrows, then doctor again."
        )
        return "\n".join(lines)


def examine(
    library: Library, *, embedder_digest: str, cited: Callable[[], Collection[str]], database: str = ""
) -> Report:
    """Check the current edition in full, the others by their manifest and store, and what lies beside them.

    `cited` gives the editions that stored answers cite, from the `database` that is named.
    """
    checked: list[str] = []
    findings: list[Finding] = []
    try:
        current_id = library.current_edition_id()
        current = library.open(current_id)
    except ReportQAError as error:
        command = f"{_RUN} rollback" if library.editions() else f"{_RUN} PATH"
        return Report(
            checked=("the pointer",), findings=(Finding(where="CURRENT", what=error.message, command=command),)
        )
    checked.append(f"edition {current_id} in full")
    findings += _edition(library, current, embedder_digest)
    for edition_id in library.editions():
        if edition_id != current_id:
            findings += _earlier(library, edition_id)
    checked.append(f"{len(library.editions()) - 1} other editions")
    findings += _beside(library, cited)
    checked += ["originals", "quarantine", f"conversations ({database})" if database else "conversations", "free space"]
    current.close()
    return Report(checked=tuple(checked), findings=tuple(findings))


def _edition(library: Library, edition: Edition, embedder_digest: str) -> Iterator[Finding]:
    where = f"edition {edition.edition_id}"
    manifest = edition.manifest
    back = f"{_RUN} rollback, then {_RUN} PATH for each folder"
    try:
        store = edition.store
        problem = _store_problem(edition)
        if problem:
            yield Finding(where=where, what=f"the passages store is damaged ({problem}).", command=back)
            return
        totals = store.totals()
        for name in ("documents", "pages", "characters", "passages"):
            if getattr(totals, name) != getattr(manifest, name):
                what = f"{getattr(totals, name)} {name} are stored, {getattr(manifest, name)} in the manifest."
                yield Finding(where=where, what=what, command=back)
        yield from _documents(library, edition, back)
        yield from _indexes(edition)
    except (ReportQAError, OSError) as error:
        yield Finding(where=where, what=str(error), command=back)
    if embedder_digest and manifest.embedder_digest != embedder_digest:
        what = f"it was embedded by another model ({manifest.embedder_name}) than the one configured."
        yield Finding(where=where, what=what, command=f"{_RUN} reembed, or set REPORT_QA_EMBEDDER back")


def _store_problem(edition: Edition) -> str:
    expected = edition.manifest.store_sha256
    if expected and digest_of(edition.folder / "passages.sqlite") != expected:
        return "its bytes have changed since it was published"
    return edition.store.integrity()


def _documents(library: Library, edition: Edition, back: str) -> Iterator[Finding]:
    """Check what each document's citations rest on: spans, lines of pages, vectors, and the original."""
    where = f"edition {edition.edition_id}"
    store = edition.store
    for document in store.documents():
        name = document.document_id
        text = store.text(name)
        passages = store.passages_of(name)
        wrong = sum(
            passage.text != "\n".join(text[span.start_char : span.end_char] for span in passage.spans)
            for passage in passages
        )
        if wrong:
            yield Finding(where=where, what=f"{wrong} passages of {name} do not stand at their offsets.", command=back)
        if any(line.end_char > len(text) for page in store.pages(name) for line in page.lines):
            yield Finding(where=where, what=f"lines of {name} stand beyond its text.", command=back)
        vectors = store.vectors([passage.passage_id for passage in passages])
        sizes = {rows.shape[1] for rows in vectors.values()}
        lacking = sum(
            passage.passage_id not in vectors or len(vectors[passage.passage_id]) != len(passage.units) + 1
            for passage in passages
        )
        if lacking or sizes - {edition.manifest.embedder_dimensions} or not all(map(_is_finite, vectors.values())):
            yield Finding(where=where, what=f"vectors of {name} are missing or broken.", command=f"{_RUN} reembed")
        yield from _original(library, document.path, document.sha256)


def _is_finite(vectors: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> bool:
    return bool(np.isfinite(vectors).all())


def _original(library: Library, path: str, sha256: str) -> Iterator[Finding]:
    mend = f"{_RUN} PATH for its folder"
    try:
        if not is_intact(library.original(sha256)):
            yield Finding(where=f"the original of {path}", what="its bytes have changed.", command=mend)
    except (ReportQAError, OSError) as error:
        yield Finding(where=f"the original of {path}", what=f"{error}", command=mend)


def _indexes(edition: Edition) -> Iterator[Finding]:
    """Compare both indexes with the store, passage by passage."""
    where = f"edition {edition.edition_id}"
    ids = edition.store.passage_ids()
    try:
        vectors, words = indexed_passages(edition)
    except ReportQAError as error:
        yield Finding(where=where, what=error.message, command=f"{_RUN} rebuild")
        return
    for name, found in (("vector", vectors.keys()), ("word", words)):
        missing, extra = len(set(ids) - found), len(found - set(ids))
        if missing or extra:
            what = f"the {name} index lacks {missing} passages and has {extra} too many."
            yield Finding(where=where, what=what, command=f"{_RUN} rebuild")
    stored = edition.store.vectors(ids)
    other = sum(
        float(vectors[passage_id] @ rows[0]) < _SAME_VECTOR
        for passage_id, rows in stored.items()
        if passage_id in vectors
    )
    if other:
        what = f"the vector index holds other vectors than the store for {other} passages."
        yield Finding(where=where, what=what, command=f"{_RUN} rebuild")


def _earlier(library: Library, edition_id: str) -> Iterator[Finding]:
    try:
        edition = library.open(edition_id)
        problem = _store_problem(edition)
        edition.close()
    except (ReportQAError, OSError) as error:
        problem = str(error)
    if problem:
        what = f"it can't be gone back to, and answers that cite it can't be opened: {problem}"
        yield Finding(where=f"edition {edition_id}", what=what, command="restore it from a backup", warning=True)


def _beside(library: Library, cited: Callable[[], Collection[str]]) -> Iterator[Finding]:
    left = [path.name for pattern in ("*.building", "*.retired") for path in library.editions_folder.glob(pattern)]
    if left:
        what = f"a run was cut short ({', '.join(sorted(left))})."
        yield Finding(where="editions", what=what, command=f"{_RUN} PATH again sweeps it away", warning=True)
    try:
        for item in Ledger(library.folder).quarantined.values():
            command = f"mend the file, or {_RUN} {json.dumps(item.root)} --retry"
            yield Finding(where=f"quarantine, {item.path}", what=item.message, command=command, warning=True)
        gone = sorted(set(cited()) - set(library.editions()))
        if gone:
            what = f"stored answers cite editions that are gone ({', '.join(gone)})."
            command = "nothing to do: their quotations are looked up in the current edition"
            yield Finding(where="conversations", what=what, command=command, warning=True)
    except ReportQAError as error:
        yield Finding(where="beside the editions", what=error.message, command=error.hint or "restore it from a backup")
    free = shutil.disk_usage(library.folder).free
    if free < _LEAST_FREE_BYTES:
        what = f"{free / 1_000_000:,.0f} MB are free; an ingest copies the current edition first."
        yield Finding(where="the disk", what=what, command="make room", warning=True)
