"""A folder of six notes and the library that they are ingested into, with the small embedder, read in this process."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from ingest.difference import Asked
from ingest.pool import ReadHere
from ingest.receipt import Receipt
from ingest.run import Retention, ingest
from report_qa.library.edition import Edition, Library
from tests.doubles import HashingEmbedder

WORDS = ("bus", "hall", "shop", "pub", "park", "school")


class NoteShelf:
    """A folder of notes and the library that they are ingested into."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "notes"
        self.folder.mkdir()
        self.library = Library(folder / "library")
        self.embedder = HashingEmbedder()
        for word in WORDS:
            self.write(
                f"{word}.md",
                f"# The {word}\n\n## Hours\n\nThe {word} is open every day. It cost £{len(word)}m in 2024.\n",
            )

    def write(self, name: str, content: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    def ingest(
        self,
        *paths: Path,
        embedder: HashingEmbedder | None = None,
        allow_withdraw: bool = False,
        retry: bool = False,
        restore: bool = False,
        dry_run: bool = False,
        keep: int = 5,
        cited: Collection[str] = (),
    ) -> Receipt:
        used = embedder or self.embedder
        used.embedded.clear()
        return ingest(
            paths or [self.folder],
            library=self.library,
            embedder_digest=used.digest,
            make_embedder=lambda: used,
            asked=Asked(allow_withdraw=allow_withdraw, retry=retry, restore=restore),
            readers=ReadHere(),
            dry_run=dry_run,
            retention=Retention(keep=keep, cited=lambda: cited),
        )

    @property
    def edition(self) -> Edition:
        return self.library.open(self.library.current_edition_id())

    def ids(self) -> list[str]:
        return [document.document_id for document in self.edition.store.documents()]

    def leftovers(self) -> list[str]:
        return [path.name for path in self.library.editions_folder.glob("*.building")]
