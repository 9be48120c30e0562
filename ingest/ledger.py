"""What a library remembers besides its editions: files in quarantine, and documents that are not to come back.

Both lie as JSON in the library's folder and are written under its lock only. `quarantine.json` names each file that could
not be read, under a key of its bytes, reader and limits: the same file is not tried again until one of these changes, or
somebody asks for it. `withdrawn.json` names the documents that were withdrawn or purged by hand, with the hash of their
bytes, so that the next ingest of their folder doesn't bring them back.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from report_qa.library.durable import write_durably
from report_qa.library.ledger import QUARANTINE, WITHDRAWN, read_quarantine, read_withdrawn
from report_qa.records.holdings import Withdrawal


class Ledger:
    """Both lists, read when it is made and written by `save`, which does nothing where nothing changed.

    Raises:
        IngestError: a list can't be read.
    """

    def __init__(self, folder: Path) -> None:
        self._quarantine_file, self._withdrawn_file = folder / QUARANTINE, folder / WITHDRAWN
        self.quarantined = {item.key: item for item in read_quarantine(folder)}
        self.withdrawn = {item.document_id: item for item in read_withdrawn(folder)}
        self._saved = self._state()

    def withdrawal_of(self, document_id: str, sha256: str) -> Withdrawal | None:
        """Return why a file may not be taken up: its document was withdrawn, or its very bytes were purged."""
        if document_id in self.withdrawn:
            return self.withdrawn[document_id]
        return next((item for item in self.withdrawn.values() if item.purged and item.sha256 == sha256), None)

    def save(self) -> None:
        """Write what changed."""
        state = self._state()
        for path, before, now in zip((self._quarantine_file, self._withdrawn_file), self._saved, state, strict=True):
            if before != now:
                write_durably(path, now)
        self._saved = state

    def _state(self) -> tuple[str, str]:
        lists: tuple[list[dict[str, Any]], ...] = (
            [asdict(item) for item in self.quarantined.values()],
            [asdict(item) for item in self.withdrawn.values()],
        )
        quarantined, withdrawn = (json.dumps(each, ensure_ascii=True, indent=1) for each in lists)
        return quarantined, withdrawn
