"""What every embedder promises, the double and the real one alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from report_qa.backends.model_files import BUNDLED
from report_qa.backends.sentence_transformers import SentenceTransformerEmbedder
from report_qa.ports import Embedder
from tests.doubles import HashingEmbedder

MONEY = "The town received £1.2m for its high street."
SCHOOL = "Pupils missed more lessons than the year before."
HEADED = f"Towns and schools\n{MONEY} {SCHOOL}"


def _parts() -> list[list[tuple[int, int]]]:
    money, school = HEADED.index(MONEY), HEADED.index(SCHOOL)
    heading = (0, HEADED.index("\n"))
    return [[(money, money + len(MONEY))], [heading, (school, school + len(SCHOOL))]]


@pytest.fixture(scope="module", params=["double", "bundled model"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    return HashingEmbedder() if request.param == "double" else SentenceTransformerEmbedder(BUNDLED)


def test_vectors_have_length_one_and_the_promised_shape(embedder: Embedder) -> None:
    vectors = embedder.embed([MONEY, SCHOOL, ""])
    assert vectors.shape == (3, embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert embedder.embed([]).shape == (0, embedder.dimensions)


def test_rows_keep_the_order_of_the_texts(embedder: Embedder) -> None:
    texts = [SCHOOL, HEADED * 4, "Money", MONEY] * 8
    together = embedder.embed(texts)
    alone = np.concatenate([embedder.embed([text]) for text in texts[:4]])
    assert (together[:4] * alone).sum(axis=1) == pytest.approx(1, abs=2e-3)


def test_a_question_is_nearest_to_the_text_that_answers_it(embedder: Embedder) -> None:
    question = embedder.embed_question("How much did the town receive for the high street?")
    assert question.shape == (embedder.dimensions,)
    scores = embedder.embed([SCHOOL, MONEY]) @ question
    assert scores[1] > scores[0] + 0.2


def test_parts_come_in_order_and_are_near_what_they_say(embedder: Embedder) -> None:
    vectors, parts = embedder.embed_parts([HEADED, SCHOOL], [_parts(), []])
    assert vectors == pytest.approx(embedder.embed([HEADED, SCHOOL]), abs=2e-2)
    assert [each.shape for each in parts] == [(2, embedder.dimensions), (0, embedder.dimensions)]
    assert np.linalg.norm(parts[0], axis=1) == pytest.approx(1, abs=1e-5)
    scores = parts[0] @ embedder.embed_question("How much did the town receive for the high street?")
    assert scores[0] > scores[1]


def test_a_part_past_the_limit_or_without_words_still_gets_a_vector(embedder: Embedder) -> None:
    text = f"{'Money is tight. ' * 200}{SCHOOL}"
    parts = [[(len(text) - len(SCHOOL), len(text))], [(5, 6)], []]
    found = embedder.embed_parts([text], [parts])[1][0]
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)
    assert found[0] @ embedder.embed([SCHOOL])[0] > 0.99


def test_as_many_lists_of_parts_as_texts(embedder: Embedder) -> None:
    with pytest.raises(ValueError, match="parts"):
        embedder.embed_parts([MONEY], [])


def test_tokens_are_counted_past_the_limit(embedder: Embedder) -> None:
    short, none, long = embedder.count_tokens(["three short words", "", "word " * 5_000])
    assert (short, none) == (3, 0)
    assert long == 5_000 > embedder.max_tokens


def test_any_string_can_be_embedded(embedder: Embedder) -> None:
    strange = ["\ud800", "\x00\u202e", "🏘️" * 500, "a" * 1_000]
    assert np.isfinite(embedder.embed(strange)).all()
    assert len(embedder.count_tokens(strange)) == 4


def test_threads_get_the_same_vectors(embedder: Embedder) -> None:
    alone = {text: embedder.embed([text])[0] for text in (MONEY, SCHOOL, HEADED)}
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: (text, embedder.embed([text])[0]), [MONEY, SCHOOL, HEADED] * 5))
    assert all(vector @ alone[text] > 0.999 for text, vector in found)


def test_several_questions_are_embedded_like_each_alone(embedder: Embedder) -> None:
    asked = ["How much did the town receive?", "When did the school open its new wing for the youngest children?"]
    together = embedder.embed_questions(asked)
    alone = np.stack([embedder.embed_question(text) for text in asked])
    assert together.shape == (2, embedder.dimensions)
    assert (together * alone).sum(axis=1) == pytest.approx(1, abs=2e-3)
