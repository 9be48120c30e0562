"""What an edition says of itself: a small JSON file that is written last, when everything it speaks of is in place."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from report_qa.errors import ManifestMismatch

# Since 3 documents may be hidden: a program that doesn't know it would show them, and so can't read it.
SCHEMA = 3
# Editions of these are read as they are; an ingest brings its own copy up to date.
READABLE = (1, 2, 3)
FILE_NAME = "manifest.json"
_COUNTS = ("embedder_dimensions", "documents", "pages", "characters", "passages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """An edition's identity, the model that embedded it, and its counts. `created_at` is ISO 8601 in UTC.

    `store_sha256` is that of the passages store, "" in editions of schema 1.
    """

    edition_id: str
    parent: str
    created_at: str
    package_version: str
    embedder_name: str
    embedder_digest: str
    embedder_dimensions: int
    documents: int
    pages: int
    characters: int
    passages: int
    title: str = ""
    examples: tuple[str, ...] = ()
    store_sha256: str = ""
    schema: int = SCHEMA


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest and make sure that it is on disk."""
    path = folder / FILE_NAME
    with path.open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())


def read_manifest(folder: Path) -> Manifest:
    """Read an edition's manifest.

    Raises:
        ManifestMismatch: there is none, it can't be read, or another version of this program wrote it.
    """
    path = folder / FILE_NAME
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw.get("schema") not in READABLE:
            raise ManifestMismatch(
                f"{path} has schema {raw.get('schema')}; this program reads schema {', '.join(map(str, READABLE))}.",
                hint="Use the program that wrote it, or ingest the shelf again.",
            )
        raw["examples"] = tuple(raw.get("examples") or ())
        manifest = Manifest(**raw)
        if not all(isinstance(getattr(manifest, name), int) for name in _COUNTS):
            raise ValueError("a count is no number")
        return manifest
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ManifestMismatch(
            f"{path} can't be read as an edition's manifest.", hint="Run python -m ingest rollback."
        ) from error
