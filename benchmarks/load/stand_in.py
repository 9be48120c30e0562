"""A stand-in for a provider's chat model on loopback: `python -m benchmarks.load.stand_in PORT`.

It speaks the stream of OpenAI's chat completions, and writes what a good model might: the sentences of the passages that it is
given which share most with the question, word for word, each with the handle of its passage. So it says the same of the same
passages every time, and what it says is verified as written. It takes its time, so that it can be killed in the middle of a reply.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from benchmarks.load.ports import free_port, listens
from benchmarks.load.replicas import ROOT
from report_qa.records.writing import NO_ANSWER
from report_qa.sentences import split_sentences
from report_qa.words import content_terms

NAME = "stand-in"
PAUSE_S = 0.02
_PIECE_WORDS = 5
_MOST_SENTENCES = 3
_PASSAGE = re.compile(r"^BEGIN (E\d+) (\w+)\n(.*?)\nEND \1 \2$", re.MULTILINE | re.DOTALL)
_QUESTION = re.compile(r"^Question: (.*)$", re.MULTILINE)
# A sentence of prose that says by itself what it is about, and holds nothing that could be taken for a handle or markup.
_WHOLE = re.compile(r"[A-Z“‘][^][(){}|<>*_`#\n]{40,300}\.")
_LEANING = re.compile(r"(?:it|they|this|that|these|those|its|their|such|here|there|however|but|and)\b", re.IGNORECASE)
_TRIES, _STEP_S = 300, 0.1


class StandIn:
    """The server as a process of its own, which can be killed and started again."""

    def __init__(self) -> None:
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> dict[str, str]:
        """What leads the product to it, by the names of the settings."""
        return {"model": f"openai:{NAME}", "model_base_url": f"http://127.0.0.1:{self._port}/v1"}

    def start(self) -> None:
        """Start it and wait until it listens; nothing happens where it runs."""
        if self._process is not None:
            return
        command = [sys.executable, "-m", "benchmarks.load.stand_in", str(self._port)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(_TRIES):
            if listens(self._port):
                return
            assert self._process.poll() is None, "the stand-in for a provider ended"
            time.sleep(_STEP_S)
        raise AssertionError("the stand-in for a provider does not listen")

    def kill(self) -> None:
        """End it as a crash does; nothing happens where it does not run."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)
            self._process = None


def sentences_for(asked: str) -> list[tuple[str, str]]:
    """Return what is written for a user's message, as (sentence, handle)."""
    question = _QUESTION.search(asked)
    wanted = frozenset(content_terms(question[1])) if question else frozenset()
    found = [
        (len(wanted & frozenset(content_terms(sentence))), sentence, passage[1])
        for passage in _PASSAGE.finditer(asked)
        # The first line names the document and the headings.
        for line in passage[3].split("\n")[1:]
        for sentence in (line[start:end] for start, end in split_sentences(line))
        if _WHOLE.fullmatch(sentence) and not _LEANING.match(sentence)
    ]
    best = sorted((each for each in found if each[0]), key=lambda each: -each[0])
    return [(sentence, handle) for _, sentence, handle in best[:_MOST_SENTENCES]]


def pieces(written: list[tuple[str, str]]) -> Iterator[str]:
    """Yield a reply in pieces. None holds parts of two sentences, nor ends between a sentence and its handle: where a reply breaks
    off, what is there is whole sentences with their handles, and a part without an end.
    """
    for sentence, handle in written:
        words = [*sentence.split(" ")[:-1], f"{sentence.split(' ')[-1]} [{handle}]"]
        for start in range(0, len(words), _PIECE_WORDS):
            yield " ".join(words[start : start + _PIECE_WORDS]) + " "
    if not written:
        yield NO_ANSWER


def application(pause_s: float = PAUSE_S) -> Starlette:
    """Return the server's application; `pause_s` is how long each piece takes."""

    async def completions(request: Request) -> StreamingResponse:
        messages: list[dict[str, Any]] = (await request.json())["messages"]
        asked = next(str(message["content"]) for message in reversed(messages) if message["role"] == "user")
        return StreamingResponse(_events(sentences_for(asked), pause_s), media_type="text/event-stream")

    return Starlette(routes=[Route("/v1/chat/completions", completions, methods=["POST"])])


async def _events(written: list[tuple[str, str]], pause_s: float) -> AsyncIterator[str]:
    for piece in pieces(written):
        await asyncio.sleep(pause_s)
        yield _event({"role": "assistant", "content": piece})
    yield _event({}, "stop")
    yield "data: [DONE]\n\n"


def _event(delta: dict[str, str], ended: str | None = None) -> str:
    chunk = {
        "id": "reply",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": NAME,
        "choices": [{"index": 0, "delta": delta, "finish_reason": ended}],
    }
    return f"data: {json.dumps(chunk)}\n\n"


def main() -> None:
    """Serve until it is ended."""
    uvicorn.run(application(), host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)


if __name__ == "__main__":
    main()
