"""Write dist/sbom.cdx.json: the packages that report-qa needs to run, from the lock files, with their hashes (`make sbom`).

CycloneDX, by cyclonedx-bom. Packages that only tests, lint or benchmarks need are left out, for they are not shipped; so are those of
the build for NVIDIA cards, unless it is installed. A package that is locked in another version for a newer Python is listed in
both. Nothing is looked up: names and versions are the lock's, and which are needed is what the installed packages declare.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
SBOM = ROOT / "dist" / "sbom.cdx.json"
LOCKS = ("requirements.lock", "requirements-torch.lock", "requirements-cuda.lock")
# A package's line, and what is indented below it.
_BLOCK = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==.*\n(?:[ \t].*\n)*", re.MULTILINE)


def main() -> None:
    """Write the file and say how many packages it lists."""
    locks = "".join((ROOT / name).read_text(encoding="utf-8") for name in LOCKS)
    needed = locked_for("report-qa", locks)
    SBOM.parent.mkdir(exist_ok=True)
    make(needed, SBOM)
    print(f"{SBOM.relative_to(ROOT)}: {len(_BLOCK.findall(needed))} packages")


def make(lock: str, file: Path) -> None:
    """Write the SBOM of a lock's packages; it is validated against CycloneDX's schema, and the same lock gives the same file."""
    # It warns that a lock has no graph of what needs what, which is so.
    words = [
        "-W",
        "ignore::UserWarning",
        "-m",
        "cyclonedx_py",
        "requirements",
        "-",
        "--pyproject",
        str(ROOT / "pyproject.toml"),
        "--output-reproducible",
        "-o",
        str(file),
    ]
    subprocess.run([sys.executable, *words], input=lock, text=True, check=True)


def locked_for(package: str, lock: str) -> str:
    """Return the blocks of a lock file for what a package of this environment needs, however far down, without its extras."""
    needed = needed_by(package)
    return "".join(block.group() for block in _BLOCK.finditer(lock) if block.group("name") in needed)


def needed_by(package: str) -> frozenset[str]:
    """Return the normalised names of all packages that one needs in this environment, itself not among them."""
    found: set[tuple[str, str]] = set()
    waiting: list[tuple[str, str]] = [(canonicalize_name(package), "")]
    while waiting:
        name, extra = waiting.pop()
        for wanted in _requirements(name):
            if wanted.marker is None or wanted.marker.evaluate({"extra": extra}):
                new = [each for each in _with_extras(wanted.name, wanted.extras) if each not in found]
                found.update(new)
                waiting += new
    return frozenset(name for name, _ in found)


def _requirements(name: str) -> Sequence[Requirement]:
    try:
        return [Requirement(line) for line in requires(name) or ()]
    except PackageNotFoundError:
        # Needed on another platform only.
        return ()


def _with_extras(name: str, extras: Iterable[str]) -> list[tuple[str, str]]:
    return [(canonicalize_name(name), extra) for extra in ("", *sorted(extras))]


if __name__ == "__main__":
    main()
