"""docs/comparison.md: every cell that claims something names a source, every source is described, and ours exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8")
TABLES, SOURCES = PAGE.split("\n## Sources\n")
CODE = r"[RKPOFAG]\d+"
# Cells that claim nothing.
_OPEN = re.compile(r"not found|not looked up")


def rows() -> list[list[str]]:
    lines = [line for line in TABLES.splitlines() if line.startswith("| ") and not line.startswith("| |")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_there_are_rows_where_ours_says_no_and_every_row_has_every_product() -> None:
    assert len(rows()) > 20
    assert {len(row) for row in rows()} == {8}
    assert sum("**no**" in row[1] for row in rows()) >= 6


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_a_claim_about_another_product_names_its_source(row: list[str]) -> None:
    for product, cell in zip("KPOFAG", row[2:], strict=True):
        cited = re.findall(rf"\[({CODE})\]", cell)
        assert cited or _OPEN.match(cell), cell
        assert {code[0] for code in cited} <= {product}


def test_every_source_is_used_and_every_use_has_its_source() -> None:
    used = set(re.findall(rf"\[({CODE})\]", TABLES))
    described = re.findall(rf"(?<![\w`/])({CODE})(?=\s)", SOURCES)
    assert sorted(described) == sorted(used)


def test_what_is_said_to_be_ours_is_there() -> None:
    ours = SOURCES.split("**kotaemon**")[0]
    paths = [
        *re.findall(r"`((?:tests|src)/[^`]+)`", ours),
        *(f"docs/{link}" for link in re.findall(r"\]\(([^)]+)\)", ours)),
    ]
    assert len(paths) > 10
    for path in paths:
        assert (ROOT / path).exists(), path
