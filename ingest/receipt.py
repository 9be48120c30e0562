"""What an ingest did, for a person and for a program."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(kw_only=True)
class Receipt:
    """Filled in as an ingest goes on. Documents are named by their id; `edition` is "" where none was published."""

    edition: str = ""
    parent: str = ""
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    unreadable: list[dict[str, str]] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    pages: int = 0
    characters: int = 0
    passages: int = 0
    embedded: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def changes(self) -> int:
        """How many documents are added, changed or withdrawn."""
        return len(self.added) + len(self.changed) + len(self.withdrawn)

    @property
    def pages_per_second(self) -> float | None:
        """Pages read, split, embedded and indexed in a second; None where none were."""
        return round(self.pages / self.seconds, 1) if self.pages and self.seconds else None

    def as_json(self) -> dict[str, Any]:
        """Return the receipt as one JSON object."""
        return {**asdict(self), "dropped": dict(self.dropped), "pages_per_second": self.pages_per_second}

    def as_text(self) -> str:
        """Return the receipt as a few lines."""
        lines = []
        if self.edition:
            lines.append(f"Published edition {self.edition} in {self.seconds:.1f} s.")
        elif self.unchanged and not self.unreadable:
            lines.append(f"Nothing to do: all {len(self.unchanged)} documents are unchanged (edition {self.parent}).")
        else:
            lines.append("Nothing was published." if not self.parent else f"Edition {self.parent} stays as it is.")
        for name in ("added", "changed", "withdrawn", "drafts"):
            documents: list[str] = getattr(self, name)
            if documents:
                lines.append(f"  {name:<10} {len(documents):>4}   {_some(documents)}")
        if self.edition and self.unchanged:
            lines.append(f"  unchanged  {len(self.unchanged):>4}")
        if self.edition and (self.added or self.changed):
            speed = f", {self.pages_per_second} pages/s" if self.pages_per_second else ""
            lines.append(
                f"  read       {self.pages:>4} pages, {self.characters:,} characters → {self.passages:,} passages"
                f" ({self.embedded:,} newly embedded{speed})"
            )
        if self.dropped:
            counts = ", ".join(f"{reason} {count:,}" for reason, count in self.dropped.most_common())
            lines.append(f"  left out   characters of {counts}")
        lines += [f"  skipped    {item['path']}: {item['reason']}" for item in self.skipped]
        lines += [
            f"  not read   {item['reason']}{' The version before stays.' if item.get('kept') else ''}"
            for item in self.unreadable
        ]
        return "\n".join(lines)


def _some(documents: list[str]) -> str:
    shown = ", ".join(documents[:3])
    return shown if len(documents) <= 3 else f"{shown} and {len(documents) - 3} more"
