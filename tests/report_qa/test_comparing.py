"""Two editions of a text: which sentences are new, gone, moved or worded otherwise, and which figures changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_qa.citations import decode_cite
from report_qa.comparing import Side, compare
from report_qa.records.comparison import Change, ChangeKind, DocumentComparison, Unchanged
from report_qa.records.document import Section, SourceDocument

BEFORE = """Plan
The gap is £4.2 billion a year. It would take twenty years to close it.
Buses run every hour. Halls are open on Sundays.
Area | Grant
North | £1.1m
South | £2m"""


def side(text: str, edition_id: str = "000001", **more: object) -> Side:
    digit = str(int(edition_id) % 10)
    document = SourceDocument(
        document_id="plan.md", path="plan.md", title="Plan", media_type="text/markdown", sha256=digit * 64
    )
    return Side(edition_id=edition_id, document=document, text=text, **more)  # type: ignore[arg-type]


def compared(before: str, after: str) -> DocumentComparison:
    return compare(side(before), side(after, "000002"))


def only(before: str, after: str) -> Change:
    (change,) = compared(before, after).changes
    return change


def test_the_same_words_are_one_unchanged_stretch() -> None:
    same = compared(BEFORE, BEFORE.replace("a year", "a\u00a0year"))
    (part,) = same.parts
    assert isinstance(part, Unchanged)
    assert len(part.sentences) == 8
    assert not same.same_file


def test_a_figure_that_changed_is_found_and_marked_alone() -> None:
    change = only(BEFORE, BEFORE.replace("£4.2 billion", "£4.5 billion"))
    assert change.kind is ChangeKind.CHANGED
    assert [(figure.before, figure.after) for figure in change.figures] == [("£4.2 billion", "£4.5 billion")]
    assert change.before is not None
    assert change.after is not None
    assert [run.words for run in change.before.runs if run.differs] == ["£4.2"]
    assert [run.words for run in change.after.runs if run.differs] == ["£4.5"]


def test_a_figure_written_otherwise_is_none_that_changed() -> None:
    change = only(BEFORE, BEFORE.replace("£1.1m", "£1.1 million"))
    assert (change.kind, change.figures) == (ChangeKind.CHANGED, ())


@pytest.mark.parametrize(
    ("after", "kind", "words"),
    [
        (BEFORE.replace("Buses run every hour. ", ""), ChangeKind.REMOVED, "Buses run every hour."),
        (BEFORE.replace("Sundays.", "Sundays. Parks never close."), ChangeKind.ADDED, "Parks never close."),
        (BEFORE + "\nEast | £3m", ChangeKind.ADDED, "East | £3m"),
    ],
)
def test_what_is_new_or_gone_stands_on_one_side(after: str, kind: ChangeKind, words: str) -> None:
    change = only(BEFORE, after)
    assert change.kind is kind
    shown = change.after if kind is ChangeKind.ADDED else change.before
    other = change.before if kind is ChangeKind.ADDED else change.after
    assert shown is not None
    assert (shown.words, other) == (words, None)


def test_what_stands_elsewhere_has_moved() -> None:
    change = only(BEFORE, BEFORE.replace("Buses run every hour. ", "").replace("South", "Buses run every hour.\nSouth"))
    assert change.kind is ChangeKind.MOVED
    assert change.before is not None
    assert change.after is not None
    assert change.before.words == change.after.words


def test_sentences_that_share_few_words_are_no_pair() -> None:
    found = compared("Buses run every hour.", "Libraries lend books to children.")
    assert [change.kind for change in found.changes] == [ChangeKind.REMOVED, ChangeKind.ADDED]


def test_several_rewritten_sentences_are_paired_in_order() -> None:
    found = compared(
        "The first aim is to build halls. The second aim is to plant trees in parks.",
        "An aim was dropped. The first aim is to build new halls. The second aim is to plant more trees in parks.",
    )
    assert [change.kind for change in found.changes] == [ChangeKind.ADDED, ChangeKind.CHANGED, ChangeKind.CHANGED]


def test_each_side_names_its_own_edition_and_words() -> None:
    section = Section(heading_path=("Plan", "Money"), start_char=0, end_char=500)
    change = compare(side("It costs £1m.", sections=(section,)), side("It costs £2m.", "000002")).changes[0]
    assert change.before is not None
    assert change.after is not None
    assert str(change.before.locator) == "Plan › Money"
    for words, edition_id in ((change.before, "000001"), (change.after, "000002")):
        cite = decode_cite(words.cite)
        assert (cite.edition_id, cite.ranges) == (edition_id, ((words.span.start_char, words.span.end_char),))
        assert cite.matches(words.words)


def test_a_long_rewritten_stretch_is_paired_in_parts() -> None:
    before = [f"Sentence number {n} speaks of place {n * 7} and of nothing else." for n in range(450)]
    after = [sentence.replace("nothing else", "much more") for sentence in before]
    found = compared("\n".join(before), "\n".join(after))
    assert {change.kind for change in found.changes} == {ChangeKind.CHANGED}
    assert len(found.changes) == 450


SENTENCES = st.lists(
    st.sampled_from(["It rains.", "It costs £2m.", "It costs £3m.", "North | 5", "Nobody knows why it is so."]),
    max_size=12,
)


@given(before=SENTENCES, after=SENTENCES)
def test_nothing_is_lost(before: list[str], after: list[str]) -> None:
    """Every sentence of either side is in exactly one part, and the runs of a side are its words."""
    found = compared("\n".join(before), "\n".join(after))
    left: list[str] = []
    right: list[str] = []
    for part in found.parts:
        if isinstance(part, Unchanged):
            left += part.sentences
            right += part.sentences
            continue
        for words, side_ in ((part.before, left), (part.after, right)):
            if words is not None:
                side_.append(words.words)
                assert "".join(run.words for run in words.runs) == words.words
    assert sorted(left) == sorted(before)
    assert right == after
