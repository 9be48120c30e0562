"""Candidates come from meaning, words and titles. `Shelf` is the small shelf that the tests of the stages ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from report_qa.questions import Question, asked_together, parse_question
from report_qa.records.document import BlockKind, SourceDocument, Span
from report_qa.records.passage import Passage, RetrievedPassage, ScoredUnit, Unit
from report_qa.sentences import split_sentences
from report_qa.stages.fuse import fuse
from report_qa.stages.identify import identify, identity_of
from report_qa.stages.rerank import rerank
from report_qa.stages.retrieve import mean_of, retrieve, wordings
from report_qa.weights import BEGINNING_CHARS
from tests.doubles import ExactVectorIndex, HashingEmbedder, MemoryPassages, PlainLexicalIndex


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Documents in memory with their indexes."""

    store: MemoryPassages
    vectors: ExactVectorIndex
    lexical: PlainLexicalIndex
    embedder: HashingEmbedder

    def retrieve(
        self, question: Question, context: Question | None = None, candidates: int = 50
    ) -> tuple[RetrievedPassage, ...]:
        beginnings = self.store.beginnings(BEGINNING_CHARS)
        documents = self.store.documents()
        named = identify(
            question, context, {each.document_id: identity_of(each, beginnings[each.document_id]) for each in documents}
        )
        return retrieve(
            question,
            context,
            self.embedder.embed_question(asked_together(question, context)),
            title_scores=named.scores,
            naming=named.terms,
            store=self.store,
            vectors=self.vectors,
            lexical=self.lexical,
            candidates=candidates,
        )

    def units(
        self,
        text: str,
        earlier: str | None = None,
        focus: frozenset[str] = frozenset(),
        naming: frozenset[str] = frozenset(),
    ) -> tuple[ScoredUnit, ...]:
        """Return the units for a question, best first."""
        question = parse_question(text)
        context = parse_question(earlier) if earlier else None
        found = fuse(self.retrieve(question, context), dense_share=0.7)
        return rerank(
            question,
            context,
            self.embedder.embed_question(asked_together(question, context)),
            found,
            store=self.store,
            lexical=self.lexical,
            naming=naming,
            focus=focus,
        )


def shelf(
    documents: Mapping[str, Sequence[str]],
    kinds: Mapping[str, BlockKind] | None = None,
    headings: Mapping[str, str] | None = None,
) -> Shelf:
    """Return a shelf of documents by title, each a list of paragraphs; `kinds` are those of paragraphs that aren't prose.

    `headings` are those of paragraphs that stand under one.

    A list or table has a line for its lead-in or head, then one for each item or row.
    """
    embedder = HashingEmbedder()
    sources: list[SourceDocument] = []
    texts: dict[str, str] = {}
    listed: list[Passage] = []
    vectors: dict[str, NDArray[np.float32]] = {}
    for title, paragraphs in documents.items():
        name = title.lower().replace(" ", "-")
        sources.append(
            SourceDocument(
                document_id=name,
                path=f"{name}.md",
                title=title,
                media_type="text/markdown",
                sha256=f"{len(sources):064}",
            )
        )
        texts[name] = "\n\n".join(paragraphs)
        start = 0
        for ordinal, paragraph in enumerate(paragraphs):
            kind = (kinds or {}).get(paragraph, BlockKind.PROSE)
            units = _units_of(paragraph, start, kind)
            passage_id = f"{name}/{ordinal}"
            listed.append(
                Passage(
                    passage_id=passage_id,
                    document_id=name,
                    spans=(Span(start_char=start, end_char=start + len(paragraph)),),
                    units=units,
                    text=paragraph,
                    heading_path=(headings[paragraph],) if headings and paragraph in headings else (),
                    kind=kind,
                    ordinal=ordinal,
                    vector_key=passage_id,
                    paragraph=ordinal + 1,
                )
            )
            quotes = ["\n".join(texts[name][span.start_char : span.end_char] for span in unit.spans) for unit in units]
            vectors[passage_id] = embedder.embed([f"{title}\n{paragraph}", *quotes])
            start += len(paragraph) + 2
    return Shelf(
        store=MemoryPassages(sources=sources, texts=texts, listed=listed, stored_vectors=vectors),
        vectors=ExactVectorIndex({passage_id: own[0] for passage_id, own in vectors.items()}),
        lexical=PlainLexicalIndex(
            {
                passage.passage_id: (passage.document_id.replace("-", " "), passage.heading_path, passage.text)
                for passage in listed
            },
            {"title": 1.0, "heading": 1.0, "body": 1.0},
        ),
        embedder=embedder,
    )


def _units_of(paragraph: str, start: int, kind: BlockKind) -> tuple[Unit, ...]:
    if kind not in (BlockKind.LIST, BlockKind.TABLE):
        sentences = [
            Span(start_char=start + first, end_char=start + last) for first, last in split_sentences(paragraph)
        ]
        return tuple(Unit(spans=(span,), kind=kind) for span in sentences)
    spans = []
    for line in paragraph.split("\n"):
        spans.append(Span(start_char=start, end_char=start + len(line)))
        start += len(line) + 1
    lead, *rest = spans
    whole = Unit(spans=tuple(spans), kind=kind, whole=True, lead=1)
    return (whole, *(Unit(spans=(lead, span), kind=kind, lead=1) for span in rest))


CRIME = "Burglary fell by a tenth in the wards."
HEALTH = "Smoking among adults fell slowly."
HOUSING = "Damp homes were repaired first."
SMALL = shelf({"Northfield Review": [CRIME, HEALTH], "Hartley Survey": [HOUSING, "Smoking was rarer in Hartley."]})


def _legs(found: RetrievedPassage) -> set[str]:
    return {leg.leg for leg in found.legs}


def test_a_passage_is_found_by_its_words_and_by_its_meaning() -> None:
    found = {each.passage.text: each for each in SMALL.retrieve(parse_question("Did burglary fall?"))}

    assert {"dense", "lexical"} <= _legs(found[CRIME])
    assert all(leg.rank == 1 for leg in found[CRIME].legs if leg.leg in ("dense", "lexical"))
    assert "lexical" not in _legs(found[HOUSING])


def test_every_candidate_comes_once_with_its_document() -> None:
    found = SMALL.retrieve(parse_question("Did smoking fall?"))

    assert len({each.passage.passage_id for each in found}) == len(found)
    assert all(each.document.document_id == each.passage.document_id for each in found)


def test_a_question_that_names_a_document_finds_it() -> None:
    found = SMALL.retrieve(parse_question("What does the Hartley survey say about smoking?"))

    assert {each.document.title for each in found if "title" in _legs(each)} == {"Hartley Survey"}


def test_a_heading_counts_by_how_much_of_it_is_asked_for() -> None:
    rows = ["Net income 5,363", "Inventories 4,366", "Sales 32,765"]
    names = ("Consolidated Statement of Cash Flows", "Cash paid to former members of staff", "Sales")
    found = shelf({"Accounts": rows}, headings=dict(zip(rows, names, strict=True))).retrieve(
        parse_question("What does the cash flow statement say of net income?")
    )
    said = {each.passage.text: leg.score for each in found for leg in each.legs if leg.leg == "heading"}

    assert list(said) == rows[:2]
    assert 0.5 < said[rows[0]] < 1.0
    assert said[rows[1]] < 0.5 * said[rows[0]]


def test_vectors_with_and_without_names_are_searched_together() -> None:
    words = SMALL.embedder.embed_question("smoking fell slowly")
    named = SMALL.embedder.embed_question("damp homes repaired")
    arguments = {"title_scores": {}, "naming": frozenset(), "candidates": 1}
    for asked, best in (([named], HOUSING), ([words], HEALTH), ([words, words, named], HEALTH)):
        (found,) = retrieve(
            parse_question("Xylophones?"),
            None,
            mean_of(np.stack(asked), [1.0] * len(asked)),
            store=SMALL.store,
            vectors=SMALL.vectors,
            lexical=SMALL.lexical,
            **arguments,  # type: ignore[arg-type]
        )
        assert found.passage.text == best


def test_each_leg_brings_no_more_than_it_is_asked_for() -> None:
    assert 1 <= len(SMALL.retrieve(parse_question("Did smoking fall?"), candidates=1)) <= 2


def test_a_follow_up_is_searched_with_the_question_before_it() -> None:
    alone = SMALL.retrieve(parse_question("And slowly?"), candidates=1)
    together = SMALL.retrieve(parse_question("And in the wards?"), parse_question("Did burglary fall?"), candidates=1)

    assert {each.passage.text for each in alone} == {HEALTH}
    assert {each.passage.text for each in together} == {CRIME}


def test_an_empty_shelf_has_nothing() -> None:
    assert shelf({}).retrieve(parse_question("Did burglary fall?")) == ()


def test_a_question_is_worded_with_and_without_the_names_of_documents() -> None:
    asked = parse_question("What does the Hartley Survey say of rents?")

    assert wordings(asked, None, lambda text: text) == ([asked.text], [1.0])
    assert wordings(asked, None, lambda text: "rents") == ([asked.text, "rents"], [0.5, 0.5])


def test_a_question_about_a_measure_is_worded_as_its_lines_too() -> None:
    asked = parse_question("What is the quick ratio or the current ratio of Hartley?")
    texts, weights = wordings(asked, None, lambda text: "ratio")

    assert texts[:2] == [asked.text, "ratio"]
    assert weights == [0.25, 0.25, 0.5]
    lines = texts[2].split(", ")
    assert {"inventories", "total current assets", "balance sheet"} <= set(lines)
    assert len(lines) == len(set(lines))
    assert wordings(asked, None, lambda text: text)[1] == [0.5, 0.5]


def test_a_follow_up_is_worded_behind_the_question_before_it_with_its_lines() -> None:
    before, asked = parse_question("What is the quick ratio?"), parse_question("And in 2019?")
    texts, weights = wordings(asked, before, lambda text: "named")

    assert texts[:2] == ["What is the quick ratio? And in 2019?", "named"]
    assert "inventories" in texts[2]
    assert sum(weights) == 1.0


def test_the_mean_of_vectors_is_weighted_and_of_length_1() -> None:
    vectors = np.array([[1, 0], [0, 1]], dtype=np.float32)

    assert mean_of(vectors, [3, 1]) == pytest.approx(np.array([3, 1]) / np.sqrt(10))
    assert mean_of(vectors, [1, 0]) == pytest.approx([1, 0])
    assert mean_of(np.array([[1, 0], [-1, 0]], dtype=np.float32), [1, 1]) == pytest.approx([0, 0])


ACCOUNTS = shelf({"Accounts": ["Cost of sales was 4,366.", "Pubs were open.", "Margins are blank."]})


def _lexical(question: str, earlier: str | None = None) -> dict[str, float]:
    found = ACCOUNTS.retrieve(parse_question(question), parse_question(earlier) if earlier else None)
    return {each.passage.text: leg.score for each in found for leg in each.legs if leg.leg == "lexical"}


def test_the_lines_of_a_measure_are_searched_by_their_words_with_less_weight() -> None:
    found = _lexical("What is the gross margin?")

    assert set(found) == {"Cost of sales was 4,366.", "Margins are blank."}
    assert found["Cost of sales was 4,366."] < _lexical("What is the cost of sales?")["Cost of sales was 4,366."]
    assert "Cost of sales was 4,366." in _lexical("And slowly?", "What is the gross margin?")
    assert "Cost of sales was 4,366." not in _lexical("What is the margin?")


def test_the_most_similar_sentence_of_a_passage_counts_too() -> None:
    passage = "Bread is baked at night. Burglary fell slowly. Boats sail on the lake."
    on = shelf({"Cookery": [passage], "Review": [CRIME]})
    found = {each.passage.text: each for each in on.retrieve(parse_question("Burglary fell slowly"))}
    scores = {text: {leg.leg: leg.score for leg in each.legs} for text, each in found.items()}

    assert scores[passage]["unit"] == pytest.approx(1.0, abs=1e-5)
    assert scores[passage]["dense"] < 0.9
    assert scores[CRIME]["unit"] < scores[passage]["unit"]


def test_a_passage_without_vectors_of_its_sentences_has_no_such_leg() -> None:
    for own in SMALL.store.stored_vectors.values():
        assert len(own) > 1
    vectors = {name: own[:1] for name, own in SMALL.store.stored_vectors.items()}
    bare = replace(SMALL, store=replace(SMALL.store, stored_vectors=vectors))

    assert {leg for each in bare.retrieve(parse_question("Did smoking fall?")) for leg in _legs(each)} >= {"dense"}
    assert not any("unit" in _legs(each) for each in bare.retrieve(parse_question("Did smoking fall?")))


def _within(candidates: int, within: frozenset[str], also: tuple[str, ...] = ()) -> set[str]:
    question = parse_question("Did burglary fall?")
    found = retrieve(
        question,
        None,
        SMALL.embedder.embed_question(question.text),
        title_scores={},
        naming=frozenset(),
        store=SMALL.store,
        vectors=SMALL.vectors,
        lexical=SMALL.lexical,
        candidates=candidates,
        within=within,
        also=also,
    )
    return {each.passage.passage_id for each in found}


def test_only_passages_that_are_allowed_are_found_and_a_few_of_them_all() -> None:
    allowed = frozenset({"hartley-survey/0", "hartley-survey/1"})

    assert _within(50, allowed) == allowed
    assert _within(1, allowed) < allowed


def test_passages_that_hold_exact_words_take_part_whatever_their_scores() -> None:
    assert "hartley-survey/1" in _within(1, frozenset({"northfield-review/0"}), also=("hartley-survey/1",))
