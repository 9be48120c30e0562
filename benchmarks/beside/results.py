"""The file that a run fills, one part (a system on a set) at a time, so that a run that was stopped goes on where it was.

Each part is written as soon as it is there. A run that is whole is never gone on with: the next one begins anew, so that
figures that are compared were measured in one run, on one machine, with one state of the code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Part = Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Results:
    """`about` describes the machine, versions, sets and systems; `parts` are by set and system."""

    file: Path
    about: dict[str, Any]
    parts: dict[str, dict[str, Part]] = field(default_factory=dict)

    @classmethod
    def begin(cls, file: Path, about: dict[str, Any], *, anew: bool = False) -> Results:
        """Go on with the run in a file if it is unfinished and about the same (its date aside), else begin one."""
        if file.exists() and not anew:
            read = json.loads(file.read_text(encoding="utf-8"))
            if not read["finished"] and _without_date(read["about"]) == _without_date(about):
                return cls(file=file, about=read["about"], parts=read["parts"])
        return cls(file=file, about=about)

    def has(self, set_name: str, system: str) -> bool:
        """Return whether a part is there."""
        return system in self.parts.get(set_name, {})

    def add(self, set_name: str, system: str, part: Part) -> None:
        """Keep a part."""
        self.parts.setdefault(set_name, {})[system] = part
        self._write(finished=False)

    def finish(self) -> None:
        """Mark the run as whole."""
        self._write(finished=True)

    def whole(self) -> dict[str, Any]:
        """Return what a page is made of."""
        return {"about": self.about, "parts": self.parts}

    def _write(self, *, finished: bool) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"finished": finished, **self.whole()}, ensure_ascii=False, indent=1)
        new = self.file.with_suffix(".new")
        new.write_text(text + "\n", encoding="utf-8")
        new.replace(self.file)


def missing(results: Results, sets: Iterable[str], systems: Iterable[str]) -> list[tuple[str, str]]:
    """Return the parts that are still to be measured, set by set."""
    wanted = list(systems)
    return [(each, system) for each in sets for system in wanted if not results.has(each, system)]


def _without_date(about: Mapping[str, Any]) -> dict[str, Any]:
    # As it would be read back.
    kept = json.loads(json.dumps(about))
    kept.pop("date", None)
    return dict(kept)
