"""A backup: one tar file with all that it takes to answer, to open what was answered, and to go on ingesting.

It holds the current edition and those that kept answers and links cite, their originals, the lists of what is in quarantine and what
was withdrawn, and the conversations as they stood at one moment. It needs no lock: editions are not written to once they are published, and
where one goes away meanwhile the backup begins anew. What is being built is never in it. Each file is listed with its digest, and
what was written is read back before the file gets its name.

Keys, settings, and catalogues with their folders are not the library's, and not in it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit, urlunsplit

from report_qa.backends.sqlite import copy_database
from report_qa.errors import IndexDamaged, IngestError, LibraryError
from report_qa.library.edition import Library
from report_qa.library.ledger import QUARANTINE, WITHDRAWN
from report_qa.library.originals import digest_of

LISTING, FORMAT = "backup.json", 1
CONVERSATIONS, DUMP = "conversations.sqlite", "conversations.pgdump"
_TRIES = 3
_PIECE = 1 << 20

# Returns the editions that the conversations in a folder's copy cite; None stands for the database that is in use.
Cited = Callable[[Path | None], Collection[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One file of a backup: its name there, its bytes and their SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What was written. `conversations` is the name of their copy in it, "" where there are none or they could not be copied: then
    `notice` says what to do.
    """

    file: str
    edition: str
    editions: tuple[str, ...]
    files: int
    size: int
    seconds: float
    conversations: str
    notice: str = ""

    def as_json(self) -> dict[str, object]:
        """Return it as one JSON object."""
        return asdict(self)

    def as_text(self) -> str:
        """Return it as a few lines."""
        editions = f"edition {self.edition}" if len(self.editions) == 1 else f"editions {', '.join(self.editions)}"
        lines = [
            f"Backed up to {self.file}: {self.size / 1e6:,.1f} MB, {self.files} files, {self.seconds:.1f} s; read back and whole.",
            f"  {editions}, their originals{', conversations and links' if self.conversations else ''}",
        ]
        return "\n".join([*lines, *([f"  {self.notice}"] if self.notice else [])])


@dataclass(frozen=True, slots=True, kw_only=True)
class OnServer:
    """Where conversations are on PostgreSQL: in the library's own `schema`, or in all but the `others`, which are other libraries'."""

    url: str
    schema: str = ""
    others: tuple[str, ...] = ()

    def chosen(self) -> list[str]:
        """Return how pg_dump is told so."""
        if self.schema:
            return [f"--schema={self.schema}"]
        return [f"--exclude-schema={other}" for other in self.others]


def back_up(
    library: Library, target: Path, *, cited: Cited, database: OnServer | None = None, name: str = ""
) -> Backup:
    """Write a backup to a file, or into a folder under a name with the time, and that of the library where it has one.

    Raises:
        NothingPublished: there is nothing to back up.
        IngestError: it can't be written, or what is there is damaged.
    """
    started = time.perf_counter()
    library.current_edition_id()
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    file = target / f"report-qa-{name}{'-' * bool(name)}{now}.tar" if target.is_dir() else target
    if file.exists():
        raise IngestError(f"{file} is there already.", hint="Name another file; a backup replaces nothing.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Beside the file: what people asked is copied to no other disk.
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as scratch:
            conversations, notice = _conversations(library, Path(scratch), database)
            copy = Path(scratch) if conversations == CONVERSATIONS else None
            needed = cited(copy) if conversations or database else ()
            partial = Path(scratch) / "backup.tar"
            edition, editions, listed = _written(library, partial, needed, Path(scratch), conversations)
            partial.replace(file)
    except OSError as error:
        raise IngestError(
            f"The backup failed: {error.strerror or error}.", hint="Check the disk, then again."
        ) from error
    return Backup(
        file=str(file),
        edition=edition,
        editions=editions,
        files=len(listed),
        size=file.stat().st_size,
        seconds=round(time.perf_counter() - started, 2),
        conversations=conversations,
        notice=notice,
    )


def _conversations(library: Library, scratch: Path, database: OnServer | None) -> tuple[str, str]:
    """Copy the conversations as they stand at one moment; returns the copy's name, and what to do where there is none."""
    if database is None:
        source = library.folder / CONVERSATIONS
        if not source.exists():
            return "", ""
        copy_database(source, scratch / CONVERSATIONS)
        return CONVERSATIONS, ""
    by_hand = "The conversations are on PostgreSQL and not in it: run pg_dump --format=custom against that database."
    if shutil.which("pg_dump") is None:
        return "", by_hand
    parts = urlsplit(database.url)
    # A password in the command line could be read by everybody on this machine.
    user = parts.netloc.rpartition("@")[0].partition(":")[0]
    host = parts.netloc.rpartition("@")[2]
    address = urlunsplit(parts._replace(netloc=f"{user}@{host}" if user else host))
    environment = {**os.environ, **({"PGPASSWORD": unquote(parts.password)} if parts.password else {})}
    done = subprocess.run(
        [
            "pg_dump",
            "--format=custom",
            "--no-owner",
            *database.chosen(),
            f"--file={scratch / DUMP}",
            f"--dbname={address}",
        ],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return ("", f"pg_dump failed. {by_hand}") if done.returncode else (DUMP, "")


def _written(
    library: Library, partial: Path, cited: Collection[str], scratch: Path, conversations: str
) -> tuple[str, tuple[str, ...], list[Listed]]:
    """Write the tar file and return the current edition, all editions in it, and its files."""
    for left in reversed(range(_TRIES)):
        edition_id = library.current_edition_id()
        editions = tuple(sorted({edition_id, *(set(cited) & set(library.editions()))}))
        try:
            with tarfile.open(partial, "w") as tar:
                partial.chmod(0o600)
                listed = [_add(tar, name, path) for name, path in _files(library, editions)]
                if conversations:
                    listed.append(_add(tar, conversations, scratch / conversations))
                listed.append(_add_text(tar, "CURRENT", f"{edition_id}\n"))
                content = {
                    "format": FORMAT,
                    "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
                    "edition": edition_id,
                    "editions": editions,
                    "conversations": conversations,
                    "files": [asdict(item) for item in listed],
                }
                _add_text(tar, LISTING, json.dumps(content, indent=1))
            _compare(library, editions, listed)
            _read_back(partial, listed)
            return edition_id, editions, listed
        except (FileNotFoundError, LibraryError) as error:
            # An edition was retired or purged under our hands; what is there now is whole.
            if not left:
                raise IngestError(
                    f"The library has no whole copy of what is to be backed up: {error}.",
                    hint="Run python -m ingest doctor.",
                ) from error
    raise AssertionError("the last try returns or raises")


def _files(library: Library, editions: Collection[str]) -> Iterator[tuple[str, Path]]:
    """Yield the name and the path of each file to be kept.

    Raises:
        LibraryError: an edition or an original is not what it should be.
    """
    originals: set[str] = set()
    for edition_id in editions:
        edition = library.open(edition_id)
        try:
            for path in sorted(edition.folder.rglob("*")):
                if path.is_file():
                    yield f"editions/{edition_id}/{path.relative_to(edition.folder).as_posix()}", path
            originals |= {document.sha256 for document in edition.store.documents()}
        finally:
            edition.close()
    for sha256 in sorted(originals):
        yield f"originals/{sha256}", library.original(sha256)
    for name in (QUARANTINE, WITHDRAWN):
        path = library.folder / name
        if path.exists():
            yield name, path


def _add(tar: tarfile.TarFile, name: str, path: Path) -> Listed:
    if path.suffix == ".json":
        # It may be replaced at any time: what is listed is what is read, once.
        return _add_text(tar, name, path.read_text(encoding="utf-8"))
    sha256 = digest_of(path)
    with path.open("rb") as file:
        member = tarfile.TarInfo(name)
        member.size, member.mode = os.fstat(file.fileno()).st_size, 0o600
        tar.addfile(member, file)
    return Listed(name=name, size=member.size, sha256=sha256)


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> Listed:
    content = text.encode()
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))
    return Listed(name=name, size=len(content), sha256=hashlib.sha256(content).hexdigest())


def _compare(library: Library, editions: Collection[str], listed: Collection[Listed]) -> None:
    """Compare what was read with what the library says of itself: a purge, or a disk that fails, would show here.

    Raises:
        IndexDamaged: a passages store is not that of its manifest, or an original not what its name says.
    """
    digests = {item.name: item.sha256 for item in listed}
    for edition_id in editions:
        expected = library.open(edition_id).manifest.store_sha256
        if expected and digests[f"editions/{edition_id}/passages.sqlite"] != expected:
            raise IndexDamaged(f"the passages store of edition {edition_id} has changed since it was published")
    for name, sha256 in digests.items():
        if name.startswith("originals/") and name != f"originals/{sha256}":
            raise IndexDamaged(f"the bytes of {name} have changed")


def _read_back(file: Path, listed: Collection[Listed]) -> None:
    """Compare each file in the tar with its digest.

    Raises:
        IndexDamaged: one is not what was read: the disk fails, or the file changed while it was copied.
    """
    with tarfile.open(file) as tar:
        for item in listed:
            content = tar.extractfile(item.name)
            if content is None or digest(content) != item.sha256:
                raise IndexDamaged(f"{item.name} is not in the backup as it is in the library")


def digest(content: IO[bytes]) -> str:
    """Return the SHA-256 of what is left to be read."""
    found = hashlib.sha256()
    while piece := content.read(_PIECE):
        found.update(piece)
    return found.hexdigest()
