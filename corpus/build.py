"""Build the shelf's briefing notes from their sources.

`python corpus/build.py` writes every built note into `corpus/`: a PDF for each `sources/*.typ`, and what
`sources/build_docx.py` makes. The creation time is fixed, so building again gives the same bytes.
`--check` builds into a temporary folder and exits 1 if a committed file differs or is missing.
"""

import argparse
import importlib
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import typst

CORPUS = Path(__file__).resolve().parent
SOURCES = CORPUS / "sources"
TEMPLATE = "note.typ"
CREATED = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp())


def build(out_dir: Path) -> list[Path]:
    """Write all built notes into `out_dir` and return their paths."""
    written: list[Path] = []
    for source in sorted(SOURCES.glob("*.typ")):
        if source.name == TEMPLATE:
            continue
        target = out_dir / f"{source.stem}.pdf"
        pdf = typst.compile(source, root=SOURCES, ignore_system_fonts=True, timestamp=CREATED)
        target.write_bytes(pdf)
        written.append(target)
    return written + build_other_formats(out_dir)


def build_other_formats(out_dir: Path) -> list[Path]:
    """Run `sources/build_docx.py` if there is one."""
    if not (SOURCES / "build_docx.py").exists():
        return []
    sys.path.insert(0, str(SOURCES))
    written: list[Path] = importlib.import_module("build_docx").build(out_dir)
    return written


def differing() -> list[str]:
    """Names of built notes whose committed file is missing or has other bytes."""
    with tempfile.TemporaryDirectory() as folder:
        return [
            fresh.name
            for fresh in build(Path(folder))
            if not (CORPUS / fresh.name).exists() or (CORPUS / fresh.name).read_bytes() != fresh.read_bytes()
        ]


def main() -> int:
    """Build, or with `--check` compare; the exit status."""
    parser = argparse.ArgumentParser(description="Build the briefing notes of the corpus.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a committed note is out of date")
    if not parser.parse_args().check:
        for path in build(CORPUS):
            print(path.relative_to(CORPUS.parent))
        return 0
    stale = differing()
    for name in stale:
        print(f"out of date: corpus/{name}", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
