"""Which documents a question names."""

from __future__ import annotations

from report_qa.questions import parse_question
from report_qa.records.document import SourceDocument
from report_qa.stages.identify import Named, identify, identity_of
from report_qa.words import stem

SHELF = {
    "a.pdf": ("BESTBUY 2019 10K", "BEST BUY CO., INC.\nFor the fiscal year ended February 2, 2019"),
    "b.pdf": ("BESTBUY 2023 10K", "BEST BUY CO., INC.\nFor the fiscal year ended January 28, 2023"),
    "c.pdf": ("Rural buses", "A note on buses by the Hartley Institute"),
    "d.pdf": ("Town halls", "A note on halls"),
    "e.pdf": ("Old pubs", "A note on pubs"),
}
IDENTITIES = {
    name: identity_of(
        SourceDocument(document_id=name, path=name, title=title, media_type="application/pdf", sha256="0" * 64),
        beginning,
    )
    for name, (title, beginning) in SHELF.items()
}


def _named(question: str, earlier: str | None = None) -> Named:
    return identify(parse_question(question), parse_question(earlier) if earlier else None, IDENTITIES)


def _best(question: str, earlier: str | None = None) -> str:
    scores = _named(question, earlier).scores
    return max(scores, key=lambda name: scores[name])


def test_a_name_and_a_year_on_the_first_page_name_a_document_whatever_it_is_called() -> None:
    assert _best("What were the inventories of Best Buy in FY2019?") == "a.pdf"
    assert _best("What were the inventories of Best Buy in FY23?") == "b.pdf"
    assert _named("What were the inventories of Best Buy in 2023?").scores["b.pdf"] > 0.85


def test_the_latest_year_names_the_report_that_covers_the_earlier_ones() -> None:
    assert _best("How did sales of Best Buy change from 2019 to 2023?") == "b.pdf"


def test_common_words_of_a_first_page_name_nothing() -> None:
    named = _named("What is the best use of a note?")
    assert named.scores.get("a.pdf", 0.0) == 0.0
    assert not named.terms & {"best", "use", "note"}
    assert _named("What does it say about weather?") == Named(scores={}, terms=frozenset())


def test_words_of_a_title_name_it_in_any_spelling() -> None:
    named = _named("What is said of rural buses?")
    assert max(named.scores.values()) == named.scores["c.pdf"] == 0.5
    assert named.terms == {"rural", stem("buses")}


def test_a_name_names_more_surely_than_a_word_of_a_title() -> None:
    assert _named("What is said of Rural Buses?").scores["c.pdf"] == 1.0


def test_the_question_before_takes_part_with_less() -> None:
    assert _best("And the costs?", "How many rural buses are there?") == "c.pdf"
    assert _best("And in the Town Halls?", "How many rural buses are there?") == "d.pdf"


def test_a_question_without_names_is_searched_too() -> None:
    named = _named("What were the inventories of Best Buy in 2019?")
    assert named.without("What were the inventories of Best Buy in 2019?") == "What were the inventories of in 2019?"
    assert named.without("Best Buy?") == "Best Buy?"
    assert _named("How many rural buses run?").without("How many rural buses run?") == "How many rural buses run?"


def test_an_empty_shelf_names_nothing() -> None:
    assert identify(parse_question("Best Buy?"), None, {}) == Named(scores={}, terms=frozenset())


def test_a_name_that_no_document_has_lends_no_trust_to_other_words() -> None:
    assert _named("What does Eastwick say of rural buses?").scores["c.pdf"] == 0.5
    assert _named("What does Hartley say of rural buses?").scores["c.pdf"] > 0.85


def test_a_year_is_as_good_as_a_name() -> None:
    assert _named("Which inventories are in the 2019 10k?").scores["a.pdf"] > 0.6
