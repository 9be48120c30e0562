"""Every way in which a provider can fail, on a real connection to a server that fails that way."""

from __future__ import annotations

import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from report_qa.backends.chat_model import LangChainChatModel
from report_qa.errors import (
    ExtraMissing,
    ModelError,
    ModelReplyInvalid,
    ModelTimeout,
    ModelUnavailable,
    SettingInvalid,
)
from report_qa.records.writing import Message, Piece, Speaker, Usage
from tests.misbehaving_model import (
    Behaviour,
    ModelServer,
    drops_after,
    ends_without_saying_so,
    fails,
    hangs_after,
    hangs_before_headers,
    malformed_body,
    malformed_events,
    says,
    says_for_ever,
)

MESSAGES = (
    Message(speaker=Speaker.SYSTEM, text="Be brief."),
    Message(speaker=Speaker.USER, text="What is a library?"),
)
KEY = "sk-secret-0123456789"


def model(address: str, *, timeout_s: float = 5.0, retries: int = 0, **more: object) -> LangChainChatModel:
    return LangChainChatModel("openai:tested", base_url=address, timeout_s=timeout_s, retries=retries, **more)  # type: ignore[arg-type]


def read(server: ModelServer, **settings: object) -> list[Piece]:
    return list(model(server.address, **settings).stream(MESSAGES))  # type: ignore[arg-type]


def problem(*behaviours: Behaviour, **settings: object) -> ModelError:
    with ModelServer(*behaviours) as server, pytest.raises(ModelError) as caught:
        read(server, **settings)
    return caught.value


def test_a_reply_comes_in_pieces_with_its_usage_last() -> None:
    with ModelServer(says("A library lends books.")) as server:
        pieces = read(server)
    assert "".join(piece.text for piece in pieces) == "A library lends books."
    assert len([piece for piece in pieces if piece.text]) > 2
    assert pieces[-1].usage == Usage(input_tokens=11, output_tokens=7)
    sent = server.requests[0]
    assert [(each["role"], each["content"]) for each in sent["messages"]] == [
        ("system", "Be brief."),
        ("user", "What is a library?"),
    ]
    assert sent["stream"] is True


def test_the_first_piece_is_there_before_the_last_is_sent() -> None:
    with ModelServer(hangs_after("A library")) as server:
        pieces = model(server.address).stream(MESSAGES)
        assert next(pieces).text == "A libra"
        pieces.close()  # type: ignore[attr-defined]


def test_nobody_there_is_told_after_the_tries() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(ModelUnavailable, match="can't be reached") as caught:
        list(model(address, retries=1).stream(MESSAGES))
    assert caught.value.retryable


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_not_tried_again(status: int) -> None:
    with ModelServer(fails(status, f"Incorrect API key provided: {KEY}")) as server:
        with pytest.raises(ModelUnavailable, match=f"refuses the key .HTTP {status}") as caught:
            read(server, retries=3)
        assert len(server.requests) == 1
    assert not caught.value.retryable
    assert "REPORT_QA_MODEL_KEY_FILE" in caught.value.hint
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_pass_is_tried_again(status: int) -> None:
    with ModelServer(fails(status), says("It passed.")) as server:
        assert "".join(piece.text for piece in read(server, retries=2)) == "It passed."
        assert len(server.requests) == 2


@pytest.mark.parametrize(("status", "words"), [(429, "no more requests now"), (500, "has a fault")])
def test_what_does_not_pass_is_told(status: int, words: str) -> None:
    with ModelServer(fails(status)) as server:
        with pytest.raises(ModelUnavailable, match=words) as caught:
            read(server, retries=2)
        assert len(server.requests) == 3
    assert caught.value.retryable


def test_a_model_that_is_not_there_is_not_tried_again() -> None:
    found = problem(fails(404, "no such model"), retries=2)
    assert isinstance(found, ModelUnavailable)
    assert not found.retryable
    assert "REPORT_QA_MODEL" in found.hint


@pytest.mark.parametrize("behaviour", [hangs_before_headers, hangs_after("A library")])
def test_silence_is_not_waited_for_longer_than_allowed(behaviour: Behaviour) -> None:
    started = time.monotonic()
    assert isinstance(problem(behaviour, timeout_s=0.4, retries=3), ModelTimeout)
    assert time.monotonic() - started < 2.5


def test_dripping_does_not_extend_the_time() -> None:
    started = time.monotonic()
    assert isinstance(problem(says_for_ever("and ", pause_s=0.05), timeout_s=0.5), ModelTimeout)
    assert time.monotonic() - started < 2.5


@pytest.mark.parametrize("behaviour", [malformed_events, malformed_body, says(""), says("  \n")])
def test_what_cannot_be_read_is_no_reply(behaviour: Behaviour) -> None:
    assert isinstance(problem(behaviour), ModelReplyInvalid)


@pytest.mark.parametrize("behaviour", [drops_after("Half of "), ends_without_saying_so("Half of ")])
def test_a_cut_stream_is_told_and_never_begun_again(behaviour: Behaviour) -> None:
    with ModelServer(behaviour) as server:
        said: list[Piece] = []
        with pytest.raises(ModelUnavailable, match="broke off"):
            said.extend(model(server.address, retries=3).stream(MESSAGES))
        assert "".join(piece.text for piece in said) == "Half of "
        assert len(server.requests) == 1


def test_a_reply_that_used_up_its_length_says_so() -> None:
    with ModelServer(says("Half of", reason="length")) as server:
        assert any(piece.cut_short for piece in read(server))
    with ModelServer(says("All of it.")) as server:
        assert not any(piece.cut_short for piece in read(server))


def test_closing_hangs_up() -> None:
    with ModelServer(says_for_ever("word ", pause_s=0.01)) as server:
        pieces = model(server.address).stream(MESSAGES)
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
        assert server.hung_up.wait(5)


def test_stopping_ends_the_reply_and_hangs_up() -> None:
    stop = threading.Event()
    with ModelServer(says_for_ever("word ", pause_s=0.01)) as server:
        pieces = model(server.address).stream(MESSAGES, stopped=stop.is_set)
        next(pieces)
        stop.set()
        started = time.monotonic()
        assert len(list(pieces)) < 50
        assert time.monotonic() - started < 1
        assert server.hung_up.wait(5)


def test_stopping_does_not_wait_for_silence_to_end() -> None:
    started = time.monotonic()
    with ModelServer(hangs_before_headers) as server:
        assert list(model(server.address).stream(MESSAGES, stopped=lambda: time.monotonic() - started > 0.3)) == []
    assert time.monotonic() - started < 2


def test_threat_31_the_key_comes_from_its_file_and_is_in_no_words_of_ours(tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    key_file.write_text(f"{KEY}\n", encoding="utf-8")
    with ModelServer(says("Yes.")) as server:
        asked = model(server.address, key_file=key_file)
        list(asked.stream(MESSAGES))
        assert server.keys == [f"Bearer {KEY}"]
    assert KEY not in repr(vars(asked))


@pytest.mark.parametrize("content", ["", "two words", None])
def test_a_key_file_without_a_key_is_named(tmp_path: Path, content: str | None) -> None:
    key_file = tmp_path / "key"
    if content is not None:
        key_file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingInvalid, match=str(key_file)):
        model("http://127.0.0.1:9/v1", key_file=key_file)


def test_a_server_of_ones_own_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with ModelServer(says("Yes.")) as server:
        assert "".join(piece.text for piece in read(server)) == "Yes."


def test_a_provider_without_a_key_is_told_where_to_put_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(SettingInvalid, match="REPORT_QA_MODEL_KEY_FILE"):
        LangChainChatModel("openai:tested")


def test_a_missing_package_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_anthropic", None)
    with pytest.raises(ExtraMissing, match=r"pip install 'report-qa\[anthropic\]'"):
        LangChainChatModel("anthropic:tested")


def test_an_unknown_provider_is_a_setting_to_correct() -> None:
    with pytest.raises(SettingInvalid, match="REPORT_QA_MODEL"):
        LangChainChatModel("nobody:tested")
