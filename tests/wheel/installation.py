"""Report Q&A as somebody has it who was given its wheel and nothing of the repository: a fresh environment, another folder.

The short form lends the fresh environment the packages of this one, by a file that names their folder: Python reads no such
file in a folder that was itself named by one, so that the repository's editable install stays out of sight. The whole form
installs what the wheel needs from the lock files, hash by hash, as `make setup` does for the repository.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from docs.make_sbom import locked_for

ROOT = Path(__file__).parents[2]
# Those of requirements.sh (`pip_locked`); test_locked_install.py holds the two together.
LOCKED = ("install", "-qq", "--require-hashes", "--no-deps", "--only-binary", ":all:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """A virtual environment with the wheel in it, and the folder that its programs are run from."""

    environment: Path
    folder: Path

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.environment / "bin" / "python"

    def command(self, *words: str) -> list[str]:
        """Return a command of `report-qa`."""
        return [str(self.environment / "bin" / "report-qa"), *words]

    def settings(self, **more: str) -> dict[str, str]:
        """Return an environment without anything that points to the repository."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        quiet = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "PYTHONNOUSERSITE": "1"}
        return {**kept, **quiet, "REPORT_QA_LIBRARY": str(self.folder / "library"), **more}

    def run(self, command: list[str], seconds: float = 300) -> str:
        """Run a command to its end and return what it printed; its failure is the test's, with what it said."""
        ran = subprocess.run(
            command, cwd=self.folder, env=self.settings(), capture_output=True, text=True, timeout=seconds
        )
        assert ran.returncode == 0, f"{command}: exit {ran.returncode}\n{ran.stdout}\n{ran.stderr}"
        return ran.stdout


def build_wheel(folder: Path) -> Path:
    """Build the wheel of the repository as it lies there and return it."""
    _pip("wheel", "-qq", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT))
    (wheel,) = folder.glob("report_qa-*.whl")
    return wheel


def install_short(wheel: Path, folder: Path) -> Installation:
    """Install a wheel beside the packages of this environment; seconds."""
    made = _environment(folder)
    lent = Path(sysconfig.get_paths()["purelib"])
    own = made.environment / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    (own / "lent.pth").write_text(f"{lent}\n", encoding="utf-8")
    _pip("--python", str(made.python), "install", "-qq", "--no-deps", "--no-index", str(wheel))
    return made


def install_whole(wheel: Path, folder: Path) -> Installation:
    """Install a wheel and the locked packages that it needs, and those alone; minutes, and needs the package index."""
    made = _environment(folder)
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    needed = folder / "needed.lock"
    needed.write_text(locked_for("report-qa", lock), encoding="utf-8")
    _pip("--python", str(made.python), *LOCKED, "-r", str(needed))
    _install_torch(made)
    _pip("--python", str(made.python), "install", "-qq", "--no-deps", "--no-index", str(wheel))
    return made


def _install_torch(made: Installation) -> None:
    """Install torch as requirements.sh does: the small build where pip's own folder has it, else the index's with its companions."""
    torch = ("--python", str(made.python), *LOCKED, "-r", str(ROOT / "requirements-torch.lock"))
    if _tried(*torch, "--no-index").returncode:
        _pip(*torch)
        _pip("--python", str(made.python), *LOCKED, "-r", str(ROOT / "requirements-cuda.lock"))


def _environment(folder: Path) -> Installation:
    environment, elsewhere = folder / "environment", folder / "elsewhere"
    elsewhere.mkdir()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    return Installation(environment=environment, folder=elsewhere)


def _pip(*words: str) -> None:
    ran = _tried(*words)
    assert ran.returncode == 0, ran.stderr


def _tried(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "pip", *words], capture_output=True, text=True)
