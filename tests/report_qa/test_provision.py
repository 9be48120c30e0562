"""Which words of a document are of the kind that a question asks for, and which only sound like it."""

from __future__ import annotations

import pytest

from report_qa.provision import asks_for_total, defines, gives_share_of_one, provides, role_asked, says_nothing
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
