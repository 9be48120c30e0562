"""Gold questions: JSON lines with a question and what a right answer has to hold.

Keys: `id`, `question`, `kind`, `answerable`, `answers`, `must_contain` (all needed; alternatives divided by "|"), `source` (a
file name), `pages` (physical, from 1), `also` and `sources` (further places that hold the answer, as objects with
`source` and `pages`), `history` (earlier questions). Other keys are ignored; a set that asks under another name
("question_scoped", "resolved") is read with that name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from report_qa.errors import SettingInvalid
from report_qa.records.conversation import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A document that holds an answer, and its pages from 1 (empty: anywhere in it)."""

    source: str
    pages: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldQuestion:
    """One question with its right answer.

    `must_contain` is a list of needs, each a list of alternatives; `answers` are answers in the words of the document, where
    the set names no needs, and stand in for them then.
    """

    question_id: str
    question: str
    kind: str
    answerable: bool
    must_contain: tuple[tuple[str, ...], ...]
    places: tuple[Place, ...]
    history: tuple[Exchange, ...]
    answers: tuple[str, ...] = ()


def read_questions(path: Path, *, asked: str = "question") -> tuple[GoldQuestion, ...]:
    """Read a set of questions; `asked` names the key that holds the words to ask, where an entry has it.

    Raises:
        SettingInvalid: the file can't be read, holds no question, or a line is not one; the message names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingInvalid(
            f"{path} can't be read as a set of questions.", hint="Name a file of JSON lines."
        ) from error
    found = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                found.append(_question(json.loads(line), asked))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise SettingInvalid(
                    f"{path}, line {number} is not a gold question: {error}.", hint="Correct it."
                ) from error
    if not found:
        raise SettingInvalid(f"{path} holds no question.", hint="Name a file with at least one.")
    return tuple(found)


def as_needs(words: Iterable[object]) -> tuple[tuple[str, ...], ...]:
    """Return needs, each a tuple of alternatives, from words that "|" divides."""
    return tuple(tuple(part.strip() for part in str(need).split("|")) for need in words)


def any_of(answers: Iterable[object]) -> tuple[tuple[str, ...], ...]:
    """Return the one need of which each answer is an alternative; no need for no answer."""
    alternatives = tuple(part for need in as_needs(answers) for part in need)
    return (alternatives,) if alternatives else ()


def _question(raw: dict[str, Any], asked: str) -> GoldQuestion:
    answerable = bool(raw["answerable"])
    needs, answers = raw.get("must_contain") or (), raw.get("answers") or ()
    places = [Place(source=raw.get("source") or "", pages=frozenset(raw.get("pages") or ()))]
    for further in (raw.get("also") or [], raw.get("sources") or []):
        places += [_place(item, raw) for item in further]
    return GoldQuestion(
        question_id=str(raw["id"]),
        question=raw.get(asked) or raw["question"],
        kind=raw.get("kind", "fact"),
        answerable=answerable,
        must_contain=(as_needs(needs) or any_of(answers)) if answerable else (),
        places=tuple(place for place in places if place.source),
        answers=tuple(map(str, answers)) if answerable and not needs else (),
        history=tuple(
            Exchange(question=item if isinstance(item, str) else item["question"]) for item in raw.get("history") or ()
        ),
    )


def _place(item: Any, raw: dict[str, Any]) -> Place:
    # The public-reports set lists bare page numbers of the same document.
    if isinstance(item, int):
        return Place(source=raw["source"], pages=frozenset({item}))
    return Place(source=item["source"], pages=frozenset(item.get("pages") or ()))
