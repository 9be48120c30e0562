"""Prints the part of requirements.lock that running needs: `runtime_lock.py [EXTRA …]`, `--build`, or asks `--cuda`.

requirements.lock also holds what developing needs. Which packages running needs follows from pyproject.toml and from the lock
itself, which says below each package whose requirement it is. Versions and hashes are passed on untouched. `--build` prints what
building the wheel needs; `--cuda` ends well where the installed torch wants the libraries for NVIDIA cards. Standard library alone, since
it runs before anything is installed.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def runtime_lock(lock: str, roots: Iterable[str]) -> str:
    """Return the blocks of a lock file that these packages lead to.

    Raises:
        ValueError: a package is not in the lock file.
    """
    blocks = {_plain(block): block for block in re.split(r"(?m)^(?=[a-z0-9])", lock) if re.match(r"[a-z0-9]", block)}
    required_by = {name: _parents(block) for name, block in blocks.items()}
    wanted = {_plain(root) for root in roots}
    # torch has lock files of its own, and so has what its builds need.
    absent = sorted(wanted - blocks.keys() - {"torch"})
    if absent:
        raise ValueError(f"requirements.lock lacks {', '.join(absent)}")
    grown = True
    while grown:
        more = {name for name, parents in required_by.items() if name not in wanted and parents & wanted}
        wanted |= more
        grown = bool(more)
    return "".join(block for name, block in sorted(blocks.items()) if name in wanted)


def roots_of(pyproject: str, extras: Iterable[str]) -> list[str]:
    """Return the names of what pyproject.toml requires for running, and with these extras.

    Raises:
        KeyError: there is no such extra.
    """
    project = tomllib.loads(pyproject)["project"]
    optional = project["optional-dependencies"]
    return [*project["dependencies"], *(name for extra in extras for name in optional[extra])]


def _parents(block: str) -> set[str]:
    lines = block.split("# via", 1)[-1].splitlines() if "# via" in block else []
    return {_plain(line.lstrip(" #")) for line in lines if line.strip(" #")}


def _plain(words: str) -> str:
    match = _NAME.match(words.strip())
    return re.sub(r"[-_.]+", "-", match[0]).lower() if match else ""


def _wants_cuda() -> bool:
    from importlib.metadata import requires

    # Only the build for such cards requires them.
    return any(each.startswith(("nvidia", "cuda")) for each in requires("torch") or ())


def main(arguments: list[str]) -> int:
    """Do what the arguments say."""
    if arguments == ["--cuda"]:
        return 0 if _wants_cuda() else 1
    pyproject = Path("pyproject.toml").read_text(encoding="utf-8")
    building = arguments == ["--build"]
    roots = tomllib.loads(pyproject)["build-system"]["requires"] if building else roots_of(pyproject, arguments)
    sys.stdout.write(runtime_lock(Path("requirements.lock").read_text(encoding="utf-8"), roots))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
