"""The page's own style sheet, the parts of it that are not a component's."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st


def apply() -> None:
    """Add the style sheet to the page. It is ours alone: nothing that a document or a reader says gets near it."""
    st.html(f"<style>{_sheet()}</style>")


@cache
def _sheet() -> str:
    return (Path(__file__).parent / "parts" / "style.css").read_text(encoding="utf-8")
