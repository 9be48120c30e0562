"""Each threat of docs/security.md has tests that carry its number, and nothing is claimed there that no test is named after."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# What Streamlit keeps under these names it hands to every session.
SHARED = {"cache_data", "cache_resource", "experimental_memo", "experimental_singleton"}


def rows() -> dict[int, str]:
    """Return the cells of each row that say where its tests are, by the row's number."""
    table = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    return {int(number): where for number, where in re.findall(r"^\| (\d+) \|.*\| (.*) \|$", table, re.MULTILINE)}


def named_tests() -> Iterator[tuple[int, Path]]:
    """Yield the number and the file of each test that is named after a threat."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for number in re.findall(r"^(?:async )?def test_threat_(\d+)_", path.read_text(encoding="utf-8"), re.MULTILINE):
            yield int(number), path


def test_every_threat_has_a_row_and_every_row_a_test_where_it_says() -> None:
    places: dict[int, set[Path]] = {}
    for number, path in named_tests():
        places.setdefault(number, set()).add(path)
    table = rows()
    assert sorted(table) == list(range(1, 35))
    assert sorted(places) == sorted(table)
    for number, where in table.items():
        said = re.findall(r"`((?:tests/)?[\w/]*(?:/|test_\w+\.py))`", where)
        assert said, f"row {number} names no test"
        for name in said:
            assert any(name in path.relative_to(ROOT).as_posix() for path in places[number]), f"row {number}: {name}"


def shared_state(source: str) -> list[str]:
    """Return what a module keeps in Streamlit's caches."""
    return [
        node.attr if isinstance(node, ast.Attribute) else node.name
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Attribute) and node.attr in SHARED)
        or (isinstance(node, ast.alias) and node.name in SHARED)
    ]


def test_threat_24_nothing_is_kept_in_what_streamlit_shares_between_sessions() -> None:
    modules = [ROOT / "app.py", *sorted((ROOT / "src" / "report_qa" / "doors").rglob("*.py"))]
    assert len(modules) > 40
    assert {path.name: found for path in modules if (found := shared_state(path.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize(
    "source", ["import streamlit as st\n@st.cache_resource\ndef a(): ...", "from streamlit import cache_data"]
)
def test_threat_24_what_is_kept_there_would_be_seen(source: str) -> None:
    assert len(shared_state(source)) == 1
