"""Editions and the pointer to the current one.

`library/CURRENT` holds the id of the edition that readers use. It is replaced atomically, so a reader sees the old
edition or the new one and never anything between; an edition's folder is not written to after it has been published.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from uuid import uuid4

from report_qa.errors import IndexDamaged, LibraryLocked, ManifestMismatch, NothingPublished
from report_qa.library.durable import sync, write_durably
from report_qa.library.manifest import FILE_NAME, Manifest, read_manifest
from report_qa.library.passages import SqlitePassages

_EDITION_ID = re.compile(r"\d{6,12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Edition:
    """One published edition, read only. `chroma_url` is the server that may hold its vectors."""

    def __init__(self, folder: Path, *, chroma_url: str = "") -> None:
        self.folder = folder
        self.chroma_url = chroma_url
        self.manifest: Manifest = read_manifest(folder)
        self.edition_id = self.manifest.edition_id
        self.chroma_folder = folder / "chroma"
        self.tantivy_folder = folder / "tantivy"

    @cached_property
    def store(self) -> SqlitePassages:
        """The edition's passages store."""
        return SqlitePassages(self.folder / "passages.sqlite")

    def close(self) -> None:
        """Release the store, if it was opened."""
        if "store" in self.__dict__:
            self.store.close()


class Library:
    """A library folder, and the Chroma server for its vectors if they are not to be in it.

    Making one touches nothing on disk.
    """

    def __init__(self, folder: Path, *, chroma_url: str = "") -> None:
        self.folder = folder
        self.chroma_url = chroma_url
        self.editions_folder = folder / "editions"
        self.originals_folder = folder / "originals"
        self._pointer = folder / "CURRENT"
        self._id = folder / "server-id"

    def current_edition_id(self) -> str:
        """Return the id of the edition that readers use.

        Raises:
            NothingPublished: there is none yet.
        """
        try:
            edition_id = self._pointer.read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NothingPublished(
                f"Nothing is published in {self.folder} yet.", hint="Run python -m ingest PATH first."
            ) from error
        except OSError as error:
            raise IndexDamaged(
                f"{self._pointer} can't be read: {error.strerror}.", hint="Check its permissions."
            ) from error
        if not _EDITION_ID.fullmatch(edition_id):
            raise ManifestMismatch(f"{self._pointer} names no edition.", hint="Run python -m ingest rollback.")
        return edition_id

    def has_current(self) -> bool:
        """Return whether an edition is published."""
        return self._pointer.exists()

    def editions(self) -> tuple[str, ...]:
        """Return the ids of all complete editions, oldest first."""
        if not self.editions_folder.is_dir():
            return ()
        names = (path.name for path in self.editions_folder.iterdir() if (path / "manifest.json").exists())
        return tuple(sorted(name for name in names if _EDITION_ID.fullmatch(name)))

    def open(self, edition_id: str) -> Edition:
        """Open an edition.

        Raises:
            ManifestMismatch: there is no such edition, or it can't be read by this program.
        """
        if not _EDITION_ID.fullmatch(edition_id):
            raise ManifestMismatch(f"{edition_id!r} is no edition's name.", hint="See python -m ingest status.")
        return Edition(self.editions_folder / edition_id, chroma_url=self.chroma_url)

    def server_prefix(self) -> str:
        """Return how the names of this library's collections on a Chroma server begin. Call it under the lock only."""
        if not self._id.exists():
            write_durably(self._id, uuid4().hex[:16] + "\n")
        return f"report-qa-{self._id.read_text(encoding='utf-8').strip()}-"

    def original(self, sha256: str) -> Path:
        """Return the kept bytes of a document.

        Raises:
            IndexDamaged: they are not there.
        """
        path = self.originals_folder / sha256
        if not _SHA256.fullmatch(sha256) or not path.is_file():
            raise IndexDamaged(f"The original {sha256[:12]}… is missing.", hint="Ingest its file again.")
        return path

    def building_folder(self, edition_id: str) -> Path:
        """Return where an edition is built before it is published."""
        return self.editions_folder / f"{edition_id}.building"

    def next_edition_id(self) -> str:
        """Return the id after the highest one in use."""
        return f"{max((int(name) for name in self.editions()), default=0) + 1:06d}"

    def publish(self, edition_id: str) -> None:
        """Make a complete edition the current one, atomically and durably."""
        building = self.building_folder(edition_id)
        if building.exists():
            # Folders too: a file that was created is only sure to be there when its folder's entry is on disk.
            for path in (building, *building.rglob("*")):
                sync(path)
            building.rename(self.editions_folder / edition_id)
            sync(self.editions_folder)
            if self.originals_folder.is_dir():
                sync(self.originals_folder)
        write_durably(self._pointer, edition_id + "\n")

    def replace(self, edition_id: str) -> None:
        """Put the folder that was built under an existing edition's id in its place.

        This is for `purge` alone: an edition is never changed otherwise. A reader that has the old one open keeps it.
        """
        building, retired = self.building_folder(edition_id), self._retired_folder(edition_id)
        for path in (building, *building.rglob("*")):
            sync(path)
        (self.editions_folder / edition_id).rename(retired)
        building.rename(self.editions_folder / edition_id)
        sync(self.editions_folder)
        shutil.rmtree(retired)

    def retire(self, keep: int, cited: Collection[str]) -> tuple[str, ...]:
        """Remove all but the last `keep` editions, the current one and those that are cited; returns their ids.

        Originals that no edition refers to any more go with them. Call it under the lock only.
        """
        current = self.current_edition_id()
        editions = [name for name in self.editions() if name <= current]
        going = [name for name in editions[:-keep] if name not in cited and name != current]
        for name in going:
            # Out of the list first: nobody finds half an edition.
            retired = self._retired_folder(name)
            (self.editions_folder / name).rename(retired)
            shutil.rmtree(retired, ignore_errors=True)
        if going:
            self.drop_unused_originals()
        return tuple(going)

    def drop_unused_originals(self) -> int:
        """Remove kept files that no edition refers to; returns how many. Call it under the lock only."""
        used = set()
        for name in self.editions():
            edition = self.open(name)
            used |= {document.sha256 for document in edition.store.documents()}
            edition.close()
        unused = [path for path in self.originals_folder.glob("*") if path.name not in used]
        for path in unused:
            path.unlink()
        return len(unused)

    def sweep(self) -> int:
        """Remove what killed runs left behind; returns how many folders. Call it under the lock only."""
        left = [path for path in self.editions_folder.glob("*.building") if path.is_dir()]
        for path in self.editions_folder.glob("*.retired"):
            whole = path.with_suffix("")
            built = self.building_folder(whole.name)
            if not whole.exists() and built in left and (built / FILE_NAME).exists():
                # Killed between the two renames of `replace`: what was built is complete.
                built.rename(whole)
                left.remove(built)
            shutil.rmtree(path, ignore_errors=True)
        for path in left:
            shutil.rmtree(path, ignore_errors=True)
        for path in (*self.originals_folder.glob(".*"), *self.folder.glob(".*.*")):
            path.unlink(missing_ok=True)
        return len(left)

    def _retired_folder(self, edition_id: str) -> Path:
        return self.editions_folder / f"{edition_id}.retired"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the library for one ingest; the lock goes with the process, however it ends.

        Raises:
            LibraryLocked: another ingest holds it; the message says which.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.seek(0)
                raise LibraryLocked(
                    f"Another ingest holds {self.folder}{_holder(file.read())}.", hint="Wait until it has finished."
                ) from error
            file.seek(0)
            file.truncate()
            json.dump({"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}, file)
            file.flush()
            yield


def _holder(note: str) -> str:
    try:
        held = json.loads(note)
        return f" (process {held['pid']}, since {held['since']})"
    except (ValueError, KeyError, TypeError):
        return ""
