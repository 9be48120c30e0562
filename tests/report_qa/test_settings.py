"""Where settings come from, and what is refused."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from report_qa.errors import SettingInvalid
from report_qa.settings import PREFIX, load_settings


@pytest.fixture(autouse=True)
def folder(bare_folder: Path) -> Path:
    return bare_folder


def test_nothing_needs_to_be_set() -> None:
    assert load_settings().library == Path("library")


def test_a_command_line_wins_over_the_environment_and_that_over_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "report_qa.toml").write_text("max_claims = 7\ncandidates = 50\nport = 9001\n")
    monkeypatch.setenv("REPORT_QA_MAX_CLAIMS", "6")
    monkeypatch.setenv("REPORT_QA_CANDIDATES", "40")
    settings = load_settings(max_claims=5, candidates=None)

    assert (settings.max_claims, settings.candidates, settings.port) == (5, 40, 9001)


def test_a_misspelt_variable_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_QA_MAX_CLAIM", "6")

    with pytest.raises(SettingInvalid, match="REPORT_QA_MAX_CLAIM is not a setting") as caught:
        load_settings()
    assert "REPORT_QA_MAX_CLAIMS" in caught.value.hint


def test_a_misspelt_name_in_the_file_is_refused_by_name(folder: Path) -> None:
    (folder / "report_qa.toml").write_text("max_claim = 6\n")

    with pytest.raises(SettingInvalid, match=r"(?i)max_claim\b"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "0"), ("PORT", "eighty"), ("DENSE_SHARE", "1.5"), ("MAX_CLAIMS", "0")]
)
def test_a_value_that_cannot_be_used_is_refused_by_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PREFIX + name, value)

    with pytest.raises(SettingInvalid, match=PREFIX + name):
        load_settings()


def test_a_file_that_is_no_toml_is_named(folder: Path) -> None:
    (folder / "report_qa.toml").write_text("max_claims = = 6\n")

    with pytest.raises(SettingInvalid, match=r"report_qa\.toml"):
        load_settings()


def test_the_digest_changes_with_what_can_change_an_answer() -> None:
    digest = load_settings().digest()

    assert load_settings(port=9000, library=Path("elsewhere")).digest() == digest
    assert load_settings(max_claims=2).digest() != digest


def test_the_databases_password_is_in_no_setting_that_is_shown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://ana:s3cret@db/state"
    assert load_settings(database_url=url).digest() == load_settings().digest()
    assert "s3cret" not in f"{load_settings(database_url=url)!r} {load_settings(database_url=url).model_dump_json()}"
    monkeypatch.setenv("REPORT_QA_DATABASE_URL", url)
    assert load_settings().database_url.get_secret_value() == url
    (folder / "report_qa.toml").write_text(f'database_url = ["{url}"]\n')
    monkeypatch.delenv("REPORT_QA_DATABASE_URL")
    with pytest.raises(SettingInvalid, match="DATABASE_URL") as caught:
        load_settings()
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


def test_a_models_settings_count_only_where_one_is_set() -> None:
    digest = load_settings().digest()
    assert load_settings(model_max_tokens=200).digest() == digest
    with_model = load_settings(model="openai:some")
    assert with_model.digest() != digest
    assert load_settings(model="openai:some", model_max_tokens=200).digest() != with_model.digest()
    assert load_settings(model="openai:some", model_timeout_s=5.0).digest() == with_model.digest()


@pytest.mark.parametrize("model", ["gpt", ":some", "openai:", "openai:two words", "Open AI:x"])
def test_a_model_is_named_with_its_provider(model: str) -> None:
    with pytest.raises(SettingInvalid, match="REPORT_QA_MODEL"):
        load_settings(model=model)


@pytest.mark.parametrize("address", ["ftp://host", "http://user:key@host/v1", "http://host/v1?key=secret", "host"])
def test_an_address_of_a_model_carries_no_secret(address: str) -> None:
    with pytest.raises(SettingInvalid, match="REPORT_QA_MODEL_BASE_URL") as caught:
        load_settings(model_base_url=address)
    assert "secret" not in str(caught.value)
    assert "key@" not in str(caught.value)


def test_the_key_itself_is_in_no_setting(tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    key_file.write_text("sk-secret-0123456789", encoding="utf-8")
    settings = load_settings(model="openai:some", model_key_file=key_file)
    assert "sk-secret" not in repr(settings) + settings.model_dump_json()
