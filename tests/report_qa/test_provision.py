"""Which words of a document are of the kind that a question asks for, and which only sound like it."""

from __future__ import annotations

import pytest

from report_qa.provision import (
    asks_for_total,
    counts_otherwise,
    defines,
    denies,
    gives_reason,
    gives_share_of_one,
    provides,
    role_asked,
    says_nothing,
    says_what_it_is,
)
from report_qa.questions import Asked, parse_question


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("How many wards took part?", "Twelve wards took part."),
        ("How much money was spent?", "They spent £3m."),
        ("What percentage had no car?", "One in ten had no car; 41% had one."),
        ("When did it close?", "It closed in March 2011."),
        ("Who wrote it?", "It was written by Alice Marsh."),
    ],
)
def test_words_of_the_kind_asked_for_are_recognised(text: str, words: str) -> None:
    question = parse_question(text)

    assert question.asked
    assert all(provides(kind, words, question) for kind in question.asked)


@pytest.mark.parametrize(
    ("text", "asked", "words"),
    [
        ("How many wards took part?", Asked.FIGURE, "Wards took part in 2011."),
        ("How many wards took part?", Asked.FIGURE, "One of the wards took part in a two-tier system."),
        ("How much money was spent?", Asked.MONEY, "It was spent on 34 wards."),
        ("What percentage had no car?", Asked.SHARE, "In all 300 households had no car."),
        ("When did it close after 2011?", Asked.DATE, "It closed after 2011."),
        ("Who led Hartley Trust?", Asked.NAME, "The trust was led well, as Hartley Trust says."),
        ("How many wards took part?", Asked.FIGURE, "See https://example.org/12/wards for wards."),
    ],
)
def test_words_of_another_kind_or_nothing_new_are_no_answer(text: str, asked: Asked, words: str) -> None:
    question = parse_question(text)

    assert asked in question.asked
    assert not provides(asked, words, question)


def test_a_definition_begins_with_its_term() -> None:
    question = parse_question("What is a ward?")

    assert defines("A ward is an area that elects councillors.", question)
    assert not defines("The council is a body with many wards.", question)


def test_a_share_of_one_is_no_total() -> None:
    assert asks_for_total(parse_question("How much was spent in total?"))
    assert not asks_for_total(parse_question("How much was spent in total on each ward?"))
    assert gives_share_of_one("Each ward got £50m.")
    assert not gives_share_of_one("Each ward got £50m, £1bn in all.")
    assert not gives_share_of_one("Rents rose by 12 per cent.")


@pytest.mark.parametrize(("cell", "empty"), [("not stated", True), ("n/a", True), ("2,300", False)])
def test_a_cell_may_say_nothing(cell: str, empty: bool) -> None:
    assert says_nothing(f"Northfield | {cell}") is empty


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Which body runs the hall?", "run"),
        ("Who wrote the review?", "wrote"),
        ("Which council has the largest number of halls?", ""),
        ("When was the review written?", ""),
    ],
)
def test_what_somebody_asked_for_did_is_their_role(text: str, role: str) -> None:
    assert role_asked(parse_question(text)) == role


@pytest.mark.parametrize(
    "words",
    [
        "Under 4.2.3 wards took part.",
        "Executive Order 13548 is about wards.",
        "The 11th ward took part.",
        "Wards took part on 2 May 2011.",
        "Wards took part on May 2, 2011.",
        "Wards took part on 2011-05-02.",
        "Wards took part in the third quarter.",
        "The third ward took part in this half.",
        "Table 5 and Goal 2.1 name wards.",
        "Wards took part in FY 19.",
        "3. Wards took part.",
        "(12) Wards took part.",
    ],
)
def test_a_number_that_says_which_one_is_no_amount(words: str) -> None:
    assert not provides(Asked.FIGURE, words, parse_question("How many wards took part?"))


@pytest.mark.parametrize(
    "words",
    [
        "12 wards took part on 2 May 2011.",
        "A third of the wards took part.",
        "Of all, one third took part.",
        "Two thirds took part.",
        "A quarter took part.",
        "Version 4.2 took part.",
        "In May 14 wards took part.",
        "In May 1,400 wards took part.",
    ],
)
def test_an_amount_beside_such_numbers_is_one(words: str) -> None:
    assert provides(Asked.FIGURE, words, parse_question("How many wards took part?"))


@pytest.mark.parametrize(
    "text",
    [
        "Who signed the letter?",
        "Who was the first director of the hall?",
        "Who is the Hall's new chief executive?",
        "What was the name of the hall's first mayor?",
    ],
)
def test_somebody_asked_for_by_a_role_is_a_person(text: str) -> None:
    question = parse_question(text)

    assert Asked.NAME in question.asked
    assert provides(Asked.NAME, "The letter was signed by Alice Marsh.", question)
    assert not provides(Asked.NAME, "The letter was signed by the Northfield Trust.", question)
    assert not provides(Asked.NAME, "Signed By: | the Northfield Trust", question)


def test_the_label_of_a_form_names_nobody() -> None:
    question = parse_question("Who was the director?")

    assert not provides(Asked.NAME, "Adam Smith Hall: | none", question)
    assert provides(Asked.NAME, "Director: | Alice Marsh", question)


def test_a_person_whom_the_question_names_is_nothing_new() -> None:
    question = parse_question("Who was the director before Alice Marsh?")

    assert not provides(Asked.NAME, "Alice Marsh was the director.", question)
    assert provides(Asked.NAME, "Alice Marsh followed Bert Fell.", question)


def test_who_alone_may_be_a_body() -> None:
    question = parse_question("Who paid for the hall?")

    assert provides(Asked.NAME, "It was paid for by the Northfield Trust.", question)


@pytest.mark.parametrize(
    ("text", "words", "says"),
    [
        ("What is a ward?", "A ward is an area that elects councillors.", True),
        ("What is a ward?", "Wards provide halls.", True),
        ("What is a ward?", "The council is not a ward.", False),
        ("What is a ward?", "A ward", False),
        ("What is a ward?", "A ward elects councillors.", False),
        ("What is the fair rent index?", "The fair rent index measures what is paid.", True),
        ("What is the fair rent index?", "The rent index measures what is paid.", False),
        ("What counts as damp?", "A home counts as damp where water runs.", True),
        ("What is a damp home?", "A damp home is one that has wet walls.", True),
        ("What counts as damp?", "A home counts as dry where none runs.", False),
    ],
)
def test_a_sentence_says_what_its_subject_is(text: str, words: str, says: bool) -> None:
    assert says_what_it_is(words, parse_question(text)) is says


@pytest.mark.parametrize(
    ("words", "defined"),
    [
        ("Each ward (an area that elects councillors) has a hall.", True),
        ("Each ward (see below) has a hall.", False),
        ("Each hall (an area that has a ward) is open.", False),
        ("For us, ward means an area.", True),
    ],
)
def test_an_explanation_in_brackets_defines_too(words: str, defined: bool) -> None:
    assert defines(words, parse_question("What is a ward?")) is defined


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("It failed because of rain.", True),
        ("It failed due to rain.", True),
        ("Rain led to a delay.", True),
        ("This was attributed to rain.", True),
        ("Sales were driven by prices.", True),
        ("It rained, and it failed.", False),
        ("The leader resulted.", False),
    ],
)
def test_words_for_a_cause_give_a_reason(words: str, why: bool) -> None:
    assert gives_reason(words) is why


@pytest.mark.parametrize(
    ("row", "empty"),
    [
        ("Northfield | not available | 45%", False),
        ("Northfield 2 | not available", True),
        ("Northfield 2 | n/a | n/a", True),
        ("Northfield | not stated | unknown", True),
        ("not stated", True),
    ],
)
def test_a_row_with_a_figure_says_something(row: str, empty: bool) -> None:
    assert says_nothing(row) is empty


@pytest.mark.parametrize(
    ("words", "denied"),
    [
        ("Passenger Injuries: | N/A | Aircraft Fire: | None", True),
        ("There was no fire on board.", True),
        ("The fire destroyed the hall; nobody was hurt and none of the homes was damaged.", False),
        ("Runway used: 090; approach: None", False),
    ],
)
def test_none_of_what_a_question_takes_for_granted_is_an_answer(words: str, denied: bool) -> None:
    assert denies(words, parse_question("How large was the fire after the landing?")) is denied


@pytest.mark.parametrize(
    ("question", "words", "corrected"),
    [
        ("Why 500 left behind wards in 2019?", "It covers 225 left behind wards.", "500 left behind wards"),
        ("Why 500 left behind wards in 2019?", "It covers 500 left behind wards.", ""),
        ("Why 500 left behind wards in 2019?", "It covers 225% of left behind wards.", ""),
        ("Why 500 areas?", "It covers 225 areas.", ""),
    ],
)
def test_another_number_of_the_very_thing_corrects_a_question(question: str, words: str, corrected: str) -> None:
    assert counts_otherwise(words, parse_question(question)) == corrected


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Stakeholders:\nRobin Marsh:\nAdministrator", True),
        ("Instrument Rating: | None | Second Pilot: | No", False),
        ("Pilot: | Robin Marsh | Second Pilot: | No", True),
    ],
)
def test_the_labels_of_a_form_name_nobody(words: str, named: bool) -> None:
    assert provides(Asked.NAME, words, parse_question("Who was the administrator?")) is named


@pytest.mark.parametrize(
    ("text", "words", "provided"),
    [
        ("When do we pay commissions?", "They are paid on the 15th.", True),
        ("When should clients be told?", "Clients are told within 72 hours.", True),
        ("When did we pay?", "They were paid within 72 hours.", False),
        ("How often are wards visited?", "Wards are visited weekly.", True),
        ("How many wards are visited?", "Wards are visited weekly.", False),
        ("What was the default rate?", "There were 14 loans.", False),
        ("What was the default rate?", "Of the loans 14% failed.", True),
        ("What was the accident rate?", "There were 14 per thousand flights.", True),
        ("What did Northfield spend on parks?", "Parks | 2,500 | 2,700", True),
        ("What did Northfield spend on parks?", "There are 2,500 parks.", False),
        ("Which wards took part?", "Hartley took part.", False),
        ("What are the average hours of opening?", "They are open for 40 hours.", True),
        ("Which wards took part?", "Hartley, Eastwick and Marsh took part.", True),
    ],
)
def test_rules_rates_sums_and_lists_are_told_by_their_form(text: str, words: str, provided: bool) -> None:
    question = parse_question(text)
    assert all(provides(kind, words, question) for kind in question.asked) is provided
