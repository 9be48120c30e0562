"""The ingested files' bytes, kept once under their SHA-256, so that pages can be drawn and answers checked later."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def keep_original(folder: Path, content: bytes, sha256: str) -> Path:
    """Keep bytes under their hash; a file that is there already is left alone. Returns its path."""
    target = folder / sha256
    if target.exists() and target.stat().st_size == len(content):
        return target
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{sha256}.{os.getpid()}"
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(target)
    return target


def is_intact(path: Path) -> bool:
    """Return whether a kept file still has the content that its name says."""
    return digest_of(path) == path.name


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
