"""The words of the interface, all of them from one file: `texts.toml`, a section for each part of the page.

Python asks for one by its name, with what is to be put in ("history.delete_named", title="Growth"). A component in the browser
gets its sections along with its data, and its script puts in by the same braces. Words of documents and models never stand here,
and what is put in is text: nothing of it is read as a pattern.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("texts.toml")
_BRACES = re.compile(r"\{(\w+)\}")


def text(name: str, /, **values: object) -> str:
    """Return the words with this name, values put in.

    Raises:
        KeyError: there are no such words, or a value for one of their braces is missing.
    """
    section_name, _, key = name.rpartition(".")
    return _BRACES.sub(lambda brace: str(values[brace[1]]), _sections()[section_name][key])


def counted(name: str, count: int, /, **values: object) -> str:
    """Return the words for one or for several: "chat.sources_one" where `count` is 1, else "chat.sources_many".

    Raises:
        KeyError: one of the two is missing.
    """
    return text(f"{name}_{'one' if count == 1 else 'many'}", count=f"{count:,}", **values)


def section(*names: str) -> dict[str, str]:
    """Return the words of one or more sections, as a component gets them; of two with one name the later counts.

    Raises:
        KeyError: there is no such section.
    """
    return {key: words for name in names for key, words in _sections()[name].items()}


def sections() -> frozenset[str]:
    """Return the names of all sections."""
    return frozenset(_sections())


@cache
def _sections() -> dict[str, dict[str, str]]:
    with _FILE.open("rb") as file:
        loaded: dict[str, dict[str, str]] = tomllib.load(file)
    return loaded
