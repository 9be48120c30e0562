"""The words of the interface stand in one file: nothing that is asked for is missing there, and nothing there is unused."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from report_qa.doors.chat import texts

CHAT = Path(texts.__file__).parent
ROOT = CHAT.parents[3]
WRITTEN = tomllib.loads((CHAT / "texts.toml").read_text(encoding="utf-8"))
NAMES = {f"{section}.{key}" for section, words in WRITTEN.items() for key in words}
# text("page.ask"), counted("count.documents", …)
ASKED_IN_PYTHON = re.compile(r'"([a-z_]+\.[a-z_]+)"')
ASKED_IN_SCRIPT = re.compile(r'\btexts\.([a-z_]+)|texts, "([a-z_]+)"')


def test_values_are_put_in_and_counts_choose() -> None:
    assert texts.text("history.delete_named", title="{title} & co") == "Delete the conversation “{title} & co”"
    assert texts.counted("count.documents", 1) == "1 document"
    assert texts.counted("count.documents", 2_000) == "2,000 documents"


def test_what_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError):
        texts.text("history.nothing_of_this_name")
    with pytest.raises(KeyError):
        texts.text("history.delete_named")
    with pytest.raises(KeyError):
        texts.section("no_such_section")


def test_a_component_gets_its_sections() -> None:
    assert texts.section("role", "history") == WRITTEN["role"] | WRITTEN["history"]


def test_everything_that_is_asked_for_is_there_and_the_rest_is_not() -> None:
    asked = {
        name
        for path in [*CHAT.rglob("*.py"), ROOT / "app.py"]
        for name in ASKED_IN_PYTHON.findall(path.read_text(encoding="utf-8"))
        if name.partition(".")[0] in WRITTEN
    }
    in_scripts = {
        name
        for path in CHAT.rglob("*.js")
        for pair in ASKED_IN_SCRIPT.findall(path.read_text(encoding="utf-8"))
        for name in pair
        if name
    }
    assert len(asked) > 10
    assert len(in_scripts) > 4
    missing = {name for name in asked if not {name, f"{name}_one"} & NAMES}
    assert missing == set()
    keys = {name.partition(".")[2] for name in NAMES}
    assert {name for name in in_scripts if not {name, f"{name}_one"} & keys} == set()
    # The names of a role are looked up by the role itself, those that begin alike by what follows.
    unused = {
        name
        for name in NAMES - asked
        if not name.startswith("role.")
        and not {name.partition(".")[2], re.sub("_(one|many)$", "", name.partition(".")[2])} & in_scripts
        and re.sub("_(one|many)$", "", name) not in asked
    }
    assert unused == set()
