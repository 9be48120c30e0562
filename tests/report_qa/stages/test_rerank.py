"""Which sentence of what was found answers best."""

from __future__ import annotations

import pytest

from report_qa.questions import parse_question
from report_qa.records.document import BlockKind
from report_qa.stages import rerank as rerank_stage
from report_qa.stages.rerank import rerank, term_rarity
from tests.report_qa.stages.test_retrieve import SMALL, Shelf, shelf

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

    assert rerank(question, None, SMALL.embedder.embed_question(""), (), store=SMALL.store, lexical=SMALL.lexical) == ()


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


HEAD, NORTH, SOUTH = "Ward | Rent", "Northfield, north | £900", "Northfield, south | £700"
RENTS = "\n".join((HEAD, NORTH, SOUTH))
TABLE = shelf({"Study": [RENTS]}, {RENTS: BlockKind.TABLE})
LEAD, HALL, MILL = "The grant paid for:", "a new hall in Northfield", "a new mill in Northfield"
GRANTS = "\n".join((LEAD, HALL, MILL))
LIST = shelf({"Study": [GRANTS]}, {GRANTS: BlockKind.LIST})


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What is the rent in the north of Northfield?", {f"{HEAD}\n{NORTH}", f"{HEAD}\n{SOUTH}"}),
        ("Did rents differ between north and south?", {f"{HEAD}\n{NORTH}", f"{HEAD}\n{SOUTH}", RENTS}),
        ("List the rents in the north of Northfield.", {f"{HEAD}\n{NORTH}", f"{HEAD}\n{SOUTH}", RENTS}),
    ],
)
def test_a_row_that_says_as_much_is_preferred_to_its_table(question: str, words: set[str]) -> None:
    assert {unit.words for unit in TABLE.units(question)} == words


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What did the grant pay for?", {GRANTS}),
        ("What new things in Northfield did the grant pay for?", {GRANTS}),
        ("Did the grant pay for a new mill in Northfield?", {GRANTS, f"{LEAD}\n{MILL}"}),
    ],
)
def test_where_all_items_say_the_same_of_the_question_the_list_answers(question: str, words: set[str]) -> None:
    assert {unit.words for unit in LIST.units(question)} == words


def test_rows_that_say_the_same_of_the_question_still_stand_each_for_itself() -> None:
    assert {unit.words for unit in TABLE.units("Is rent paid in Northfield?")} == {
        f"{HEAD}\n{NORTH}",
        f"{HEAD}\n{SOUTH}",
    }


SAID_NOT = "Ward | Rent\nNorthfield | £900\nHartley | not stated"
WANTED = shelf(
    {"Study": ["Northfield is the most deprived ward.", "Hartley is a deprived ward.", SAID_NOT]},
    {SAID_NOT: BlockKind.TABLE},
)


@pytest.mark.parametrize(
    ("question", "words", "provided"),
    [
        ("Did Northfield stay the least deprived ward?", "Northfield is the most deprived ward.", False),
        ("Did Northfield stay the most deprived ward?", "Northfield is the most deprived ward.", True),
        ("Is Northfield the ward which has the highest rent?", "Hartley is a deprived ward.", False),
        ("Is Northfield the ward which has the highest rent?", "Northfield is the most deprived ward.", True),
        ("Is Northfield the ward which has the highest rent?", "Ward | Rent\nNorthfield | £900", True),
        ("Is rent paid in Hartley?", "Ward | Rent\nHartley | not stated", False),
        ("Is rent paid in Northfield?", "Ward | Rent\nNorthfield | £900", True),
    ],
)
def test_the_opposite_no_extreme_and_not_stated_do_not_answer(question: str, words: str, provided: bool) -> None:
    (unit,) = (each for each in WANTED.units(question) if each.words == words)

    assert unit.provides is provided


def test_an_amount_for_each_is_welcome_where_no_total_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with_it = PENALISED.units("How much did wards spend?")
    monkeypatch.setattr(rerank_stage, "SHARE_PENALTY", 0.0)

    assert PENALISED.units("How much did wards spend?") == with_it


YEARS = "Ward | 2004 rent | 2008 rent | Note\nNorthfield | £5 | £7 | by car\nHartley | £6 | £8 | by bus\nEastwick | £9"
COLUMNS = shelf({"Study": [YEARS, "Rents in Northfield rose in 2008."]}, {YEARS: BlockKind.TABLE})


@pytest.mark.parametrize(
    ("question", "begins", "columns"),
    [
        ("What was paid in Northfield in 2008?", "Northfield", {2, 3}),
        ("What was the rent in Northfield?", "Northfield", {1, 2, 3}),
        ("What was the 2004 rent in Northfield?", "Northfield", {1, 3}),
        ("What note has Northfield?", "Northfield", {3}),
        ("Who lives in Northfield?", "Northfield", set()),
        ("What was paid in Eastwick in 2008?", "Eastwick", set()),
        ("Did rents rise in 2008?", "Rents in Northfield", set()),
    ],
)
def test_the_columns_whose_heads_say_most_of_the_question_are_asked_for(
    question: str, begins: str, columns: set[int]
) -> None:
    (unit,) = (
        each
        for each in COLUMNS.units(question)
        if not each.unit.whole and each.words.split("\n")[-1].startswith(begins)
    )

    assert unit.columns == columns


def test_a_column_called_year_is_not_asked_for_by_that_word() -> None:
    table = "Ward | Year | Rent\nNorthfield | 9 | £5"
    units = shelf({"Study": [table]}, {table: BlockKind.TABLE}).units("What was paid in the year of Northfield?")

    assert {unit.columns for unit in units} == {frozenset()}


def _scores_without(
    found: Shelf, question: str, name: str, monkeypatch: pytest.MonkeyPatch, value: float = 0.0
) -> dict[str, float]:
    """Return by how much each unit's score changes where a bonus or penalty is taken out."""
    with_it = {unit.words: unit.score for unit in found.units(question)}
    with monkeypatch.context() as patched:
        patched.setattr(rerank_stage, name, value)
        without = {unit.words: unit.score for unit in found.units(question)}
    return {words: with_it[words] - without[words] for words in with_it}


EARLY, LATE, NEVER = "Rents fell by 5% in 2004.", "Rents fell by 7% in 2004 and 2008.", "Rents fell by 9%."
DATED = shelf({"Study": [EARLY, LATE, NEVER]})


@pytest.mark.parametrize(
    ("question", "penalised"),
    [
        ("By how much did rents fall in 2008?", {EARLY}),
        ("By how much did rents fall in 2004 and 2010?", set()),
        ("By how much did rents fall in 2010?", {EARLY, LATE}),
        ("By how much did rents fall in the 2010 report?", set()),
        ("By how much did rents fall?", set()),
    ],
)
def test_what_is_said_of_other_years_stands_behind(
    question: str, penalised: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gained = _scores_without(DATED, question, "YEAR_PENALTY", monkeypatch)

    assert {words for words, gain in gained.items() if gain} == penalised
    assert all(gained[words] == pytest.approx(-rerank_stage.YEAR_PENALTY) for words in penalised)


def test_a_long_table_is_not_read_out_for_one_fact() -> None:
    rows = [f"{side} of Northfield, {'x' * 120} | £{number}" for number, side in enumerate("North South East".split())]
    long, short = (
        "\n".join(["Ward | Rent", *(row.replace("x" * 120, "x" * size) for row in rows)]) for size in (120, 9)
    )
    for table, shown in ((long, False), (short, True)):
        on = shelf({"Study": [table]}, {table: BlockKind.TABLE})
        asked = on.units("Did rents differ between the north and the south?")
        assert (table in {unit.words for unit in asked}) is shown
        listed = on.units("List the rents in the north and the south.")
        assert table in {unit.words for unit in listed}


SIGNED, LABELLED, BARE = "Alice Marsh\nHartley, May 2011", "Letter writer: Alice Marsh", "Letter from Hartley"
NOBODY = "the letter\na hall"
LETTER = shelf({"Letter": [SIGNED, LABELLED, BARE, NOBODY]})


@pytest.mark.parametrize(
    ("question", "penalised"),
    [
        ("Who wrote the letter?", {BARE, NOBODY}),
        ("When was the letter written?", {BARE, NOBODY}),
        ("Why was the letter sent?", {SIGNED, BARE, NOBODY}),
    ],
)
def test_names_and_dates_may_stand_under_a_letter(
    question: str, penalised: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gained = _scores_without(LETTER, question, "REFERENCE_PENALTY", monkeypatch)

    assert {words for words, gain in gained.items() if gain} == penalised


def test_what_says_what_it_is_comes_before_what_explains_it_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    says, explains, neither = (
        "A ward is an area that elects councillors.",
        "In each ward (an area that elects councillors) there is a hall.",
        "Councillors of a ward sing.",
    )
    gained = _scores_without(shelf({"Study": [says, explains, neither]}), "What is a ward?", "FORM_BONUS", monkeypatch)

    bonus = rerank_stage.FORM_BONUS
    assert [gained[words] for words in (says, explains, neither)] == pytest.approx([2 * bonus, bonus, 0.0])


def test_what_gives_a_reason_comes_first_where_one_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    why, that = "The hall closed because of rain.", "The hall closed in rain."
    on = shelf({"Study": [why, that]})

    gained = _scores_without(on, "Why did the hall close?", "FORM_BONUS", monkeypatch)
    assert [gained[why], gained[that]] == pytest.approx([rerank_stage.FORM_BONUS, 0.0])
    assert set(_scores_without(on, "Did the hall close?", "FORM_BONUS", monkeypatch).values()) == {0.0}
