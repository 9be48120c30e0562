"""A list of an index's files with their digests, written when the index is complete and checked before it is opened.

Native code that is given a truncated file may end the whole process instead of raising an error (Chroma's graph files
do), and an index whose writer was killed can look whole. So a writer breaks the seal before it changes anything and
puts it back when it is done; a reader opens nothing that is unsealed, or is not what its seal says.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from report_qa.errors import IndexDamaged

_SEAL = "seal.json"
# Lock files come and go with whoever opens the index.
_IGNORED = ".lock"
# As the operating system and SQLite say it; neither library keeps the error number.
_DISK_FULL = re.compile("no space left|disk is full|disk quota", re.IGNORECASE)


def seal(folder: Path) -> None:
    """Write down every file as it is now, and let those read it who may read other files made here."""
    digests = {file.relative_to(folder).as_posix(): _digest(file) for file in _files(folder)}
    written = folder / _SEAL
    written.write_text(json.dumps(digests, indent=1), encoding="utf-8")
    # Tantivy makes some files for the user alone; a library is often read by another one.
    for name in digests:
        (folder / name).chmod(stat.S_IMODE(written.stat().st_mode))


def break_seal(folder: Path) -> None:
    """Check the seal where there is one, then remove it.

    Raises:
        IndexDamaged: the folder has files but no seal, or they are not what it says.
    """
    if _files(folder):
        sealed_files(folder)
    (folder / _SEAL).unlink(missing_ok=True)


def sealed_files(folder: Path) -> list[str]:
    """Return the index's files, relative to the folder, having checked each one.

    Raises:
        IndexDamaged: a file is missing, shorter, or otherwise not what the seal says, or there is no seal.
    """
    try:
        digests: dict[str, str] = json.loads((folder / _SEAL).read_text(encoding="utf-8"))
        changed = [name for name, digest in digests.items() if _digest(folder / name) != digest]
    except PermissionError as error:
        hint = "Let this user read the library's files."
        raise IndexDamaged(f"{error.filename} may not be read.", hint=hint) from error
    except (OSError, ValueError, AttributeError) as error:
        raise damaged(folder) from error
    if changed:
        raise damaged(folder / changed[0])
    return list(digests)


def damaged(path: Path) -> IndexDamaged:
    """Return the error that every unreadable index gives."""
    return IndexDamaged(f"The index {path} is missing or damaged.", hint="Run python -m ingest rebuild.")


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Turn what an index's library raises into `IndexDamaged`, and a full disk into the OSError that it is."""
    try:
        yield
    except IndexDamaged:
        raise
    except BaseException as error:
        # A Rust panic arrives as pyo3_runtime.PanicException, which derives from BaseException and can't be imported.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        if _DISK_FULL.search(str(error)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder)) from error
        raise damaged(folder) from error


def _files(folder: Path) -> list[Path]:
    return sorted(
        file for file in folder.rglob("*") if file.is_file() and file.name != _SEAL and file.suffix != _IGNORED
    )


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
