"""What is shipped, as CycloneDX: the packages that are needed to run, with the hashes of the lock, and no others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docs.make_sbom import LOCKS, ROOT, locked_for, make, needed_by

LOCK = """# Written by make lock
click==8.2.1 \\
    --hash=sha256:1111111111111111111111111111111111111111111111111111111111111111 \\
    --hash=sha256:2222222222222222222222222222222222222222222222222222222222222222
    # via report-qa
pytest==9.0.0 \\
    --hash=sha256:3333333333333333333333333333333333333333333333333333333333333333
"""


@pytest.fixture(scope="module")
def needed() -> str:
    return locked_for("report-qa", "".join((ROOT / name).read_text(encoding="utf-8") for name in LOCKS))


def test_what_is_needed_is_followed_down_and_tools_are_left_out() -> None:
    names = needed_by("report-qa")
    assert {"torch", "chromadb", "onnxruntime", "sqlalchemy"} <= names
    assert not {"pytest", "ruff", "hypothesis", "playwright", "report-qa"} & names


def test_every_needed_package_that_is_locked_is_listed_and_no_tool(needed: str) -> None:
    names = {line.partition("==")[0] for line in needed.splitlines() if line[:1].isalnum()}
    assert len(names) > 100
    assert {"torch", "chromadb", "streamlit"} <= names
    assert not {"pytest", "ruff", "mypy"} & names


def test_the_file_has_names_versions_and_hashes(tmp_path: Path) -> None:
    lock = locked_for("report-qa", LOCK)
    make(lock, tmp_path / "sbom.json")
    read = json.loads((tmp_path / "sbom.json").read_text(encoding="utf-8"))
    assert (read["bomFormat"], read["metadata"]["component"]["name"]) == ("CycloneDX", "report-qa")
    (click,) = read["components"]
    assert click["purl"] == "pkg:pypi/click@8.2.1"
    digests = [each["content"] for each in click["externalReferences"][0]["hashes"]]
    assert digests == ["1" * 64, "2" * 64]
