"""What an ingest did, for a person and for a program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from report_qa.records.document import DocumentText, PageReading
from report_qa.records.passage import Passage

Item = dict[str, str]

_MOST_PROBLEMS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReceipt:
    """How one document came into an edition.

    `kept`, `new` and `gone` count passages against the edition before. `pages` has for each page its number from 1, its
    characters, images, tables and passages, whether its words were recognised (OCR), why it could not be read, and what
    was left out of it, in characters by reason.
    """

    document_id: str
    path: str
    title: str
    characters: int
    kept: int
    new: int
    gone: int
    tables: int
    dropped: dict[str, int]
    pages: tuple[dict[str, Any], ...]

    @classmethod
    def of(
        cls,
        document_id: str,
        path: str,
        title: str,
        text: DocumentText,
        passages: Sequence[Passage],
        *,
        kept: int,
        gone: int,
    ) -> DocumentReceipt:
        """Return the receipt of a document that was read and split."""
        on_page = Counter(passage.page_index for passage in passages)
        return cls(
            document_id=document_id,
            path=path,
            title=title,
            characters=len(text.text),
            kept=kept,
            new=len(passages) - kept,
            gone=gone,
            tables=sum(block.kind.value == "table" for block in text.blocks),
            dropped=dict(text.dropped),
            pages=tuple(
                {
                    "page": reading.page_index + 1,
                    "characters": reading.characters,
                    "images": reading.images,
                    "tables": reading.tables,
                    "passages": on_page[reading.page_index],
                    "recognised": reading.recognised,
                    "problem": reading.problem,
                    "dropped": dict(reading.dropped),
                }
                for reading in text.readings or _unread(text)
            ),
        )


def _unread(text: DocumentText) -> list[PageReading]:
    """Return what can be said of pages by a reader that keeps no record of them."""
    return [PageReading(page_index=page.page_index, characters=page.end_char - page.start_char) for page in text.pages]


@dataclass(kw_only=True)
class Receipt:
    """Filled in as an ingest goes on. Documents are named by their id; `edition` is "" where none was published.

    `moved` are documents whose file has another name now, `duplicates` files with the content of another document,
    `held_back` files whose documents were withdrawn or purged by hand. `visibility` are documents that are for others now.
    """

    edition: str = ""
    parent: str = ""
    dry_run: bool = False
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    moved: list[Item] = field(default_factory=list)
    visibility: list[Item] = field(default_factory=list)
    duplicates: list[Item] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    held_back: list[Item] = field(default_factory=list)
    unreadable: list[Item] = field(default_factory=list)
    skipped: list[Item] = field(default_factory=list)
    documents: list[DocumentReceipt] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    pages: int = 0
    characters: int = 0
    passages: int = 0
    embedded: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    gate: dict[str, Any] | None = None

    @property
    def changes(self) -> int:
        """How many documents are added, changed, moved or withdrawn, and how many are for others now."""
        return len(self.added) + len(self.changed) + len(self.moved) + len(self.withdrawn) + len(self.visibility)

    @property
    def pages_per_second(self) -> float | None:
        """Pages read, split, embedded and indexed in a second; None where none were."""
        return round(self.pages / self.seconds, 1) if self.pages and self.seconds else None

    def note(self, document: DocumentReceipt) -> None:
        """Add a document's receipt to the totals."""
        self.documents.append(document)
        self.pages += len(document.pages)
        self.characters += document.characters
        self.passages += document.kept + document.new
        self.dropped.update(document.dropped)

    def as_json(self) -> dict[str, Any]:
        """Return the receipt as one JSON object."""
        return {**asdict(self), "dropped": dict(self.dropped), "pages_per_second": self.pages_per_second}

    def as_text(self) -> str:
        """Return the receipt as a few lines."""
        lines = [self._outcome()]
        for name in ("added", "changed", "withdrawn", "drafts"):
            documents: list[str] = getattr(self, name)
            if documents:
                lines.append(f"  {name:<10} {len(documents):>4}   {_some(documents)}")
        if self.moved:
            moves = [f"{item['from']} → {item['to']}" for item in self.moved]
            lines.append(f"  moved      {len(moves):>4}   {_some(moves)}")
        lines += [f"  visible    {item['document']}: to {item['to']}, was {item['from']}" for item in self.visibility]
        if (self.edition or self.dry_run) and self.unchanged:
            lines.append(f"  unchanged  {len(self.unchanged):>4}")
        lines += self._amounts()
        lines += [
            f"  duplicate  {item['path']}: the same as {item['of']}, not published twice" for item in self.duplicates
        ]
        lines += [f"  held back  {item['path']}: {item['reason']}" for item in self.held_back]
        lines += self._skipped()
        lines += [
            f"  not read   {item['reason']}"
            f"{' The version before stays.' if item.get('kept') else ''}"
            f"{' In quarantine; --retry tries again.' if item.get('since') else ''}"
            for item in self.unreadable
        ]
        if self.gate is not None:
            lines.append(f"  gate       {_gate(self.gate)}")
        if self.retired:
            lines.append(f"  retired    edition{'s' if len(self.retired) > 1 else ''} {', '.join(self.retired)}")
        return "\n".join(lines)

    def _skipped(self) -> list[str]:
        by_reason: dict[str, list[str]] = {}
        for item in self.skipped:
            by_reason.setdefault(item["reason"], []).append(item["path"])
        return [f"  skipped    {len(paths):>4}   {_some(paths)}: {reason}" for reason, paths in by_reason.items()]

    def _outcome(self) -> str:
        if self.dry_run:
            return "Dry run: nothing was read or published." + ("" if self.changes else " Nothing would change.")
        if self.edition:
            return f"Published edition {self.edition} in {self.seconds:.1f} s."
        if self.unchanged and not self.unreadable:
            return f"Nothing to do: all {len(self.unchanged)} documents are unchanged (edition {self.parent})."
        return f"Edition {self.parent} stays as it is." if self.parent else "Nothing was published."

    def _amounts(self) -> list[str]:
        if not self.documents:
            return []
        speed = f", {self.pages_per_second} pages/s" if self.pages_per_second else ""
        sizes = f"{self.pages:>4} pages, {self.characters:,} characters → {self.passages:,} passages"
        lines = [f"  read       {sizes} ({self.embedded:,} newly embedded{speed})"]
        before = [item for item in self.documents if item.document_id in self.changed]
        if before:
            kept, new, gone = (sum(getattr(item, name) for item in before) for name in ("kept", "new", "gone"))
            lines.append(f"  in changed {len(before):>4}   {kept:,} passages kept, {new:,} new, {gone:,} gone")
        recognised = sum(page["recognised"] for item in self.documents for page in item.pages)
        if recognised:
            lines.append(f"  recognised {recognised:>4} scanned pages, by OCR")
        problems = [
            f"  page       {item.path}, p. {page['page']}: {page['problem']}"
            for item in self.documents
            for page in item.pages
            if page["problem"]
        ]
        lines += problems[:_MOST_PROBLEMS]
        if len(problems) > _MOST_PROBLEMS:
            lines.append(f"  page       … and {len(problems) - _MOST_PROBLEMS} more; see python -m ingest receipt")
        if self.dropped:
            counts = ", ".join(f"{reason} {count:,}" for reason, count in self.dropped.most_common())
            lines.append(f"  left out   characters of {counts}")
        return lines


def _gate(gate: dict[str, Any]) -> str:
    was = "" if gate["was"] is None else f" (was {gate['was']})"
    allowed = ", published all the same" if gate["allowed"] else ""
    return f"{gate['passed']} of {gate['of']} golden questions pass{was}{allowed}"


def _some(documents: list[str]) -> str:
    shown = ", ".join(documents[:3])
    return shown if len(documents) <= 3 else f"{shown} and {len(documents) - 3} more"
