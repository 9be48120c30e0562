"""Restoring a backup: into a folder that holds nothing, all of it or nothing.

Nothing in the file is trusted: names lead nowhere but into the new folder, and each file has to have the digest that the listing says.
The folder gets its name when everything is in it.
"""

from __future__ import annotations

import json
import re
import shutil
import tarfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.backup import DUMP, FORMAT, LISTING, digest
from report_qa.errors import IngestError

_NAME = re.compile(
    r"CURRENT|quarantine\.json|withdrawn\.json|conversations\.(sqlite|pgdump)|originals/[0-9a-f]{64}"
    r"|editions/\d{6,12}(/(?!\.\.?(/|$))[A-Za-z0-9_.-]+)+"
)
_MOST_LISTING_BYTES = 200_000_000
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored, and from when it is (ISO 8601)."""

    library: str
    edition: str
    editions: tuple[str, ...]
    made_at: str
    files: int
    seconds: float
    conversations: str

    def as_json(self) -> dict[str, object]:
        """Return it as one JSON object."""
        return asdict(self)

    def as_text(self) -> str:
        """Return it as a few lines."""
        lines = [
            f"Restored {self.library} as it was at {self.made_at}: edition {self.edition}.",
            f"  {self.files} files, each with the digest that it had; {self.seconds:.1f} s",
        ]
        if self.conversations == DUMP:
            lines.append(
                f"  Conversations: make an empty PostgreSQL database, run pg_restore --no-owner --dbname=… "
                f"{self.library}/{DUMP}, and set REPORT_QA_DATABASE_URL."
            )
        lines.append(f"  Next: python -m ingest doctor --library {self.library}")
        return "\n".join(lines)


def restore(file: Path, folder: Path) -> Restored:
    """Make the library of a backup in a folder that is not there yet, or empty.

    Raises:
        IngestError: the folder holds something, or the file is no backup, or not a whole one.
    """
    started = time.perf_counter()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise IngestError(
            f"{folder} holds something already.", hint="Restoring replaces nothing: name an empty or a new folder."
        )
    building = folder.with_name(f".{folder.name}.restoring")
    shutil.rmtree(building, ignore_errors=True)
    try:
        building.mkdir(parents=True)
        with tarfile.open(file) as tar:
            listing = _listing(tar, file)
            for item in listing["files"]:
                _extract(tar, item, building)
        if folder.exists():
            folder.rmdir()
        building.rename(folder)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise IngestError(f"{file} can't be restored: {error}.", hint="Use another backup.") from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return Restored(
        library=str(folder),
        edition=str(listing["edition"]),
        editions=tuple(map(str, listing["editions"])),
        made_at=str(listing["made_at"]),
        files=len(listing["files"]),
        seconds=round(time.perf_counter() - started, 2),
        conversations=str(listing["conversations"]),
    )


def _listing(tar: tarfile.TarFile, file: Path) -> dict[str, Any]:
    try:
        member = tar.getmember(LISTING)
        content = tar.extractfile(member) if member.size <= _MOST_LISTING_BYTES else None
        listing = json.loads(content.read()) if content is not None else None
        if not isinstance(listing, dict) or listing["format"] != FORMAT:
            raise ValueError("another format")
        names = [item["name"] for item in listing["files"]]
        if not all(isinstance(name, str) and _NAME.fullmatch(name) for name in names) or "CURRENT" not in names:
            raise ValueError("a name that no backup has")
    except (KeyError, ValueError, TypeError) as error:
        raise IngestError(
            f"{file} is no backup that this program can read: {error}.", hint="Name a file that backup wrote."
        ) from error
    return listing


def _extract(tar: tarfile.TarFile, item: dict[str, Any], folder: Path) -> None:
    target = folder / item["name"]
    try:
        content = tar.extractfile(item["name"])
    except KeyError:
        content = None
    if content is None:
        raise IngestError(f"{item['name']} is missing in the backup.", hint="Use another backup.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        while piece := content.read(_PIECE):
            file.write(piece)
    if item["name"].startswith("conversations"):
        target.chmod(0o600)
    with target.open("rb") as written:
        if digest(written) != item["sha256"]:
            raise IngestError(f"{item['name']} is damaged in the backup.", hint="Use another backup.")
