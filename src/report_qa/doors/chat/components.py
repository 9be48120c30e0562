"""The components of the chat, each a pair of files in `parts/`: <name>.js draws and <name>.css dresses. A large one has further
parts of its own, named after it (`evidence_paper.js`).

One that is long is made of several such pairs, and those that show sentences share `sentence.js` and `sentence.css`. The words of
the interface come with the data, from the sections of `texts.toml` that are named after the parts.

They stand in the page itself (no iframe) behind a shadow root, so that their styles and the page's leave each other
alone, and they follow the theme through its variables. Only what stands in a dialog has none, and dresses its own class alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from report_qa.doors.chat import texts

_PARTS = Path(__file__).with_name("parts")
# What a turn of a conversation is made of, from its question down to its foot.
_OF_AN_ANSWER = ("elements", "sentence", "turn", "answer", "chart", "feedback", "by_source", "export", "foot")
_OF_THE_LIBRARY = ("documents", "document", "editions", "search", "comparison")
_OF_EVIDENCE = (
    "share",
    "chain",
    "evidence_paper",
    "evidence_text",
    "evidence_find",
    "evidence_record",
    "evidence_keys",
)
# A dialog keeps the keyboard's focus in itself, and does not look into shadow roots: what is in one could not be reached.
_IN_A_DIALOG = ("sharing",)
Chosen = Callable[[str], None]
# Called back with several values at once, each a text under its name.
Told = Callable[[dict[str, str]], None]


def _nothing(_: str) -> None:
    """What nobody waits for."""


def _told_nothing(_: dict[str, str]) -> None:
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
    on_by_source: Chosen = _nothing,
    on_again: Told = _told_nothing,
    on_feedback: Told = _told_nothing,
) -> None:
    """Show turns; call back with the citation that was clicked, the question that was chosen, the answer that is to stop
    being written or is to be shared, for earlier turns, with the turn whose question is to be asked of each source, with `turn` and
    `question` of one that is asked again, and with `turn`, `cite`, `kind` and `note` of what was said of an answer.
    """
    _component("conversation", *_OF_AN_ANSWER, "share")(
        data=data,
        key=key,
        on_cite_change=lambda: _call(on_cite, key, "cite"),
        on_ask_change=lambda: _call(on_ask, key, "ask"),
        on_stop_change=lambda: _call(on_stop, key, "stop"),
        on_earlier_change=lambda: on_earlier(""),
        on_share_change=lambda: _call(on_share, key, "share"),
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
    _component("check", "elements", "sentence", "export")(
        data=data,
        key=key,
        on_cite_change=lambda: _call(on_cite, key, "cite"),
        on_stop_change=lambda: on_stop(""),
        on_clear_change=lambda: on_clear(""),
    )


def evidence(
    data: dict[str, Any],
    *,
    key: str,
    on_cite: Chosen,
    on_close: Chosen,
    on_share: Chosen = _nothing,
    on_trace: Chosen = _nothing,
) -> None:
    """Show one citation; call back with the neighbouring citation that was chosen, when it was closed, or with the citation
    that is to be shared, or for which other evidence is to be looked for.
    """
    _component("evidence", *_OF_EVIDENCE)(
        data=data,
        key=key,
        on_cite_change=lambda: _call(on_cite, key, "cite"),
        on_close_change=lambda: on_close(""),
        on_share_change=lambda: _call(on_share, key, "share"),
        on_trace_change=lambda: _call(on_trace, key, "trace"),
    )


def shared(data: dict[str, Any], *, key: str, on_cite: Chosen) -> None:
    """Show what stands above the answers of a link, or its quotations; call back with the citation that was clicked."""
    _component("shared", "elements", "sentence", "share", "export")(
        data=data, key=key, on_cite_change=lambda: _call(on_cite, key, "cite")
    )


def sharing(data: dict[str, Any], *, key: str, on_make: Chosen, on_revoke: Chosen) -> None:
    """Show what is about to be shared and a reader's links; call back when a link is to be made, or with one to withdraw."""
    _component("sharing")(
        data=data,
        key=key,
        on_make_change=lambda: on_make(""),
        on_revoke_change=lambda: _call(on_revoke, key, "revoke"),
    )


def exporting(data: dict[str, Any], *, key: str) -> None:
    """Show what exports a whole conversation."""
    _component("exporting", "elements", "export")(data=data, key=key)


def library(
    data: dict[str, Any], *, key: str, on_go: Chosen, on_cite: Chosen, on_ask: Chosen, on_share: Chosen
) -> None:
    """Show a view of the library; call back with the place (a query string) that was asked for, the citation that was clicked,
    the document to ask about, or when a comparison is to be shared.
    """
    _component("library", "elements", "sentence", *_OF_THE_LIBRARY)(
        data=data,
        key=key,
        on_go_change=lambda: _call(on_go, key, "go"),
        on_cite_change=lambda: _call(on_cite, key, "cite"),
        on_ask_change=lambda: _call(on_ask, key, "ask"),
        on_share_change=lambda: on_share(""),
    )


def audit(data: dict[str, Any], *, key: str, on_earlier: Chosen) -> None:
    """Show the audit log; call back for earlier entries."""
    _component("audit", "elements")(data=data, key=key, on_earlier_change=lambda: on_earlier(""))


def insights(
    data: dict[str, Any], *, key: str, on_cite: Chosen, on_days: Chosen, on_settle: Told, on_reopen: Chosen
) -> None:
    """Show what a steward looks at; call back with the citation that was clicked, the period that was chosen, `id`, `outcome` and
    `note` of a matter that was settled, and the one that is to be open again.
    """
    _component("insights", "elements", "sentence", "share")(
        data=data,
        key=key,
        on_cite_change=lambda: _call(on_cite, key, "cite"),
        on_days_change=lambda: _call(on_days, key, "days"),
        on_settle_change=lambda: _tell(on_settle, key, "settle", ("id", "outcome", "note")),
        on_reopen_change=lambda: _call(on_reopen, key, "reopen"),
    )


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


@contextmanager
def looking_again(after_s: float | None) -> Iterator[None]:
    """Have a fragment, all of which is drawn within, run again so many seconds after the browser has drawn it, also when it fails;
    None not to.

    Streamlit's own timer (`run_every`) also fires while a run is under way. The next run then throws away what the browser has not
    been sent of this one, and the page flickers, or breaks. What stands last in a fragment arrives last.
    """
    try:
        yield
    except Exception:
        _look_again(after_s)
        raise
    _look_again(after_s)


def _look_again(after_s: float | None) -> None:
    if after_s is not None:
        data = {"after_s": after_s, "run": time.time_ns()}
        _component("look_again")(data=data, key="look-again", on_again_change=lambda: None)


def _component(name: str, *before: str, words: Sequence[str] = ()) -> Callable[..., Any]:
    """Return what draws a component that is made of these parts, `name` last.

    Its words are those of the section that is called like it, or of `words`, and those that its parts share.
    """
    drawn = _registered(name, *before)
    sections = (*before, *(words or (name,)))
    told = texts.section("role", *(part for part in sections if part in texts.sections()))

    def draw(*, data: dict[str, Any], key: str, **callbacks: Callable[[], None]) -> None:
        drawn(data=data | {"texts": told}, key=key, **callbacks)

    return draw


@cache
def _registered(name: str, *before: str) -> Callable[..., Any]:
    parts = (*before, name)
    script = "\n".join(_read(f"{part}.js") for part in ("texts", "within", *parts))
    styles = "\n".join(_read(f"{part}.css") for part in parts if (_PARTS / f"{part}.css").is_file())
    return st.components.v2.component(
        f"report_qa_{name}", js=script, css=styles, isolate_styles=name not in _IN_A_DIALOG
    )


def _read(file_name: str) -> str:
    return (_PARTS / file_name).read_text(encoding="utf-8")


def _call(chosen: Chosen, key: str, trigger: str) -> None:
    value = getattr(st.session_state[key], trigger, None)
    if isinstance(value, str):
        chosen(value)


def _tell(told: Told, key: str, trigger: str, names: Sequence[str]) -> None:
    value = getattr(st.session_state[key], trigger, None)
    # Whatever a browser sends, only texts under the names that belong there go on.
    if isinstance(value, dict) and all(isinstance(value.get(name), str) for name in names):
        told({name: value[name] for name in names})
