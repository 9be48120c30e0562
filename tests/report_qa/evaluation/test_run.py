"""What counts as right, and the figures of a set."""

from __future__ import annotations

from dataclasses import replace

import pytest

from report_qa.evaluation.page import as_html
from report_qa.evaluation.questions import GoldQuestion, Place
from report_qa.evaluation.report import Report
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
    report = Report(outcomes=evaluate(questions, small.assistant(), top=5), top=5)
    fact, absent, whole = report.figures("fact"), report.figures("absent"), report.figures()
    assert (fact["questions"], fact["right"], fact["refused_answerable"]) == (3, 0.3333, 0.3333)
    assert (fact["refused_unanswerable"], fact["wrong_of_shown"], fact["verbatim"]) == (None, 0.5, 1.0)
    assert (absent["right"], absent["page_found"], absent["refused_unanswerable"]) == (None, None, 0.5)
    assert (absent["wrong_of_shown"], whole["questions"], whole["wrong_of_shown"]) == (1.0, 5, 0.6667)
    assert report.figures("other")["median_ms"] is None

    printed = report.as_json()
    assert list(printed) == ["all", "intervals", "kinds", "curve", "questions"]
    assert list(printed["kinds"]) == ["fact", "absent"]
    assert [line["id"] for line in printed["questions"]] == [gold.question_id for gold in questions]
    assert [line.get("right") for line in printed["questions"]] == [1.0, 0.0, 0.0, None, None]

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
    (outcome,) = evaluate([_gold(GAP, "£4.2 billion")], assistant, top=5)
    assert outcome.scores["verbatim"] == 0


def test_what_was_found_and_said_is_measured_for_each_question(small: SmallLibrary) -> None:
    told = replace(_gold(GAP, "£4.2 billion", source="big-plan.md"), answers=("The productivity gap",))
    bare = replace(told, must_contain=(), answers=("The productivity gap between the least",))
    missing = replace(bare, answers=("Nobody wrote this",))
    stands_in = replace(bare, must_contain=(bare.answers,))
    unknown = _gold("How many libraries do volunteers run?", answerable=False, source="libraries.md")
    first, second, third, fourth, last = evaluate([told, bare, missing, stands_in, unknown], small.assistant(), top=5)
    assert first.scores["facts_in_300"] == first.scores["page_hit_1"] == first.scores["ndcg_10"] == 1.0
    assert first.scores["citation_recall"] == first.scores["citation_precision"] == 1.0
    assert "answer_in_2500" not in first.scores
    assert (second.scores["answer_in_2500"], third.scores["answer_in_2500"]) == (1.0, 0.0)
    assert fourth.scores["answer_in_2500"] == 1.0
    assert set(last.scores) == {
        "refused_unanswerable", "wrong_of_shown", "verbatim", "citation_recall", "citation_precision",
    }  # fmt: skip


def test_a_sentence_that_its_citation_does_not_hold_is_not_supported(
    small: SmallLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant = small.assistant()
    answer = assistant.ask(GAP)
    (claim, *_) = answer.claims
    other = replace(answer.evidence[0], evidence_id="E9", quote="Something else.")
    cites = replace(claim.citations[0], evidence_id="E9")
    invented = replace(claim, sentence="The gap is £9 billion.")
    doubled = replace(claim, citations=(*claim.citations[:1], cites))
    made = replace(answer, claims=(doubled, invented), evidence=(*answer.evidence, other))
    monkeypatch.setattr(assistant, "ask", lambda *arguments: made)
    (outcome,) = evaluate([_gold(GAP, "£4.2 billion")], assistant, top=5)
    assert outcome.scores["citation_recall"] == 0.5
    # Of three citations the first supports its sentence alone, the second adds nothing, the third supports nothing.
    assert outcome.scores["citation_precision"] == pytest.approx(1 / 3)


def test_the_curve_needs_an_assistant_that_dares(small: SmallLibrary) -> None:
    questions = [_gold(GAP, "£4.2 billion"), _gold("How many libraries do volunteers run?", answerable=False)]
    plain = Report(outcomes=evaluate(questions, small.assistant(), top=5), top=5)
    daring = small.assistant(refusal_threshold=0.0)
    measured = Report(outcomes=evaluate(questions, small.assistant(), top=5, daring=daring), top=5)
    assert plain.curve() == []
    assert [(answered, wrong) for _, answered, wrong in measured.curve()][-1] == (1.0, 0.5)
    assert "threshold  answered" in measured.as_text()


def test_the_page_shows_failures_and_no_markup_of_a_document(small: SmallLibrary) -> None:
    odd = _gold("How much does <b>a single fare</b> cost?", "<script>£3</script>", source="buses.md")
    report = Report(outcomes=evaluate([odd], small.assistant(), top=5), top=5)
    page = as_html(report, title="Set <one>")
    assert "&lt;b&gt;a single fare" in page
    assert "&lt;script&gt;£3" in page
    assert "<title>Set &lt;one&gt;</title>" in page
    assert "<b>" not in page
    assert "<script" not in page
    assert "A single fare costs £2." in page
    right = Report(outcomes=evaluate([_gold(GAP, "£4.2 billion")], small.assistant(), top=5), top=5)
    assert "<p>Nothing.</p>" in as_html(right, title="Set")
