"""The page's own style sheet, the parts of it that are not a component's."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

import streamlit as st


def apply() -> None:
    """Add the style sheet to the page. It is ours alone: nothing that a document or a reader says gets near it."""
    st.html(f"<style>{_sheet()}</style>")


@cache
def icon(folder: Path) -> str:
    """Return the icon that stands beside app.py in `static`, as an address that holds it whole.

    For a named icon the browser would ask a font host on the internet, and for a file this server, which gives files only to
    people who are signed in.
    """
    picture = base64.b64encode((folder / "static" / "icon.png").read_bytes()).decode()
    return f"data:image/png;base64,{picture}"


@cache
def _sheet() -> str:
    return (Path(__file__).parent / "parts" / "style.css").read_text(encoding="utf-8")
