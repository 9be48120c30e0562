"""Which sentence of what was found answers best."""

from __future__ import annotations

import pytest

from report_qa.questions import parse_question
from report_qa.records.document import BlockKind
from report_qa.stages import rerank as rerank_stage
from report_qa.stages.rerank import rerank, term_rarity
from tests.report_qa.stages.test_retrieve import SMALL, shelf

REVIEW = shelf(
    {
        "Northfield Review": [
            "Burglary was a worry in the wards. Burglary fell by 12% in the wards. Nobody knows why burglary fell.",
            "The review was written by Alice Marsh. The review came out in March 2011.",
            "A hall was built. It cost £3m to build the hall.",
        ]
    }
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("By what percentage did burglary fall in the wards?", "Burglary fell by 12% in the wards."),
        ("Who wrote the review?", "The review was written by Alice Marsh."),
        ("When did the review come out?", "The review came out in March 2011."),
        ("How much did it cost to build the hall?", "It cost £3m to build the hall."),
    ],
)
def test_the_sentence_with_the_kind_of_words_asked_for_comes_first(question: str, answer: str) -> None:
    best = REVIEW.units(question)[0]

    assert best.words == answer
    assert best.provides


def test_every_unit_is_scored_once_with_its_very_words() -> None:
    units = REVIEW.units("Did burglary fall?")

    assert len({(unit.retrieved.passage.passage_id, unit.unit.spans) for unit in units}) == len(units) == 7
    for unit in units:
        (span,) = unit.unit.spans
        assert REVIEW.store.text("northfield-review")[span.start_char : span.end_char] == unit.words


def test_a_word_that_stands_nowhere_is_missing_and_lowers_coverage() -> None:
    whole, lacking = (
        REVIEW.units(text)[0] for text in ("Did burglary fall in the wards?", "Did burglary fall among plumbers?")
    )

    assert whole.missing == ()
    assert [term for term, _ in lacking.missing] == ["plumber"]
    assert lacking.coverage < whole.coverage


def test_a_footnote_stands_behind_the_text_that_says_the_same() -> None:
    text, note = "Arson fell by 12% in the wards.", "Arson fell by 13% in the wards."
    found = shelf({"Review": [note, text]}, {note: BlockKind.FOOTNOTE}).units(
        "By how much did arson fall in the wards?"
    )

    assert [unit.words for unit in found] == [text, note]


def test_the_document_that_a_conversation_is_about_wins_between_equals() -> None:
    pair = shelf(
        {
            "First Study": ["Arson fell by 12%."],
            "Other Study": ["Arson fell by 13%."],
            "Cookery": ["Bread is baked at night."],
        }
    )

    for name in ("first-study", "other-study"):
        assert (
            pair.units("By how much did arson fall?", focus=frozenset({name}))[0].retrieved.document.document_id == name
        )


def test_rare_words_weigh_more() -> None:
    rarity = term_rarity(parse_question("Did burglary fall?"), None, REVIEW.lexical)
    more = term_rarity(parse_question("Did smoking in Hartley homes fall?"), None, SMALL.lexical)

    assert rarity["burglari"] > 0
    assert more["home"] > more["smoke"]


def test_nothing_found_is_nothing_scored() -> None:
    question = parse_question("Did burglary fall?")

    assert rerank(question, None, (), store=SMALL.store, lexical=SMALL.lexical, embedder=SMALL.embedder) == ()


def test_a_sign_for_pounds_is_the_word() -> None:
    best = shelf({"Study": ["Returns are £3 for a year of work."]}).units("What does every pound return?")[0]

    assert "pound" not in dict(best.missing)


PENALISED = shelf(
    {
        "Study": [
            "Alice Marsh praised the hall.",
            "Bert Fell manages the hall.",
            "Each ward spent £5m.",
            "Wards spent £9m.",
        ]
    }
)


@pytest.mark.parametrize(
    ("question", "penalty", "words"),
    [
        ("Who runs the hall?", "ROLE_PENALTY", "Bert Fell manages the hall."),
        ("How much did wards spend altogether?", "SHARE_PENALTY", "Wards spent £9m."),
    ],
)
def test_who_did_something_else_and_the_share_of_each_stand_behind(
    question: str, penalty: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_it = {unit.words: unit.score for unit in PENALISED.units(question)}
    amount = getattr(rerank_stage, penalty)
    monkeypatch.setattr(rerank_stage, penalty, 0.0)
    without = {unit.words: unit.score for unit in PENALISED.units(question)}

    assert max(with_it, key=with_it.__getitem__) == words
    assert with_it[words] == pytest.approx(without[words])
    assert any(without[other] - with_it[other] == pytest.approx(amount) for other in with_it if other != words)
