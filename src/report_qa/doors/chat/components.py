"""The components of the chat, each a pair of files: <name>.js draws and <name>.css dresses.

One that is long is made of several such pairs, and those that show sentences share `sentence.js` and `sentence.css`. The words of
the interface come with the data, from the sections of `texts.toml` that are named after the parts.

They stand in the page itself (no iframe) behind a shadow root, so that their styles and the page's leave each other
alone, and they follow the theme through its variables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from report_qa.doors.chat import texts

_HERE = Path(__file__).parent
# What a turn of a conversation is made of, from its question down to its foot.
_OF_AN_ANSWER = ("elements", "sentence", "turn", "answer", "chart", "feedback", "by_source", "foot")
Chosen = Callable[[str], None]
# Called back with several values at once, each a text under its name.
Told = Callable[[dict[str, str]], None]


def conversation(
    data: dict[str, Any],
    *,
    key: str,
    on_cite: Chosen,
    on_ask: Chosen,
    on_stop: Chosen,
    on_earlier: Chosen,
    on_by_source: Chosen,
    on_again: Told,
    on_feedback: Told,
) -> None:
    """Show turns; call back with the citation that was clicked, the question that was chosen, the answer that is to stop
    being written, for earlier turns, with the turn whose question is to be asked of each source, with `turn` and `question` of one
    that is asked again, and with `turn`, `cite`, `kind` and `note` of what was said of an answer.
    """
    _component("conversation", *_OF_AN_ANSWER)(
        data=data,
        key=key,
        on_cite_change=lambda: _call(on_cite, key, "cite"),
        on_ask_change=lambda: _call(on_ask, key, "ask"),
        on_stop_change=lambda: _call(on_stop, key, "stop"),
        on_earlier_change=lambda: on_earlier(""),
        on_by_source_change=lambda: _call(on_by_source, key, "by_source"),
        on_again_change=lambda: _tell(on_again, key, "again", ("turn", "question")),
        on_feedback_change=lambda: _tell(on_feedback, key, "feedback", ("turn", "cite", "kind", "note")),
    )


def can_ask(data: dict[str, Any], *, key: str, on_ask: Chosen) -> None:
    """Show what can be asked; call back with the example that was chosen."""
    _component("can_ask", "elements", words=("conversation",))(
        data=data, key=key, on_ask_change=lambda: _call(on_ask, key, "ask")
    )


def check(data: dict[str, Any], *, key: str, on_cite: Chosen, on_stop: Chosen, on_clear: Chosen) -> None:
    """Show a checked text; call back with the citation that was clicked, or when its checking is to stop or its verdicts
    are to go.
    """
    _component("check", "elements", "sentence")(
        data=data,
        key=key,
        on_cite_change=lambda: _call(on_cite, key, "cite"),
        on_stop_change=lambda: on_stop(""),
        on_clear_change=lambda: on_clear(""),
    )


def evidence(data: dict[str, Any], *, key: str, on_cite: Chosen, on_close: Chosen) -> None:
    """Show one citation; call back with the neighbouring citation that was chosen, or when it was closed."""
    _component("evidence")(
        data=data,
        key=key,
        on_cite_change=lambda: _call(on_cite, key, "cite"),
        on_close_change=lambda: on_close(""),
    )


def documents(data: dict[str, Any], *, key: str) -> None:
    """Show the documents on the shelf."""
    _component("shelf")(data=data, key=key)


def history(
    data: dict[str, Any], *, key: str, on_open: Chosen, on_delete: Chosen, on_rename: Told, on_search: Chosen
) -> None:
    """Show a reader's conversations; call back with the one that was opened or deleted, with `id` and `name` of one that was
    renamed, and with the words that were searched for.
    """
    _component("history", "elements")(
        data=data,
        key=key,
        on_open_change=lambda: _call(on_open, key, "open"),
        on_delete_change=lambda: _call(on_delete, key, "delete"),
        on_rename_change=lambda: _tell(on_rename, key, "rename", ("id", "name")),
        on_search_change=lambda: _call(on_search, key, "search"),
    )


def _component(name: str, *before: str, words: Sequence[str] = ()) -> Callable[..., Any]:
    """Return what draws a component that is made of these parts, `name` last.

    Its words are those of the section that is called like it, or of `words`, and those that its parts share.
    """
    drawn = _registered(name, *before)
    sections = ("role", *("sentence" for part in before if part == "sentence"), *(words or (name,)))

    def draw(*, data: dict[str, Any], key: str, **callbacks: Callable[[], None]) -> None:
        drawn(data=data | {"texts": texts.section(*sections)}, key=key, **callbacks)

    return draw


@cache
def _registered(name: str, *before: str) -> Callable[..., Any]:
    parts = (*before, name)
    script = "\n".join(_read(f"{part}.js") for part in ("texts", *parts))
    styles = "\n".join(_read(f"{part}.css") for part in parts if (_HERE / f"{part}.css").is_file())
    return st.components.v2.component(f"report_qa_{name}", js=script, css=styles)


def _read(file_name: str) -> str:
    return (_HERE / file_name).read_text(encoding="utf-8")


def _call(chosen: Chosen, key: str, trigger: str) -> None:
    value = getattr(st.session_state[key], trigger, None)
    if isinstance(value, str):
        chosen(value)


def _tell(told: Told, key: str, trigger: str, names: Sequence[str]) -> None:
    value = getattr(st.session_state[key], trigger, None)
    # Whatever a browser sends, only texts under the names that belong there go on.
    if isinstance(value, dict) and all(isinstance(value.get(name), str) for name in names):
        told({name: value[name] for name in names})
