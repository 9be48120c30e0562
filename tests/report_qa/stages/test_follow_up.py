"""What a follow-up takes from the conversation, and what it leaves alone."""

from __future__ import annotations

import pytest

from report_qa.questions import Asked, parse_question
from report_qa.records.conversation import Exchange
from report_qa.stages.follow_up import follow_up, leans, parts_of, rewritten

FIRST = "How many men in Northfield were out of work in 2008?"
HISTORY = (Exchange(question=FIRST, topic=FIRST),)


@pytest.mark.parametrize(
    "text",
    ["And for women?", "What about Hartley?", "Who published it?", "When?", "By how much?", "Why did they object?"],
)
def test_what_leaves_something_out_leans_on_the_question_before(text: str) -> None:
    earlier = follow_up(parse_question(text), HISTORY)

    assert earlier is not None
    assert earlier.text == FIRST


@pytest.mark.parametrize(
    "text",
    [
        "How many homes were built in Hartley in 2010?",
        "Is there a fund for village halls in Hartley?",
        "Does the report say that crime fell in every ward?",
        "What share of adults in Hartley smoke?",
    ],
)
def test_an_old_topic_never_leaks_into_a_question_that_stands_alone(text: str) -> None:
    assert follow_up(parse_question(text), HISTORY) is None


def test_without_a_conversation_nothing_is_added() -> None:
    assert follow_up(parse_question("And for women?"), ()) is None


def test_a_chain_of_follow_ups_keeps_its_subject() -> None:
    history = (Exchange(question=FIRST), Exchange(question="And for women?"))
    earlier = follow_up(parse_question("When?"), history)

    assert earlier is not None
    assert "northfield" in earlier.terms


def test_the_latest_subject_wins() -> None:
    later = "How many homes were built in Hartley in 2010?"
    earlier = follow_up(parse_question("Who paid for them?"), (*HISTORY, Exchange(question=later, topic=later)))

    assert earlier is not None
    assert earlier.text == later


def test_a_later_part_that_says_too_little_asks_the_first_again() -> None:
    (first, before), (second, earlier) = parts_of(
        "How many wards joined the programme in 2004, and how many in 2008?", (), {}
    )

    assert (before, earlier) == (None, None)
    assert first.text == "How many wards joined the programme in 2004?"
    assert second.text == "How many wards joined the programme in 2008?"


def test_a_later_part_without_its_subject_leans_on_the_first() -> None:
    (first, _), (second, earlier) = parts_of("Who wrote the Northfield review, and when was it published?", (), {})

    assert second.text == "when was it published?"
    assert earlier == first


def test_a_question_of_one_part_is_one_question() -> None:
    ((only, earlier),) = parts_of(FIRST, (), {})

    assert (only.text, earlier) == (FIRST, None)
    assert not leans(only)


@pytest.mark.parametrize(
    ("text", "leaning"),
    [
        ("Where does the money come from?", True),
        ("What is the Mayor like?", False),
        ("Where does the lottery money come from?", False),
    ],
)
def test_the_one_thing_named_by_its_kind_alone_leans(text: str, leaning: bool) -> None:
    assert leans(parse_question(text)) is leaning


@pytest.mark.parametrize(
    ("earlier", "text", "again"),
    [
        (FIRST, "What about 2011?", "How many men in Northfield were out of work in 2011?"),
        (FIRST, "And how many in 2011?", "How many men in Northfield were out of work in 2011?"),
        (FIRST, "What was it by 2011?", "How many men in Northfield were out of work in 2011?"),
        (FIRST, "And the year before?", "How many men in Northfield were out of work in 2007?"),
        (FIRST, "What was it the year after?", "How many men in Northfield were out of work in 2009?"),
        (FIRST, "What was it in that year?", FIRST),
        ("What was the rent in FY2018?", "And the previous year?", "What was the rent in FY2017?"),
        ("What does the 2008 plan say of 2009?", "And in 2011?", "What does the 2008 plan say of 2011?"),
        ("How did rents change from 2006 to 2008?", "And the next year?", "How did rents change from 2006 to 2009?"),
    ],
)
def test_another_year_is_asked_for_in_the_words_of_the_question_before(earlier: str, text: str, again: str) -> None:
    assert rewritten(text, [Exchange(question=earlier)]) == again


@pytest.mark.parametrize(
    ("earlier", "text", "again"),
    [
        (FIRST, "And in Hartley?", "How many men in Hartley were out of work in 2008?"),
        (FIRST, "And among teenagers?", "How many men in Northfield were out of work in 2008 among teenagers?"),
        ("How many men left in May?", "And in Hartley?", "How many men left in May in Hartley?"),
        ("What does the fund do for the young?", "And for the old?", "What does the fund do for the old?"),
        (FIRST, "What about women?", "How many women in Northfield were out of work in 2008?"),
        (FIRST, "And for women?", "How many women in Northfield were out of work in 2008?"),
        ("How many urban homes are damp?", "And rural?", "How many rural homes are damp?"),
        ("What was built in phase 1?", "And in phase 2?", "What was built in phase 2?"),
        ("What is done in step two?", "And step three?", "What is done in step three?"),
        (
            "What was the rent in the second quarter?",
            "And the third quarter?",
            "What was the rent in the third quarter?",
        ),
        (
            "What was the rent in the second quarter?",
            "And in the last quarter?",
            "What was the rent in the fourth quarter?",
        ),
        ("How old is Northfield Hall?", "What about Hartley Mill?", "How old is Hartley Mill?"),
        ("Was the hall built by Northfield Trust in May?", "And Hartley?", "Was the hall built by Hartley in May?"),
    ],
)
def test_the_part_that_a_follow_up_names_is_exchanged(earlier: str, text: str, again: str) -> None:
    assert rewritten(text, [Exchange(question=earlier)]) == again


@pytest.mark.parametrize(
    ("earlier", "text", "again"),
    [
        ("How did jobs change in the wards?", "No, I meant crime.", "How did crime change in the wards?"),
        ("How did jobs change in the wards?", "Sorry, I meant crime", "How did crime change in the wards?"),
        (FIRST, "No, I meant Hartley.", "How many men in Hartley were out of work in 2008?"),
        (FIRST, "I was asking about women", "How many women in Northfield were out of work in 2008?"),
    ],
)
def test_a_correction_exchanges_what_it_corrects(earlier: str, text: str, again: str) -> None:
    assert rewritten(text, [Exchange(question=earlier)]) == again


@pytest.mark.parametrize(
    ("earlier", "text"),
    [
        (FIRST, "And why?"),
        (FIRST, "And who says so?"),
        (FIRST, "Is it?"),
        (FIRST, "Hartley pubs?"),
        (FIRST, "And by how much did it fall?"),
        (FIRST, "How many homes were built in Hartley in 2010?"),
        ("What was built first?", "And phase 2?"),
        ("How many men were out of work?", "And the year before?"),
        ("Does the hall have a roof?", "And Hartley?"),
    ],
)
def test_where_no_part_can_be_told_nothing_is_exchanged(earlier: str, text: str) -> None:
    assert rewritten(text, [Exchange(question=earlier)]) is None


def test_without_a_conversation_nothing_is_exchanged() -> None:
    assert rewritten("And in 2011?", ()) is None


def test_what_a_question_was_about_is_exchanged_rather_than_its_words() -> None:
    assert rewritten("And in 2011?", [Exchange(question="And for women?", topic=FIRST)]) == FIRST.replace(
        "2008", "2011"
    )


@pytest.mark.parametrize(
    ("text", "leaning"),
    [
        ("In which year?", True),
        ("Since when?", True),
        ("What else did Hartley build?", True),
        ("Which ones?", True),
        ("How so?", True),
        ("Compared with what?", True),
        ("Do the former smoke?", True),
        ("What are the main themes?", True),
        ("How reliable is the test?", True),
        ("Are other causes named?", True),
        ("Tell me about the experiment", True),
        ("Tell me about lung cancer", False),
        ("How many village shops are there in winter?", False),
        ("Does one in ten adults smoke?", False),
        ("How reliable is the evidence?", False),
        ("What are the main themes in Hartley?", False),
        ("Who are the Hamilton Electors, and what did they want?", False),
        ("Who are they, and what did Hartley want?", True),
    ],
)
def test_which_forms_say_too_little_by_themselves(text: str, leaning: bool) -> None:
    assert leans(parse_question(text)) is leaning


def test_a_question_of_few_words_is_looked_behind() -> None:
    weak = "Do adults smoke cigarettes?"
    earlier = follow_up(parse_question("When?"), (*HISTORY, Exchange(question=weak)))

    assert not leans(parse_question(weak))
    assert earlier is not None
    assert earlier.text == f"{FIRST} {weak}"


def test_what_was_named_on_the_way_belongs_to_the_subject() -> None:
    history = (*HISTORY, Exchange(question="What did they say in Eastwick?"))
    earlier = follow_up(parse_question("When?"), history)

    assert earlier is not None
    assert earlier.text == f"{FIRST} What did they say in Eastwick?"


def test_a_thing_and_people_may_have_been_named_in_two_questions() -> None:
    later = "Which residents of Hartley wrote letters in 2010?"
    history = (*HISTORY, Exchange(question=later))
    both = follow_up(parse_question("Did they like it?"), history)
    one = follow_up(parse_question("Did they sing?"), history)

    assert both is not None
    assert one is not None
    assert (both.text, one.text) == (f"{FIRST} {later}", later)


def test_a_follow_up_that_names_no_kind_of_answer_asks_for_the_same_kind() -> None:
    ((same, earlier),) = parts_of("And homes?", HISTORY, {})
    ((other, _),) = parts_of("And when did it begin?", HISTORY, {})

    assert earlier is not None
    assert same.asked == earlier.asked == {Asked.FIGURE}
    assert other.asked == {Asked.DATE}


def test_a_later_part_that_stands_alone_is_left_alone() -> None:
    (_, _), (second, earlier) = parts_of(f"Who wrote the Northfield review, and {FIRST[0].lower()}{FIRST[1:]}", (), {})

    assert (second.text, earlier) == (FIRST[0].lower() + FIRST[1:], None)
    (_, _), (short, before) = parts_of("Who wrote the Northfield review, and what does Hartley want?", (), {})
    assert before is not None
    assert short.text == "what does Hartley want?"


@pytest.mark.parametrize(
    ("text", "leaning"),
    [
        ("What share of residents were happy with their area in 2002?", False),
        ("Did the councils spend their money?", False),
        ("What are their adaptations?", True),
        ("What is the difference in their symptoms?", True),
    ],
)
def test_whose_it_is_may_stand_in_the_question_itself(text: str, leaning: bool) -> None:
    assert leans(parse_question(text)) is leaning


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("In Eastwick?", "How many men in Eastwick were out of work in 2008?"),
        ("No, I meant 2011", "How many men in Northfield were out of work in 2011?"),
        ("No, I meant the year before", "How many men in Northfield were out of work in 2007?"),
        ("Sorry, I meant teachers", "How many teachers in Northfield were out of work in 2008?"),
        ("And in Hartley in 2011?", "How many men in Hartley were out of work in 2011?"),
    ],
)
def test_a_correction_or_a_place_and_a_year_are_put_where_they_belong(text: str, again: str) -> None:
    assert rewritten(text, HISTORY) == again


def test_when_asks_for_a_date_whatever_the_question_before_asked_for() -> None:
    ((question, _),) = parts_of("And when?", HISTORY, {})

    assert Asked.DATE in question.asked
    assert Asked.FIGURE not in question.asked


def test_that_year_is_the_year_of_the_earlier_question() -> None:
    ((question, context),) = parts_of(
        "And what did a claim cost that year?", [Exchange(question="How many claims were settled in 2014?")], {}
    )

    assert context is not None
    assert question.years == {2014}
