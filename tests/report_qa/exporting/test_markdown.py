"""Markdown, read back by another reader: the very words, and no markup but ours."""

from __future__ import annotations

import re

from hypothesis import example, given, settings
from markdown_it import MarkdownIt

from report_qa.exporting.collect import of_answer, of_checked, of_conversation
from report_qa.exporting.markdown import as_markdown
from report_qa.exporting.prose import NOT_LOCATED
from tests.report_qa.exporting.samples import (
    CHECKED,
    CONVERSATION,
    EXTRACTS,
    PLAN,
    REPORT,
    RETURNS,
    SAFE,
    of_words,
    one_line,
    open_evidence,
    pieces,
    squeezed,
)

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
NASTY = pieces(
    *"\\`*_{}[]()#+-.!|<>&~$^=:\"'", "http://", "www.", "&amp;", "</p>", "1. ", "```", "\n    ", "\n---\n", "<!--"
)


def read(markdown: str) -> tuple[list[str], set[str]]:
    """Return the paragraphs, headings and items that a reader shows, and the kinds of markup among them."""
    shown, kinds = [], set()
    for token in READER.parse(markdown):
        kinds.add(token.type)
        if token.type == "inline":
            parts = token.children or []
            kinds |= {part.type for part in parts}
            shown.append(one_line("".join("\n" if part.type.endswith("break") else part.content for part in parts)))
    return shown, kinds


OURS = {
    *("paragraph_open", "paragraph_close", "heading_open", "heading_close", "inline", "text", "text_special"),
    *("blockquote_open", "blockquote_close", "bullet_list_open", "bullet_list_close", "list_item_open"),
    *("list_item_close", "strong_open", "strong_close", "hardbreak", "link_open", "link_close"),
}


def test_a_conversation_reads_the_same() -> None:
    shown, kinds = read(as_markdown(of_conversation(CONVERSATION, open_evidence)).decode())
    assert kinds <= OURS
    assert f"“{RETURNS.quote}” [1]" in shown
    assert f"[2] “{PLAN.quote}”" in shown
    assert f"[3] “Item | Sum {SAFE} | £1.15m”" in shown
    assert "Each million brought back more than three, and every district had planned by 2015. [1] [2]" in shown
    assert "Withheld: 2 sentences not shown: contradicted by the sources, not in the sources." in shown
    assert any(line.startswith("Quotations are exact; editions 000007 and 000008") for line in shown)
    assert any("Superseded by The new plan." in line for line in shown)


def test_only_addresses_of_the_web_are_links() -> None:
    markdown = as_markdown(of_answer(EXTRACTS, open_evidence, address="https://reports.example")).decode()
    links = [
        part.attrGet("href")
        for token in READER.parse(markdown)
        for part in token.children or []
        if part.type == "link_open"
    ]
    assert len(links) == 5
    assert links[0] == REPORT.source_url.replace("~", "%7E") or links[0] == REPORT.source_url
    assert all(
        str(link).startswith(("https://example.org/", "https://reports.example/evidence?cite=")) for link in links
    )
    assert "http\\://evil" in markdown
    assert "www\\.evil" in markdown


def test_verdicts_read_the_same() -> None:
    shown, kinds = read(as_markdown(of_checked(CHECKED, open_evidence)).decode())
    assert kinds <= OURS
    assert "Contradicted: Each million brought back £9m. [1]" in shown
    assert "The number is “£9m” here and “£3.2m” in the document." in shown
    assert f"Not found: On Mars, {SAFE}." in shown


@settings(deadline=None, max_examples=60)
@given(NASTY)
@example("1")
def test_threat_5_no_words_become_markup(words: str) -> None:
    content = of_words(words)
    markdown = as_markdown(content).decode()
    shown, kinds = read(markdown)
    assert kinds <= OURS
    (reference,) = content.references
    quote = f"“{reference.quote}”" if reference.quote else NOT_LOCATED
    assert squeezed(f"[1]{quote}") in [squeezed(line) for line in shown]
    assert not re.search(r"(?<!\\):(?=//)", markdown.replace(f"<{REPORT.source_url}>", ""))
