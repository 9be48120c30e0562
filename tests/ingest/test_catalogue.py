"""The catalogue: what it may say, and the sentence that each mistake in it costs."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue, read_catalogue
from report_qa.errors import CatalogueInvalid
from report_qa.records.document import DocumentState, Role

GOOD = """
schema = 1
title = "A  shelf"
examples = ["What is open?"]
ignore = ["drafts/**", "*.py"]
[[document]]
id = "halls"
path = "sub/halls.md"
title = "Halls"
published_on = 2024-05-31
role = "report"
state = "superseded"
[[document]]
path = "plain.md"
published_on = "2019"
[[original]]
id = "elsewhere"
title = "Elsewhere"
"""


def write(folder: Path, content: str) -> Path:
    (folder / "catalogue.toml").write_text(content, encoding="utf-8")
    return folder


def test_what_a_catalogue_says(tmp_path: Path) -> None:
    catalogue = read_catalogue(write(tmp_path, GOOD))
    assert (catalogue.title, catalogue.examples) == ("A shelf", ("What is open?",))
    halls = catalogue.entry("sub/halls.md")
    assert (halls.document_id, halls.title, halls.published_on) == ("halls", "Halls", date(2024, 5, 31))
    assert (halls.role, halls.state) == (Role.REPORT, DocumentState.SUPERSEDED)
    plain = catalogue.entry("plain.md")
    assert (plain.document_id, plain.title, plain.role) == ("plain.md", "", Role.EVIDENCE)
    assert catalogue.entry("other.pdf").document_id == "other.pdf"
    assert [catalogue.ignores(name) for name in ("drafts/a/b.md", "build.py", "catalogue.toml", "a.md")] == [
        True,
        True,
        True,
        False,
    ]


def test_a_folder_without_a_catalogue_has_an_empty_one(tmp_path: Path) -> None:
    assert read_catalogue(tmp_path).entries == {}


def test_the_corpus_has_a_good_catalogue() -> None:
    folder = Path(__file__).resolve().parents[2] / "corpus"
    catalogue = read_catalogue(folder)
    assert len(catalogue.entries) > 10
    assert all((folder / path).is_file() for path in catalogue.entries)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("schema = 1\ntitel = 'x'", "unknown key 'titel'"),
        ("title = 'x'", "needs schema = 1"),
        ("schema = 2", "needs schema = 1"),
        ("schema = 1\n[[document]]\npath = 'a.md'\nlicense = 'x'", "document a.md has the unknown key 'license'"),
        ("schema = 1\n[[document]]\nid = 'a'", "document a needs a path inside the folder"),
        ("schema = 1\n[[document]]\nid = 'a'\npath = '../a.md'", "document a needs a path inside the folder"),
        ("schema = 1\n[[document]]\nid = 'a'\npath = '/etc/passwd'", "document a needs a path inside the folder"),
        ("schema = 1\n[[document]]\npath = 'a.md'\nrole = 'boss'", "'boss' is not a valid Role"),
        ("schema = 1\n[[document]]\npath = 'a.md'\ntitle = 3", "title of document a.md is not a text"),
        (
            "schema = 1\n[[document]]\npath = 'a.md'\npublished_on = 'May'",
            "published_on of document a.md is not a date",
        ),
        ("schema = 1\n[[document]]\npath = 'a.md'\npublished_on = '0'", "published_on of document a.md is not a date"),
        ("schema = 1\n[[document]]\npath = 'a.md'\n[[document]]\npath = 'a.md'", "'a.md' is listed twice"),
        ("schema = 1\n[[document]]\nid='x'\npath='a'\n[[document]]\nid='x'\npath='b'", "'x' is listed twice"),
        ("schema = 1\n[document]\npath = 'a.md'", "document is not a list of tables"),
        ("schema = 1\ndocument = 3", "document is not a list of tables"),
        ("schema = 1\n[[original]]\nwhere = 'x'", "original 1 has the unknown key 'where'"),
        ("schema = 1\nignore = 'drafts'", "ignore is not a list of texts"),
        ("schema = 1\nignore = [1]", "ignore is not a list of texts"),
        ("schema = ", "can't be read"),
    ],
)
def test_a_mistake_is_named_with_its_file_entry_and_key(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(CatalogueInvalid) as caught:
        read_catalogue(write(tmp_path, content))
    assert words in str(caught.value)
    assert "catalogue.toml" in str(caught.value)
    assert caught.value.hint


def test_a_catalogue_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "catalogue.toml").write_bytes("title = 'Größe'".encode("latin-1"))
    with pytest.raises(CatalogueInvalid, match="can't be read"):
        read_catalogue(tmp_path)


def test_whom_documents_are_for(tmp_path: Path) -> None:
    (tmp_path / "catalogue.toml").write_text(
        """
schema = 1
visible_to = ["staff"]
[[document]]
path = "a.md"
[[document]]
path = "b.md"
visible_to = ["ministers", "board", "board"]
[[document]]
path = "c.md"
visible_to = ["all"]
[[original]]
id = "elsewhere"
visible_to = ["board"]
""",
        encoding="utf-8",
    )
    catalogue = read_catalogue(tmp_path)
    found = {
        path: catalogue.entry(path).visible_to for path in ("a.md", "b.md", "c.md", "d.md", "originals/elsewhere.pdf")
    }
    assert found == {
        "a.md": ("staff",),
        "b.md": ("board", "ministers"),
        "c.md": ("all",),
        "d.md": ("staff",),
        "originals/elsewhere.pdf": ("board",),
    }
    assert Catalogue().entry("any.md").visible_to == ("all",)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('"staff"', "is not a list of texts"),
        ("[1]", "is not a list of texts"),
        ("[]", "is empty, so that nobody could read it"),
        ('["all", "board"]', "names others beside 'all'"),
        ('["Staff"]', "it is written 'staff'"),
        ('[" board"]', "which is no group's name"),
        ('[""]', "which is no group's name"),
    ],
)
@pytest.mark.parametrize("head", ["", '[[document]]\npath = "a.md"\n', '[[original]]\nid = "a"\n'])
def test_whom_a_document_is_for_has_to_be_clear(tmp_path: Path, head: str, written: str, said: str) -> None:
    (tmp_path / "catalogue.toml").write_text(f"schema = 1\n{head}visible_to = {written}\n", encoding="utf-8")
    with pytest.raises(CatalogueInvalid, match=re.escape(said)):
        read_catalogue(tmp_path)
