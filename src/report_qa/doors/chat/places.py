"""The pages that a reader can go to from every other one, in the order in which the line at the top offers them."""

from __future__ import annotations

from dataclasses import dataclass

from streamlit.navigation.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The pages: `ask` is the conversation, `check` the check of claims, `library` the documents and editions, `insights` and
    `audit` are what stewards see, and on `upload` contributors bring documents.
    """

    ask: Page
    check: Page
    library: Page
    audit: Page
    upload: Page
    insights: Page
