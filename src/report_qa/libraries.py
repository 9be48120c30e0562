"""Several libraries in one service: what the settings say of each, and what the doors know of one.

Each is a library like any other: a folder with its editions, conversations, uploads and switch, and nothing of one is in another. What
they share are the models of the process, the people who sign in, and the keys.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from report_qa.records.audience import ALL, STAFF

DEFAULT = "default"
NAME_PATTERN = r"^[a-z0-9-]{1,40}$"
_EVERYONE = ("everyone", ALL)
_SCHEMA = r"^[a-z_][a-z0-9_]{0,62}$"


class NamedLibrary(BaseModel):
    """What the settings say of one library. What it doesn't name is as in a service of this library alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path = Field(description="folder of the library")
    title: str = Field(
        default="", max_length=100, description="what people call it; default: the title of its catalogue"
    )
    audience: tuple[str, ...] = Field(default=(ALL,), description="who may see it: everyone, staff, or names of groups")
    gate_file: Path | None = Field(default=None, description="golden questions that its editions are asked")
    upload_folder: Path | None = Field(default=None, description="folder for documents that people bring to it")
    database_schema: str = Field(
        default="",
        pattern=rf"{_SCHEMA}|^$",
        description="its schema in the PostgreSQL database; default: report_qa_NAME",
    )

    @field_validator("audience", mode="before")
    @classmethod
    def _groups(cls, given: object) -> object:
        listed = [given] if isinstance(given, str) else given
        if not isinstance(listed, (list, tuple)) or not listed or not all(isinstance(group, str) for group in listed):
            raise ValueError('write "everyone", "staff", or a list of groups')
        groups = tuple(ALL if group in _EVERYONE else group for group in listed)
        for group in groups:
            if not group.strip() or group != group.strip():
                raise ValueError(f"{group!r} is no group's name")
            if group not in (ALL, STAFF) and group.lower() in (*_EVERYONE, STAFF):
                raise ValueError(f"{group!r} is written {group.lower()!r}")
        if ALL in groups and len(set(groups)) > 1:
            raise ValueError("everyone holds the other groups already")
        return groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One of the libraries of a service, for its doors: `visible_to` are the groups that may know of it.

    Addresses and requests that name no library mean the default one.
    """

    name: str = DEFAULT
    title: str = ""
    visible_to: tuple[str, ...] = (ALL,)
    is_default: bool = True

    @property
    def in_addresses(self) -> str:
        """The name as it stands in addresses: "" for the default library, whose addresses are those of a service of it alone."""
        return "" if self.is_default else self.name


def read_libraries(given: object) -> object:
    """Return "housing=/srv/housing, health=/srv/health" as the tables that the file would have.

    Raises:
        ValueError: it is written otherwise, or a name can't be one.
    """
    if isinstance(given, str):
        pairs = [part.partition("=") for part in given.split(",") if part.strip()]
        if any(not sign or not folder.strip() for _, sign, folder in pairs):
            raise ValueError('write "housing=/srv/housing, health=/srv/health"')
        names = [name.strip() for name, _, _ in pairs]
        if len(set(names)) < len(names):
            raise ValueError("a name stands there twice")
        given = {name: {"folder": folder.strip()} for name, (_, _, folder) in zip(names, pairs, strict=True)}
    for name in given if isinstance(given, Mapping) else ():
        if not re.fullmatch(NAME_PATTERN, str(name)):
            raise ValueError(f"{name!r} can't name a library: small letters, digits and hyphens, 40 at the most")
    return given


def same_folder(one: Path, other: Path) -> bool:
    """Return whether two paths are the same folder, which need not be there yet."""
    return one.resolve() == other.resolve()


def arranged(
    listed: Mapping[str, NamedLibrary], library: Path, *, is_set: bool, own: Mapping[str, object]
) -> dict[str, NamedLibrary]:
    """Return the libraries with the default one first, each with all that the settings mean for it.

    The setting `library` says which is the default, by its name or its folder; a folder that is not listed is one more library,
    called `default`, and `own` is what the settings say of a service's only library: it is that one's still, so that a service which
    gets a second library finds what it had. Where `library` isn't set the first one is the default.

    Raises:
        ValueError: two are one folder, keep what people make in one place or are called `default`, or `own` is nobody's.
    """
    found = {
        name: each.model_copy(update={"database_schema": each.database_schema or f"report_qa_{name.replace('-', '_')}"})
        for name, each in listed.items()
    }
    first = str(library) if str(library) in found else ""
    first = first or next((name for name, each in found.items() if same_folder(each.folder, library)), "")
    if not first and is_set:
        if DEFAULT in found:
            raise ValueError("library is a folder that is none of theirs, and one is called default already")
        first = DEFAULT
        found[DEFAULT] = NamedLibrary.model_validate({"folder": library, **own})
    elif meant := [name for name, value in own.items() if value]:
        raise ValueError(f"{meant[0]} is one library's: name it in the table of that library")
    first = first or next(iter(found))
    places = [
        *(("folder", each.folder.resolve()) for each in found.values()),
        *(("database_schema", each.database_schema or "public") for each in found.values()),
    ]
    if twice := next((what for what, place in places if places.count((what, place)) > 1), ""):
        raise ValueError(f"two of them have the same {twice}")
    return {first: found[first], **{name: each for name, each in found.items() if name != first}}
