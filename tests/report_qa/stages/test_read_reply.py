"""Replies as models write them, read in pieces of any size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.records.writing import ReadSentence
from report_qa.stages.read_reply import ReplyReader

Found = list[tuple[str, tuple[str, ...]]]


def read(reply: str, size: int = 3, *, cut_off: bool = False) -> list[ReadSentence]:
    reader = ReplyReader()
    found: list[ReadSentence] = []
    for start in range(0, len(reply), size):
        found += reader.read(reply[start : start + size])
    return [*found, *reader.end(cut_off=cut_off)]


def last(found: list[ReadSentence]) -> Found:
    """Return the sentences with all their handles."""
    kept: Found = []
    for item in found:
        if item.again:
            kept.pop()
        kept.append((item.sentence.text, item.sentence.handles))
    return kept


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("The gap is £4.2 billion. [E1] It grows. [E2, E3]", [("The gap is £4.2 billion.", ("E1",)), ("It grows.", ("E2", "E3"))]),
        ("The gap is large [E1]. It grows (E2).", [("The gap is large.", ("E1",)), ("It grows.", ("E2",))]),
        ("The gap is large. E1. It grows 【E2】.", [("The gap is large.", ("E1",)), ("It grows.", ("E2",))]),
        ("The gap is large. [1] It grows. [2, 3]", [("The gap is large.", ("E1",)), ("It grows.", ("E2", "E3"))]),
        ("The gap is large.[E1]It grows.[E2]", [("The gap is large.", ("E1",)), ("It grows.", ("E2",))]),
        ("The gap is large. [E1] [E2] It grows. [E3][E4]", [("The gap is large.", ("E1", "E2")), ("It grows.", ("E3", "E4"))]),
        ("[E1] The gap is large.\n[E2] It grows.", [("The gap is large.", ("E1",)), ("It grows.", ("E2",))]),
        ("- The gap is large. [E1]\n- Dr. Smith measured 3.5 m. [E2]", [("The gap is large.", ("E1",)), ("Dr. Smith measured 3.5 m.", ("E2",))]),
        ("1. The gap is large. [E1]\n2) It grows. [E2]", [("The gap is large.", ("E1",)), ("It grows.", ("E2",))]),
        ("In 2019 (2019) there were 3,600 (1) of them. (E1)", [("In 2019 (2019) there were 3,600 (1) of them.", ("E1",))]),
        ("The gap, see [E1], is large. [E2]", [("The gap, see, is large.", ("E1", "E2"))]),
        ("The gap is large. It grows. [E1]", [("The gap is large.", ()), ("It grows.", ("E1",))]),
        ("<think>It says so. [E1]</think>The gap is large. [E1]", [("The gap is large.", ("E1",))]),
        ("```\nThe gap is large. [E1]\n```\n", [("The gap is large.", ("E1",))]),
        ('```json\n[{"sentence": "It is large.", "handles": ["E1"]}]\n```', [("It is large.", ("E1",))]),
        ('{"sentences": [{"text": "It is large.", "citations": [1, 2]}]}', [("It is large.", ("E1", "E2"))]),
        ('{"answer": "It is large. [E1] It grows. [E2]"}', [("It is large.", ("E1",)), ("It grows.", ("E2",))]),
        ('["It is large. [E1]", "It grows. [E2]"]', [("It is large.", ("E1",)), ("It grows.", ("E2",))]),
        ("**The gap** is _large_ `now`. [E1]", [("The gap is large now.", ("E1",))]),
        ("3 < 4 and 5 > 2 hold. [E1]", [("3 < 4 and 5 > 2 hold.", ("E1",))]),
        ("# Answer\n\nThe gap is large. [E1]", [("Answer", ()), ("The gap is large.", ("E1",))]),
        ("See [here](http://e.example/?q=1) now. [E1] ![x](http://e.example/y) It grows. [E2]", [("See here now.", ("E1",)), ("It grows.", ("E2",))]),
        ("The gap is large. <img src=http://e.example/a.png> [E1]", [("The gap is large.", ("E1",))]),
        ("The gap is large", [("The gap is large", ())]),
        ("", []),
        ("[E1]", []),
    ],
)  # fmt: skip
def test_a_reply_is_read_whatever_the_pieces(reply: str, expected: Found, size: int) -> None:
    assert last(read(reply, size)) == expected


@pytest.mark.parametrize(
    ("reply", "complete"),
    [
        ("The gap is large. [E1]", "The gap is large. [E1]"),
        ("The gap is large [E1].", "The gap is large [E1]."),
        ("The gap is large. (E1, E2)", "The gap is large. (E1, E2)"),
        ('[{"sentence": "It is large.", "handles": ["E1"]}', '[{"sentence": "It is large.", "handles": ["E1"]}'),
    ],
)
def test_a_sentence_is_handed_out_the_moment_its_handles_close(reply: str, complete: str) -> None:
    reader = ReplyReader()
    assert [item for char in complete[:-1] for item in reader.read(char)] == []
    assert len(list(reader.read(complete[-1]))) == 1


def test_what_a_cut_off_reply_leaves_unfinished_is_dropped() -> None:
    assert last(read("The gap is large. [E1] It grows by", cut_off=True)) == [("The gap is large.", ("E1",))]
    assert last(read("The gap is large. [E1] It grows.", cut_off=True))[1:] == [("It grows.", ())]


def test_reasoning_without_an_end_is_dropped() -> None:
    assert read("<think>It says so. [E1] And so on.") == []


def test_a_sentence_without_an_end_is_noticed() -> None:
    reader = ReplyReader()
    assert not any(list(reader.read("and on ")) for _ in range(1_000))
    assert reader.endless
    brief = ReplyReader()
    list(brief.read("The gap is large. [E1] " * 3))
    assert not brief.endless


@given(st.text(alphabet='AEe12 .[](),\n<>!`*#"{}:/htp-_&;', max_size=80), st.integers(1, 9))
def test_no_reply_breaks_the_reader_or_gets_markup_through(reply: str, size: int) -> None:
    for item in read(reply, size):
        text = item.sentence.text
        assert "](" not in text
        assert "://" not in text
        assert "<a" not in text.lower()
