"""README.md keeps its word: its Python runs with the real model, its commands exist and end with status 0."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from ingest.__main__ import main as ingest_main
from report_qa.doors.api.application import make_api
from report_qa.doors.cli import app
from report_qa.doors.cli import main as report_qa_main
from report_qa.doors.parts import Parts
from report_qa.settings import PREFIX, Settings, load_settings
from tests.doubles import HashingEmbedder
from tests.served import served
from tests.small_library import GAP, NOTES

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


COMMANDS = [shlex.split(line, comments=True) for block in _blocks("sh") for line in block.splitlines()]


def _notes(folder: Path) -> Path:
    folder.mkdir()
    for name, content in NOTES.items():
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "catalogue.toml").write_text(
        NOTES["catalogue.toml"].replace('path = "big-plan.md"', 'path = "big-plan.md"\nid = "policy-spotlight-2"'),
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def real_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shelf, embedded by the bundled model."""
    folder = tmp_path_factory.mktemp("readme")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        patched.setenv("HF_HUB_OFFLINE", "1")
        assert ingest_main([str(_notes(folder / "notes")), "--library", str(folder / "library")]) == 0
    return folder / "library"


OVER_HTTP = [block for block in _blocks("python") if "httpx" in block]


def test_the_client_over_http_runs(
    real_library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (block,) = OVER_HTTP
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.chdir(real_library.parent)
    parts = Parts(load_settings(library=real_library))
    with served(lambda _port: make_api(parts)) as address:
        parts.assistant()
        assert block.count("http://127.0.0.1:8502") == 1
        exec(compile(block.replace("http://127.0.0.1:8502", address), "README.md", "exec"), {"__name__": "readme"})
    answered, _, rest = capsys.readouterr().out.partition("The big plan ")
    assert answered.startswith("answered ")
    assert "£4.2 billion" in answered
    evidence, *events = rest.splitlines()
    assert "Productivity" in evidence
    assert "£4.2 billion" in evidence
    told = [line.removeprefix("event: ") for line in events if line.startswith("event: ")]
    assert set(told) == {"claim", "answer"}
    assert told[-1] == "answer"


def test_the_client_s_configuration_starts_the_server(tmp_path: Path) -> None:
    (configured,) = (json.loads(block) for block in _blocks("json") if "mcpServers" in block)
    (entry,) = configured["mcpServers"].values()
    assert Path(entry["command"]).name == "report-qa"
    named, *arguments = entry["args"]
    command = get_command(app).commands[named]  # type: ignore[attr-defined]
    assert command.make_context(named, list(arguments)).params["library"] == Path(arguments[-1])


@pytest.mark.parametrize("block", [block for block in _blocks("python") if block not in OVER_HTTP])
def test_each_python_block_runs(
    real_library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], block: str
) -> None:
    monkeypatch.setenv("REPORT_QA_LIBRARY", str(real_library))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.chdir(real_library.parent)
    exec(compile(block, "README.md", "exec"), {"__name__": "readme"})
    printed = capsys.readouterr().out.splitlines()
    if "answer.status" in block:
        assert printed[0] == "answered"
        assert any("£4.2 billion" in line and "Productivity" in line for line in printed[1:])
    else:
        assert len(printed) == 3


def test_the_python_blocks_are_those_known() -> None:
    assert len(_blocks("python")) == 3


def test_each_shell_command_ends_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Run the commands in the order in which they are shown; a small embedder stands in for the model."""
    embedder = HashingEmbedder()

    def make(settings: Settings) -> HashingEmbedder:
        return embedder

    def digest(settings: Settings) -> str:
        return embedder.digest

    monkeypatch.setattr("report_qa.wiring.make_embedder", make)
    monkeypatch.setattr("report_qa.wiring.embedder_digest", digest)
    monkeypatch.chdir(tmp_path)
    notes = _notes(tmp_path / "my-shelf")
    (tmp_path / "questions.jsonl").write_text('{"id": 1, "question": "Hello", "history": []}\n', encoding="utf-8")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "gold.jsonl").write_bytes((ROOT / "corpus" / "gold.jsonl").read_bytes())
    assert ingest_main([str(notes)]) == 0
    (notes / "more.md").write_text("# More\n\nAn edition to go back from.\n", encoding="utf-8")

    ran = 0
    for words in COMMANDS:
        match words:
            case [program, *arguments] if Path(program).name == "report-qa":
                status = report_qa_main(arguments)
            case [program, "-m", "ingest", *arguments] if Path(program).name == "python":
                status = ingest_main(arguments)
            case ["export", setting] if setting.startswith(f"{PREFIX}LIBRARIES="):
                name, _, value = setting.partition("=")
                monkeypatch.setenv(name, value.replace("/srv", str(tmp_path)))
                continue
            case _:
                continue
        printed = capsys.readouterr()
        assert (status, printed.err) == (0, ""), f"{words}: {printed.err}"
        assert printed.out, words
        ran += 1
    assert ran == 13


def test_each_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {words[1] for words in COMMANDS if words[:1] == ["make"]} | set(re.findall(r"`make ([a-z]+)`", README))
    assert {"chat", "test"} <= named <= targets


def test_each_linked_file_and_setting_exists() -> None:
    linked = [target for target in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in target]
    assert linked
    assert [target for target in linked if not (ROOT / target).exists()] == []
    named = set(re.findall(rf"`({PREFIX}[A-Z_]+)`", README))
    assert named
    assert named <= {PREFIX + name.upper() for name in Settings.model_fields}


def test_the_example_question_is_the_one_that_is_tested() -> None:
    assert README.count(GAP) >= 3
