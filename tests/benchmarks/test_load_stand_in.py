"""The stand-in for a provider under load: the product accepts what it writes as written, and says so when it is away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from benchmarks.load.shelf import answered_again
from benchmarks.load.stand_in import NAME, StandIn, application, pieces, sentences_for
from benchmarks.load.stored import EXTRACTS, without_notes
from report_qa.backends.chat_model import LangChainChatModel
from report_qa.records.answer import Answer
from report_qa.records.writing import NO_ANSWER
from report_qa.stages.read_reply import ReplyReader
from tests.misbehaving_model import ModelServer, drops_after
from tests.served import served
from tests.small_library import GAP, GAP_ANSWER, SmallLibrary

LIBRARIES = "How many hours a week are public libraries open, and how many libraries are run by volunteers?"
ASKED = """BEGIN E1 a1b2
(A plan › Money)
The fund paid £41 million to its projects in 2024. It closed later that year, having paid for everything.
END E1 a1b2

BEGIN E2 a1b2
(A plan › Words)
Projects of the fund were chosen by the neighbourhoods themselves. A [strange] fund of projects is not quoted, whatever it paid.
END E2 a1b2

Question: How much did the fund pay to its projects?"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(lambda _port: application(pause_s=0.0)) as found:
        yield f"{found}/v1"


def asked(small: SmallLibrary, question: str, address: str) -> Answer:
    writer = LangChainChatModel(f"openai:{NAME}", base_url=address, retries=0)
    with closing(small.assistant(writer=writer)) as assistant:
        return assistant.ask(question)


def test_it_quotes_whole_sentences_about_the_question_with_their_handles() -> None:
    assert sentences_for(ASKED) == [
        ("The fund paid £41 million to its projects in 2024.", "E1"),
        ("Projects of the fund were chosen by the neighbourhoods themselves.", "E2"),
    ]


def test_its_pieces_are_read_as_the_sentences_that_it_quotes() -> None:
    written = sentences_for(ASKED)
    reader = ReplyReader()
    read = [list(reader.read(piece)) for piece in pieces(written)]
    assert all(len(each) <= 1 for each in read)
    assert [(each.sentence.text, *each.sentence.handles) for some in read for each in some] == written
    assert [*reader.end()] == []
    assert [*pieces([])] == [NO_ANSWER]


@pytest.mark.parametrize("question", [GAP, LIBRARIES])
def test_the_product_accepts_what_it_writes(small: SmallLibrary, address: str, question: str) -> None:
    answer = asked(small, question, address)
    assert answer.written_by == f"openai:{NAME}"
    assert (answer.withheld, answer.notice) == ((), "")
    assert answer.text == asked(small, question, address).text


def test_an_answer_of_its_absence_is_compared_with_extracts(small: SmallLibrary, address: str) -> None:
    with served(lambda _port: application()) as gone:
        pass
    answer = asked(small, GAP, f"{gone}/v1")
    assert answer.notice == f"The model can't be reached{EXTRACTS}"
    assert without_notes(answer) == again(small, address, answer)
    assert GAP_ANSWER in without_notes(answer)


def test_an_answer_that_broke_off_is_compared_with_the_beginning_of_what_is_written(
    small: SmallLibrary, address: str
) -> None:
    whole = asked(small, LIBRARIES, address)
    assert len(whole.claims) > 1
    with ModelServer(drops_after(f"{whole.claims[0].sentence} [E1] And then the")) as dropping:
        answer = asked(small, LIBRARIES, dropping.address)
    assert answer.notice == "The model's reply broke off; what it wrote before is shown."
    assert without_notes(answer) == again(small, address, answer)
    assert without_notes(answer) != whole.text


def again(small: SmallLibrary, address: str, answer: Answer) -> str:
    writer = LangChainChatModel(f"openai:{NAME}", base_url=address, retries=0)
    with closing(small.assistant(writer=writer)) as assistant:
        order = {"question": answer.question, "history": [], "note": answer.notice, "claims": len(answer.claims)}
        return answered_again(assistant, order)


def test_it_can_be_killed_and_started_again(small: SmallLibrary) -> None:
    provider = StandIn()
    try:
        provider.start()
        address = provider.settings["model_base_url"]
        assert asked(small, GAP, address).written_by == provider.settings["model"]
        provider.kill()
        assert asked(small, GAP, address).notice.endswith(EXTRACTS)
        provider.start()
        assert asked(small, GAP, address).written_by == provider.settings["model"]
    finally:
        provider.kill()
