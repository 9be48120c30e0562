"""The components of the chat, each a pair of files: <name>.js draws and <name>.css dresses.

One that is long is made of several such pairs, and those that show sentences share `sentence.js` and `sentence.css`. The words of
the interface come with the data, from the sections of `texts.toml` that are named after the parts.

They stand in the page itself (no iframe) behind a shadow root, so that their styles and the page's leave each other
alone, and they follow the theme through its variables. Only what stands in a dialog has none, and dresses its own class alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from report_qa.doors.chat import texts

_HERE = Path(__file__).parent
# What a turn of a conversation is made of, from its question down to its foot.
# A dialog keeps the keyboard's focus in itself, and does not look into shadow roots: what is in one could not be reached.
_IN_A_DIALOG = ("sharing",)
_WITH_OWN_WORDS = ("sentence", "share")
_OF_AN_ANSWER = ("sentence", "turn", "answer", "foot")
Chosen = Callable[[str], None]


def _nothing(_: str) -> None:
    """What nobody waits for."""


def conversation(
    data: dict[str, Any],
    *,
    key: str,
    on_cite: Chosen,
    on_earlier: Chosen,
    on_ask: Chosen = _nothing,
    on_stop: Chosen = _nothing,
    on_share: Chosen = _nothing,
) -> None:
    """Show turns; call back with the citation that was clicked, the question that was chosen, the answer that is to stop
    being written or is to be shared, or for earlier turns.
    """
    _component("conversation", *_OF_AN_ANSWER, "share")(
        data=data,
        key=key,
        on_cite_change=lambda: _call(on_cite, key, "cite"),
        on_ask_change=lambda: _call(on_ask, key, "ask"),
        on_stop_change=lambda: _call(on_stop, key, "stop"),
        on_earlier_change=lambda: on_earlier(""),
        on_share_change=lambda: _call(on_share, key, "share"),
    )


def check(data: dict[str, Any], *, key: str, on_cite: Chosen, on_stop: Chosen, on_clear: Chosen) -> None:
    """Show a checked text; call back with the citation that was clicked, or when its checking is to stop or its verdicts
    are to go.
    """
    _component("check", "sentence")(
        data=data,
        key=key,
        on_cite_change=lambda: _call(on_cite, key, "cite"),
        on_stop_change=lambda: on_stop(""),
        on_clear_change=lambda: on_clear(""),
    )


def evidence(data: dict[str, Any], *, key: str, on_cite: Chosen, on_close: Chosen, on_share: Chosen = _nothing) -> None:
    """Show one citation; call back with the neighbouring citation that was chosen, when it was closed, or with the citation
    that is to be shared.
    """
    _component("evidence", "share")(
        data=data,
        key=key,
        on_cite_change=lambda: _call(on_cite, key, "cite"),
        on_close_change=lambda: on_close(""),
        on_share_change=lambda: _call(on_share, key, "share"),
    )


def shared(data: dict[str, Any], *, key: str, on_cite: Chosen) -> None:
    """Show what stands above the answers of a link, or its quotations; call back with the citation that was clicked."""
    _component("shared", "sentence", "share")(data=data, key=key, on_cite_change=lambda: _call(on_cite, key, "cite"))


def sharing(data: dict[str, Any], *, key: str, on_make: Chosen, on_revoke: Chosen) -> None:
    """Show what is about to be shared and a reader's links; call back when a link is to be made, or with one to withdraw."""
    _component("sharing")(
        data=data,
        key=key,
        on_make_change=lambda: on_make(""),
        on_revoke_change=lambda: _call(on_revoke, key, "revoke"),
    )


def documents(data: dict[str, Any], *, key: str) -> None:
    """Show the documents on the shelf."""
    _component("shelf")(data=data, key=key)


def history(data: dict[str, Any], *, key: str, on_open: Chosen, on_delete: Chosen) -> None:
    """Show a reader's conversations; call back with the one that was opened or deleted."""
    _component("history")(
        data=data,
        key=key,
        on_open_change=lambda: _call(on_open, key, "open"),
        on_delete_change=lambda: _call(on_delete, key, "delete"),
    )


def _component(name: str, *before: str) -> Callable[..., Any]:
    """Return what draws a component that is made of these parts, `name` last."""
    drawn = _registered(name, *before)
    sections = ("role", *(part for part in before if part in _WITH_OWN_WORDS), name)

    def draw(*, data: dict[str, Any], key: str, **callbacks: Callable[[], None]) -> None:
        drawn(data=data | {"texts": texts.section(*sections)}, key=key, **callbacks)

    return draw


@cache
def _registered(name: str, *before: str) -> Callable[..., Any]:
    parts = (*before, name)
    script = "\n".join(_read(f"{part}.js") for part in ("texts", *parts))
    styles = "\n".join(_read(f"{part}.css") for part in parts if (_HERE / f"{part}.css").is_file())
    return st.components.v2.component(
        f"report_qa_{name}", js=script, css=styles, isolate_styles=name not in _IN_A_DIALOG
    )


def _read(file_name: str) -> str:
    return (_HERE / file_name).read_text(encoding="utf-8")


def _call(chosen: Chosen, key: str, trigger: str) -> None:
    value = getattr(st.session_state[key], trigger, None)
    if isinstance(value, str):
        chosen(value)
