"""Whatever writes answers keeps the promises of the port ChatModel: the doubles, LangChain's client, a real model."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from report_qa.backends.chat_model import LangChainChatModel
from report_qa.ports import ChatModel
from report_qa.records.writing import Message, Piece, Speaker
from tests.doubles import FaithfulModel, InventingModel, ObeyingModel, ScriptedModel
from tests.local_model import LocalModel
from tests.misbehaving_model import ModelServer, says

MESSAGES = (
    Message(speaker=Speaker.SYSTEM, text="Answer in one short sentence."),
    Message(
        speaker=Speaker.USER, text="BEGIN E1 ab\nLibraries lend books.\nEND E1 ab\n\nQuestion: What do libraries do?"
    ),
)
DOUBLES: dict[str, Callable[[], ChatModel]] = {
    "scripted": lambda: ScriptedModel("Libraries lend books. [E1]"),
    "faithful": FaithfulModel,
    "inventing": InventingModel,
    "obeying": ObeyingModel,
}


@pytest.fixture(params=[*DOUBLES, "served", pytest.param("local", marks=pytest.mark.slow)])
def model(request: pytest.FixtureRequest) -> Iterator[ChatModel]:
    if request.param in DOUBLES:
        yield DOUBLES[request.param]()
    elif request.param == "served":
        with ModelServer(says("Libraries lend books. [E1]")) as server:
            yield LangChainChatModel("openai:tested", base_url=server.address)
    else:
        local: LocalModel = request.getfixturevalue("local_model")
        yield LangChainChatModel(local.name, base_url=local.address, max_tokens=40, timeout_s=120)


def test_a_reply_comes_in_several_pieces_and_says_something(model: ChatModel) -> None:
    pieces = list(model.stream(MESSAGES))
    assert all(isinstance(piece, Piece) for piece in pieces)
    assert len([piece for piece in pieces if piece.text]) > 1
    assert "".join(piece.text for piece in pieces).strip()


def test_the_usage_comes_once_and_last(model: ChatModel) -> None:
    pieces = list(model.stream(MESSAGES))
    told = [piece.usage for piece in pieces if piece.usage is not None]
    assert [usage.output_tokens > 0 and usage.input_tokens > 0 for usage in told] == [True]
    assert pieces[-1].usage is not None


def test_the_name_holds_provider_and_model(model: ChatModel) -> None:
    provider, _, name = model.name.partition(":")
    assert provider
    assert name


def test_it_stops_when_told(model: ChatModel) -> None:
    seen: list[Piece] = []
    seen.extend(iter(model.stream(MESSAGES, stopped=lambda: len(seen) >= 2)))
    assert len(seen) == 2


def test_it_writes_again_after_being_closed(model: ChatModel) -> None:
    first = model.stream(MESSAGES)
    next(first)
    first.close()  # type: ignore[attr-defined]
    assert "".join(piece.text for piece in model.stream(MESSAGES)).strip()
