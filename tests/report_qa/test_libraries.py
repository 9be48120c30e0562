"""What is set of several libraries, which one is meant, and that a service without any is what it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_qa.errors import LibraryNotFound, SettingInvalid
from report_qa.libraries import Tenant
from report_qa.records.audience import ALL, STAFF
from report_qa.settings import load_settings

LISTED = "housing=/srv/housing, health=/srv/health"


@pytest.fixture(autouse=True)
def folder(bare_folder: Path) -> Path:
    return bare_folder


def test_without_libraries_there_is_one_and_nothing_is_said_of_it() -> None:
    settings = load_settings()
    assert settings.tenants() == {"default": (Tenant(), settings)}
    assert settings.library == Path("library")
    assert settings.database_schema == ""
    assert Tenant().in_addresses == ""


def test_the_environment_lists_them_and_the_first_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_QA_LIBRARIES", LISTED)
    settings = load_settings()
    assert settings.library == Path("/srv/housing")
    tenants = settings.tenants()
    assert list(tenants) == ["housing", "health"]
    assert [tenant.in_addresses for tenant, _ in tenants.values()] == ["", "health"]
    assert [own.library for _, own in tenants.values()] == [Path("/srv/housing"), Path("/srv/health")]
    assert [own.libraries for _, own in tenants.values()] == [{}, {}]


def test_the_file_says_more_of_each(folder: Path) -> None:
    (folder / "report_qa.toml").write_text(
        """
port = 9001
[libraries.housing]
folder = "/srv/housing"
title = "Housing"
audience = "staff"
gate_file = "housing.jsonl"
[libraries.health]
folder = "/srv/health"
audience = ["board", "ministers"]
database_schema = "health"
[libraries.open]
folder = "/srv/open"
audience = "everyone"
"""
    )
    tenants = load_settings().tenants()
    assert [tenant.visible_to for tenant, _ in tenants.values()] == [(STAFF,), ("board", "ministers"), (ALL,)]
    housing, health, other = (own for _, own in tenants.values())
    assert (tenants["housing"][0].title, tenants["health"][0].title) == ("Housing", "")
    assert (housing.gate_file, health.gate_file) == (Path("housing.jsonl"), None)
    assert [own.database_schema for own in (housing, health, other)] == [
        "report_qa_housing",
        "health",
        "report_qa_open",
    ]
    assert {own.port for own in (housing, health, other)} == {9001}


@pytest.mark.parametrize("named", ["health", "/srv/health", "/srv/../srv/health/"])
def test_the_library_that_is_set_is_the_default_by_its_name_or_folder(
    named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORT_QA_LIBRARIES", LISTED)
    monkeypatch.setenv("REPORT_QA_LIBRARY", named)
    settings = load_settings()
    assert settings.library == Path("/srv/health")
    assert list(settings.tenants()) == ["health", "housing"]
    # Which one is the default changes nothing of where their conversations are.
    assert settings.tenants()["housing"][1].database_schema == "report_qa_housing"
    assert settings.database_schema == "report_qa_health"


def test_a_library_that_was_set_before_goes_on_with_all_that_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_QA_LIBRARY", "/srv/main")
    monkeypatch.setenv("REPORT_QA_GATE_FILE", "gold.jsonl")
    alone = load_settings()
    monkeypatch.setenv("REPORT_QA_LIBRARIES", LISTED)
    settings = load_settings()
    tenants = settings.tenants()
    assert list(tenants) == ["default", "housing", "health"]
    assert tenants["default"][1].model_dump() == alone.model_dump()
    assert tenants["housing"][1].gate_file is None


def test_a_command_line_names_one_by_its_name_or_folder(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("REPORT_QA_LIBRARIES", LISTED)
    for given in (Path("health"), Path("/srv/health")):
        settings = load_settings(library=given)
        assert (settings.library, list(settings.tenants())) == (Path("/srv/health"), ["health"])
        assert settings.database_schema == "report_qa_health"
    other = load_settings(library=folder / "elsewhere")
    assert (other.library, other.libraries) == (folder / "elsewhere", {})
    with pytest.raises(SettingInvalid, match="no library “helth”") as caught:
        load_settings(library=Path("helth"))
    assert "housing, health" in caught.value.hint


def test_one_that_is_served_alone_is_for_nobody_else_than_before(folder: Path) -> None:
    (folder / "report_qa.toml").write_text(
        """
[libraries.housing]
folder = "/srv/housing"
[libraries.health]
folder = "/srv/health"
title = "Health"
audience = ["board"]
"""
    )
    for given in (Path("health"), Path("/srv/health")):
        ((tenant, own),) = load_settings(library=given).tenants().values()
        assert tenant == Tenant(name="health", title="Health", visible_to=("board",))
        assert (own.library, own.libraries) == (Path("/srv/health"), {})


def test_settings_of_a_name_that_is_none_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_QA_LIBRARIES", LISTED)
    with pytest.raises(LibraryNotFound, match="helth"):
        load_settings().for_library("helth")


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("Housing=/srv/housing", "can't name a library"),
        ("a_b=/srv/a", "can't name a library"),
        (f"{'a' * 41}=/srv/a", "can't name a library"),
        ("housing", "write"),
        ("housing=", "write"),
        ("a=/srv/a, a=/srv/b", "twice"),
        ("a=/srv/a, b=/srv/../srv/a", "same folder"),
    ],
)
def test_what_can_not_be_is_refused(listed: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_QA_LIBRARIES", listed)
    with pytest.raises(SettingInvalid, match=said) as caught:
        load_settings()
    assert "REPORT_QA_LIBRARIES" in caught.value.message


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("audience = []", "list of groups"),
        ('audience = ["all", "board"]', "everyone holds"),
        ('audience = ["Staff"]', "is written 'staff'"),
        ('audience = [" "]', "no group's name"),
        ("audience = 5", "list of groups"),
        ('folders = "x"', "Extra inputs"),
        ('database_schema = "public; drop"', "database_schema"),
        ('title = "' + "x" * 101 + '"', "title"),
    ],
)
def test_what_is_said_of_one_and_can_not_be_is_refused(table: str, said: str, folder: Path) -> None:
    (folder / "report_qa.toml").write_text(f'[libraries.a]\nfolder = "/srv/a"\n{table}\n')
    with pytest.raises(SettingInvalid, match=f"(?i){said}"):
        load_settings()


def test_two_never_keep_what_people_make_in_one_place(folder: Path) -> None:
    (folder / "report_qa.toml").write_text(
        'library = "/srv/main"\n[libraries.a]\nfolder = "/srv/a"\ndatabase_schema = "public"\n'
    )
    with pytest.raises(SettingInvalid, match="same database_schema"):
        load_settings()


def test_a_setting_that_is_one_librarys_is_not_left_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_QA_LIBRARIES", LISTED)
    monkeypatch.setenv("REPORT_QA_GATE_FILE", "gold.jsonl")
    with pytest.raises(SettingInvalid, match="gate_file is one library's"):
        load_settings()
