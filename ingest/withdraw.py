"""Take documents out by hand: `withdraw` keeps earlier editions as they are, `purge` destroys the words everywhere.

Either way the next ingest of their folder leaves the documents out, until it is told to restore them.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ingest.ledger import Ledger
from ingest.receipt import Receipt
from ingest.remake import resolve, without, write_without
from report_qa.library.edition import Library
from report_qa.records.holdings import Withdrawal
from report_qa.sentences import split_sentences
from report_qa.wiring import sweep_vectors

# What a scan looks for: sentences long enough to be nobody else's, as many as keep it short.
_LONG_CHARS = 40
_MOST_SENTENCES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """What a purge did: editions without the documents now, answers redacted, files that still hold their words.

    `files` are the documents' own files, which are not the library's to remove.
    """

    documents: tuple[str, ...]
    editions: tuple[str, ...]
    answers: int
    remaining: tuple[str, ...]
    files: tuple[str, ...]


def withdraw(library: Library, names: Sequence[str]) -> Receipt:
    """Publish an edition without these documents; the editions before keep them.

    Raises:
        PublishRefused: a name means no document of the library.
    """
    with library.lock():
        library.sweep()
        found = resolve(library, names, _remembered(library))
        current = library.open(library.current_edition_id())
        try:
            here = [item.document_id for item in current.store.documents() if item.document_id in found]
            _remember(library, found, purged=False)
            return without(library, current, here) if here else Receipt(parent=current.edition_id)
        finally:
            current.close()


def purge(library: Library, names: Sequence[str], redact: Callable[[Collection[str]], int]) -> Purge:
    """Destroy the words of these documents in every edition, original and stored answer; `redact` does the answers.

    A purge that was interrupted is completed by running it again.

    Raises:
        PublishRefused: a name means no document of the library.
    """
    with library.lock():
        library.sweep()
        found = resolve(library, names, _remembered(library))
        _remember(library, found, purged=True)
        sentences = _sentences(library, found)
        files = _files(library, found)
        current_id = library.current_edition_id()
        touched = []
        for edition_id in library.editions():
            edition = library.open(edition_id)
            held = [item.document_id for item in edition.store.documents() if item.document_id in found]
            if held and edition_id == current_id:
                touched.append(without(library, edition, held).edition)
            if held:
                write_without(library, edition, edition_id, held, _redacted_receipt(edition.folder, edition_id, held))
                edition.close()
                library.replace(edition_id)
                touched.append(edition_id)
            edition.close()
        library.drop_unused_originals()
        sweep_vectors(library)
        answers = redact(frozenset(found))
        return Purge(
            documents=tuple(sorted(found)),
            editions=tuple(touched),
            answers=answers,
            remaining=tuple(_holding(library.folder, sentences)),
            files=files,
        )


def _remembered(library: Library) -> dict[str, str]:
    return {name: item.sha256 for name, item in Ledger(library.folder).withdrawn.items()}


def _remember(library: Library, found: dict[str, str], *, purged: bool) -> None:
    ledger = Ledger(library.folder)
    today = datetime.now(UTC).date().isoformat()
    for document_id, sha256 in found.items():
        before = ledger.withdrawn.get(document_id)
        now = Withdrawal(document_id=document_id, sha256=sha256, on=today, purged=purged)
        ledger.withdrawn[document_id] = replace(before, purged=before.purged or purged) if before else now
    for key, item in list(ledger.quarantined.items()):
        if item.sha256 in found.values():
            del ledger.quarantined[key]
    ledger.save()


def _redacted_receipt(folder: Path, edition_id: str, document_ids: Collection[str]) -> Receipt:
    """Return a receipt for an edition that lost documents: what was said of the others is not said again."""
    try:
        before = json.loads((folder / "receipt.json").read_text(encoding="utf-8"))
        lists = {name: [each for each in before[name] if each not in document_ids] for name in ("added", "changed")}
    except (OSError, ValueError, KeyError, TypeError):
        lists = {"added": [], "changed": []}
    return Receipt(edition=edition_id, withdrawn=sorted(document_ids), added=lists["added"], changed=lists["changed"])


def _sentences(library: Library, found: Collection[str]) -> list[bytes]:
    """Return sentences of these documents that no other document has."""
    own: dict[str, None] = {}
    others: list[str] = []
    for edition_id in library.editions():
        edition = library.open(edition_id)
        for document in edition.store.documents():
            text = edition.store.text(document.document_id)
            if document.document_id not in found:
                others.append(text)
                continue
            for line in text.split("\n"):
                own.update(
                    (line[start:end], None) for start, end in split_sentences(line) if end - start >= _LONG_CHARS
                )
        edition.close()
    step = max(1, len(own) // _MOST_SENTENCES)
    return [each.encode() for each in list(own)[::step] if not any(each in text for text in others)]


def _files(library: Library, found: Collection[str]) -> tuple[str, ...]:
    files = set()
    for edition_id in library.editions():
        edition = library.open(edition_id)
        provenance = edition.store.provenance()
        for document in edition.store.documents():
            if document.document_id in found:
                root = Path(provenance[document.document_id][0])
                path = root / document.path if root.is_dir() else root
                if path.exists():
                    files.add(str(path))
        edition.close()
    return tuple(sorted(files))


def _holding(folder: Path, sentences: Sequence[bytes]) -> list[str]:
    """Return the files under a folder that hold any of these sentences, byte for byte."""
    holding = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.stat().st_size:
            with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                if any(content.find(sentence) >= 0 for sentence in sentences):
                    holding.append(path.relative_to(folder).as_posix())
    return holding
