"""The service over a real assistant: what it hands to a job and to a draft while the assistant works."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from report_qa import Assistant, Settings
from report_qa.doors.chat.answer_view import turn_data
from report_qa.doors.chat.service import Service
from report_qa.records.writing import Message, Piece
from report_qa.settings import load_settings
from report_qa.wiring import open_lexical_index, open_vector_index
from tests.small_library import GAP, GAP_ANSWER, SmallLibrary
from tests.waiting import wait_until

STANDS = "Closing that gap would take twenty years."


class Writer:
    """A chat model that says one thing."""

    name = "openai:says-it"

    def __init__(self, text: str) -> None:
        self._text = text

    def stream(self, messages: Sequence[Message], *, stopped: Callable[[], bool] = lambda: False) -> Iterator[Piece]:
        yield Piece(text=self._text)


def service_over(small: SmallLibrary, says: str = "") -> Service:
    def assistant(settings: Settings) -> Assistant:
        return Assistant(
            settings=settings,
            library=small.library,
            embedder=small.embedder,
            open_vector_index=open_vector_index,
            open_lexical_index=open_lexical_index,
            writer=Writer(says) if says else None,
        )

    settings = load_settings(library=small.library.folder, model=Writer.name if says else "")
    return Service(settings, assistant=assistant)


def test_an_extract_among_written_sentences_is_a_quotation(own: SmallLibrary) -> None:
    wrong = GAP_ANSWER.replace("£4.2 billion", "£99 billion")
    held = service_over(own, f"{STANDS} [E1] {wrong} [E1]")
    conversation_id = held.conversations().begin("ana")
    job = held.jobs.ask("ana", conversation_id, GAP)
    wait_until(lambda: not job.pending)
    held.close()
    assert job.turn is not None
    assert job.claims == job.turn.answer.claims
    assert job.evidence == job.turn.answer.evidence
    # By this kind of check the view knows an extract that is read out in other words, such as a table row.
    kinds = [{check.kind for check in claim.checks} for claim in job.claims]
    assert ["figures" in each for each in kinds] == [False, True]
    data = turn_data(job.turn)
    assert [(claim["text"], claim["quoted"]) for claim in data["groups"][0]["claims"]] == [
        (STANDS, False),
        (GAP_ANSWER, True),
    ]
    assert data["withheld"]["lead"] == "1 sentence withheld: contradicted by the sources"


def test_a_text_is_checked_with_its_progress(own: SmallLibrary) -> None:
    held = service_over(own)
    seen: list[tuple[int, int]] = []
    draft = held.drafts.check("ana", f"{GAP_ANSWER} Is that so?\nPenguins live in Antarctica.")
    wait_until(lambda: not draft.pending)
    held.close()
    assert draft.checked is not None, draft.problem
    assert [str(sentence.verdict) for sentence in draft.checked.sentences] == ["supported", "not_a_claim", "not_found"]
    assert (draft.done, draft.count) == (2, 3)
    assistant = held.assistant()
    assistant.check("One is one. Two are two.", on_sentence=lambda done, count: seen.append((done, count)))
    assert seen == [(0, 2), (1, 2)]


def test_what_the_progress_raises_ends_the_check(own: SmallLibrary) -> None:
    calls: list[int] = []

    def enough(done: int, count: int) -> None:
        calls.append(done)
        if done == 1:
            raise KeyError

    held = service_over(own)
    with pytest.raises(KeyError):
        held.assistant().check("One is one. Two are two. Three are three.", on_sentence=enough)
    assert calls == [0, 1]
    held.close()
