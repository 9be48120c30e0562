"""What the tests of the readers ask of a reading text."""

from __future__ import annotations

from report_qa.records.document import BlockKind, DocumentText

INVISIBLE = "\u0000\u0007\u00ad\u200b\u202e\ufeff\u00a0"


def assert_consistent(document: DocumentText) -> None:
    """Check offsets: blocks and headings make up the whole text, lie inside sections, and nothing invisible is left."""
    text = document.text
    covered = [(block.start_char, block.end_char) for block in document.blocks]
    for section in document.sections:
        assert 0 <= section.start_char <= section.end_char <= len(text)
        if section.heading_path and section.start_char >= 2:
            heading = text[: section.start_char].removesuffix("\n\n").rpartition("\n\n")[2]
            assert heading == section.heading_path[-1]
    starts = [section.start_char for section in document.sections]
    assert starts == sorted(set(starts)) or starts[-2:] == [len(text)] * 2
    for block in document.blocks:
        words = text[block.start_char : block.end_char]
        assert words.strip()
        assert block.start_char == 0 or text[block.start_char - 2 : block.start_char] == "\n\n"
        assert block.end_char == len(text) or text[block.end_char : block.end_char + 2] == "\n\n"
        section_of_block = document.section_of(block.start_char)
        assert section_of_block is not None
        assert block.end_char <= section_of_block.end_char
        rows = words.split("\n")
        if block.kind is BlockKind.TABLE:
            assert len({row.count(" | ") for row in rows}) == 1
            assert 0 <= block.header_rows <= len(rows)
        if block.lead_in is not None:
            assert block.kind is BlockKind.LIST
            assert block.lead_in.end_char <= block.start_char
            assert document.words(block.lead_in).strip()
    assert covered == sorted(covered)
    assert not document.pages
    assert not any(character in text for character in INVISIBLE)
    text.encode("utf-8")


def blocks(document: DocumentText) -> list[tuple[str, str]]:
    """Return the kind and the words of each block, having checked the offsets of all."""
    assert_consistent(document)
    return [(block.kind.value, document.text[block.start_char : block.end_char]) for block in document.blocks]


def lead_ins(document: DocumentText) -> list[str | None]:
    """Return what introduces each list item."""
    items = [block for block in document.blocks if block.kind is BlockKind.LIST]
    return [document.words(item.lead_in) if item.lead_in else None for item in items]


def paths(document: DocumentText) -> list[tuple[str, ...]]:
    """Return the heading path of each section."""
    return [section.heading_path for section in document.sections]


def path_of(document: DocumentText, words: str) -> tuple[str, ...]:
    """Return the heading path over some words."""
    section = document.section_of(document.text.index(words))
    assert section is not None
    return section.heading_path


def header_rows(document: DocumentText) -> list[int]:
    """Return how many rows of each table are its header."""
    return [block.header_rows for block in document.blocks if block.kind is BlockKind.TABLE]
