"""What a library remembers besides its editions, and the receipts that lie in them: JSON that ingest writes.

`quarantine.json` names each file that could not be read, `withdrawn.json` the documents that were withdrawn or purged by hand; both
lie in the library's folder. `receipt.json` lies in an edition's and says how that came about.
"""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from report_qa.errors import IngestError
from report_qa.records.holdings import Quarantined, Withdrawal

QUARANTINE, WITHDRAWN, RECEIPT = "quarantine.json", "withdrawn.json", "receipt.json"
_Entry = TypeVar("_Entry", Quarantined, Withdrawal)


def read_quarantine(folder: Path) -> tuple[Quarantined, ...]:
    """Return the files in quarantine of the library in this folder.

    Raises:
        IngestError: the list can't be read.
    """
    return _read(folder / QUARANTINE, Quarantined)


def read_withdrawn(folder: Path) -> tuple[Withdrawal, ...]:
    """Return the documents that were taken out by hand.

    Raises:
        IngestError: the list can't be read.
    """
    return _read(folder / WITHDRAWN, Withdrawal)


def read_receipt(edition_folder: Path) -> dict[str, Any] | None:
    """Return an edition's receipt, None where there is none that could be read: an edition is whole without it."""
    try:
        receipt = json.loads((edition_folder / RECEIPT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return receipt if isinstance(receipt, dict) else None


def _read(path: Path, kind: type[_Entry]) -> tuple[_Entry, ...]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise ValueError("no list of tables")
        known = {field.name for field in fields(kind)}
        return tuple(kind(**{name: value for name, value in item.items() if name in known}) for item in found)
    except FileNotFoundError:
        return ()
    except (ValueError, TypeError) as error:
        raise IngestError(f"{path} can't be read: {error}.", hint="Restore it from a backup, or remove it.") from error
