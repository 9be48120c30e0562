"""Threat 33: a dependency that was swapped under the lock stops the install, by the very flags that requirements.sh gives pip."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.wheel.installation import LOCKED, ROOT

LOCKS = sorted(ROOT.glob("requirements*.lock"))


def tiny_wheel(folder: Path, says: str) -> Path:
    """Write a wheel of one module and no dependencies."""
    made = folder / "ferries-1.0-py3-none-any.whl"
    described = "ferries-1.0.dist-info"
    with zipfile.ZipFile(made, "w") as wheel:
        wheel.writestr("ferries.py", f"SAYS = {says!r}\n")
        wheel.writestr(f"{described}/METADATA", "Metadata-Version: 2.1\nName: ferries\nVersion: 1.0\n")
        wheel.writestr(f"{described}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{described}/RECORD", "")
    return made


def install(lock: Path, wheels: Path, target: Path) -> subprocess.CompletedProcess[str]:
    where = ["--no-index", "--find-links", str(wheels), "--target", str(target)]
    command = [sys.executable, "-m", "pip", *LOCKED, *where, "-r", str(lock)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """A lock of one package, written as `make lock` writes them, over the package that lies in wheels/."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    digest = hashlib.sha256(tiny_wheel(wheels, "as it was locked").read_bytes()).hexdigest()
    file = tmp_path / "requirements.lock"
    file.write_text(f"ferries==1.0 \\\n    --hash=sha256:{digest}\n", encoding="utf-8")
    return file


def test_what_was_locked_is_installed(lock: Path, tmp_path: Path) -> None:
    ran = install(lock, tmp_path / "wheels", tmp_path / "target")
    assert ran.returncode == 0, ran.stderr
    assert "as it was locked" in (tmp_path / "target" / "ferries.py").read_text(encoding="utf-8")


def test_threat_33_a_package_that_was_swapped_stops_the_install(lock: Path, tmp_path: Path) -> None:
    tiny_wheel(tmp_path / "wheels", "something else")
    ran = install(lock, tmp_path / "wheels", tmp_path / "target")
    assert ran.returncode != 0
    assert "DO NOT MATCH" in ran.stderr
    assert not (tmp_path / "target" / "ferries.py").exists()


def test_threat_33_a_package_without_a_hash_stops_the_install(lock: Path, tmp_path: Path) -> None:
    lock.write_text("ferries==1.0\n", encoding="utf-8")
    ran = install(lock, tmp_path / "wheels", tmp_path / "target")
    assert ran.returncode != 0
    assert "--require-hashes" in ran.stderr
    assert not (tmp_path / "target" / "ferries.py").exists()


def test_threat_33_these_are_the_flags_that_the_install_uses() -> None:
    script = (ROOT / "requirements.sh").read_text(encoding="utf-8")
    (flags,) = re.findall(r"^pip_locked\(\) \{\n.*-m pip (.*?) \"\$@\"", script, flags=re.MULTILINE)
    assert tuple(flags.split()) == LOCKED
    # Every lock goes through that function, and nothing else is installed but report-qa itself.
    assert len(re.findall(r"-m pip install", script)) == 3


@pytest.mark.parametrize("file", LOCKS, ids=[file.name for file in LOCKS])
def test_threat_33_every_locked_package_has_its_hash(file: Path) -> None:
    blocks = re.findall(r"^[a-z0-9][^\n]*\n(?:[ \t].*\n)*", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert blocks
    for block in blocks:
        assert "--hash=sha256:" in block, block.splitlines()[0]
