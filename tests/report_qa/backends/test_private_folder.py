"""Private folders go when they are released, when their process ends, and when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from report_qa.backends import private_folder
from report_qa.backends.private_folder import PrivateFolder


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(private_folder, "_YOUNG_SECONDS", -1.0)


def _start(tmp_path: Path, then: str) -> subprocess.Popen[str]:
    program = f"""
from report_qa.backends.private_folder import PrivateFolder
folder = PrivateFolder("test")
print(folder.path, flush=True)
{then}
"""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment)


def test_release_removes_it_and_only_this_user_can_read_it(tmp_path: Path) -> None:
    folder = PrivateFolder("test")
    assert folder.path.is_dir()
    assert folder.path.parent.stat().st_mode & 0o077 == 0
    folder.release()
    folder.release()
    assert list(tmp_path.iterdir()) == []


def test_it_goes_with_its_process(tmp_path: Path) -> None:
    with _start(tmp_path, "") as process:
        assert process.stdout is not None
        path = Path(process.stdout.readline().strip())
    assert path.is_relative_to(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_living_process_keeps_its_folder_and_a_killed_one_is_cleaned_up_after(tmp_path: Path) -> None:
    with _start(tmp_path, "import time; time.sleep(60)") as process:
        assert process.stdout is not None
        path = Path(process.stdout.readline().strip())
        PrivateFolder("test").release()
        assert path.is_dir()
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert path.is_dir()
        PrivateFolder("test").release()
        assert not path.exists()


def test_a_folder_not_locked_yet_is_left_alone_while_young(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_folder, "_YOUNG_SECONDS", 120.0)
    young, old = tmp_path / "report-qa-words-1", tmp_path / "report-qa-words-2"
    for folder in (young, old):
        folder.mkdir()
        (folder / ".in-use").touch()
    os.utime(old, (time.time() - 1_000, time.time() - 1_000))
    PrivateFolder("test").release()
    assert (young.exists(), old.exists()) == (True, False)
