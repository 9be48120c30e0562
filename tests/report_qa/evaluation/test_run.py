"""What counts as right, and the figures of a set."""

from __future__ import annotations

from dataclasses import replace

import pytest

from report_qa.evaluation.questions import GoldQuestion, Place
from report_qa.evaluation.run import evaluate, holds, is_right
from report_qa.records.answer import Answer, Locator
from tests.small_library import GAP, NOT_THERE, SmallLibrary


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("the gap is £4.2 billion", "4.2"),
        ("the gap is £4.2 billion", "£4.2 billion"),
        ("the gap is 4.2.", "4.2"),
        ("in 2019, it closed", "2019"),
        ("by 52%", "52%"),
        ("the\n left   behind", "left behind"),
        ("it's “big”", "IT’S"),
        ("2010–20", "2010-20"),
    ],
)
def test_a_text_holds_a_fact(text: str, part: str) -> None:
    assert holds(text.translate(str.maketrans("–", "-")), part)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("13 places", "3"),
        ("1.3 places", "3"),
        ("3.5 places", "3"),
        ("3,600 places", "3"),
        ("3,600 places", "600"),
        ("35 places", "3"),
        ("£4.25 billion", "£4.2"),
        ("£42 billion", "£4"),
        ("152% more", "52%"),
        ("left far behind", "left behind"),
        ("4x2", "4.2"),
    ],
)
def test_a_part_of_a_figure_is_not_that_figure(text: str, part: str) -> None:
    assert not holds(text, part)


def _gold(
    question: str = GAP, *needs: str, kind: str = "fact", answerable: bool = True, **place: object
) -> GoldQuestion:
    pages = place.get("pages", ())
    assert isinstance(pages, tuple)
    places = (Place(source=str(place["source"]), pages=frozenset(pages)),) if "source" in place else ()
    return GoldQuestion(
        question_id=question,
        question=question,
        kind=kind,
        answerable=answerable,
        must_contain=tuple(tuple(need.split("|")) for need in needs),
        places=places,
        history=(),
    )


@pytest.fixture(scope="module")
def answer(small: SmallLibrary) -> Answer:
    return small.assistant().ask(GAP)


def test_every_need_has_to_be_quoted(answer: Answer) -> None:
    assert is_right(_gold(GAP, "£4.2 Billion", "least|poorest"), answer)
    assert not is_right(_gold(GAP, "£4.2 billion", "poorest"), answer)
    assert not is_right(_gold(GAP, "4"), answer)
    assert not is_right(_gold(GAP, "£4.2 billion", answerable=False), answer)


def test_the_quotation_has_to_stand_in_a_gold_place(answer: Answer) -> None:
    paged = replace(answer, evidence=tuple(replace(span, locator=Locator(page_index=2)) for span in answer.evidence))
    assert is_right(_gold(GAP, "£4.2 billion", source="big-plan.md"), paged)
    assert is_right(_gold(GAP, "£4.2 billion", source="notes/big-plan.md", pages=(3,)), paged)
    assert not is_right(_gold(GAP, "£4.2 billion", source="big-plan.md", pages=(2,)), paged)
    assert not is_right(_gold(GAP, "£4.2 billion", source="plan.md"), paged)
    assert not is_right(_gold(GAP, "£4.2 billion", source="libraries.md"), paged)


def test_figures_are_counted_by_kind(small: SmallLibrary) -> None:
    questions = [
        _gold(GAP, "£4.2 billion", source="big-plan.md"),
        _gold("What does a single fare cost?", "£3", source="buses.md"),
        _gold(NOT_THERE, "450", source="libraries.md"),
        _gold("How many hedgehogs live in Antarctica?", kind="absent", answerable=False),
        _gold("How many libraries do volunteers run?", kind="absent", answerable=False),
    ]
    report = evaluate(questions, small.assistant(), top=5)
    fact, absent, whole = report.figures("fact"), report.figures("absent"), report.figures()
    assert (fact["questions"], fact["right"], fact["refused_answerable"]) == (3, 0.3333, 0.3333)
    assert (fact["refused_unanswerable"], fact["wrong_of_shown"], fact["verbatim"]) == (None, 0.5, 1.0)
    assert (absent["right"], absent["page_found"], absent["refused_unanswerable"]) == (None, None, 0.5)
    assert (absent["wrong_of_shown"], whole["questions"], whole["wrong_of_shown"]) == (1.0, 5, 0.6667)
    assert report.figures("other")["median_ms"] is None

    printed = report.as_json()
    assert list(printed) == ["all", "kinds", "questions"]
    assert list(printed["kinds"]) == ["fact", "absent"]
    assert [line["id"] for line in printed["questions"]] == [gold.question_id for gold in questions]
    assert [line["right"] for line in printed["questions"]] == [True, False, False, False, False]

    text = report.as_text(failures=True)
    listed = text.split("characters\n", 1)[1]
    assert "What does a single fare cost?" in listed
    assert "How many libraries do volunteers run?" in listed
    assert "hedgehogs" not in listed
    assert GAP not in listed


def test_a_wrong_offset_is_not_verbatim(small: SmallLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    assistant = small.assistant()
    answer = assistant.ask(GAP)
    shifted = replace(answer, evidence=tuple(replace(span, quote="x" + span.quote) for span in answer.evidence))
    monkeypatch.setattr(assistant, "ask", lambda *arguments: shifted)
    report = evaluate([_gold(GAP, "£4.2 billion")], assistant, top=5)
    assert report.figures()["verbatim"] == 0
