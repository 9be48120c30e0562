"""Read a chat model's reply while it is being written: sentences, each with the handles that it cites.

A sentence is handed out the moment it is complete, which is when its handles close ("… a year. [E1]") or, without handles,
when the next sentence begins; nothing waits for the end of the reply. Models write handles in many ways, before the full stop
or after it, and wrap replies in lists, code fences, JSON, reasoning and markup: all of that is read here, and what comes out
is plain text. Handles that come late ("… [E1] [E2]") are handed out with the same sentence once more.

Reasoning (`<think>`) is dropped, as is whatever an unfinished reply leaves without an end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from report_qa.markup import plain
from report_qa.records.writing import ReadSentence, WrittenSentence
from report_qa.sentences import split_sentences

_NUMBER = r"[EeＥ]\s?\d{1,3}"
_LIST = r"(?:\s*(?:,|;|&|and|–|-|\s)\s*)"
# [E1], (E1, E2), 【E1】, [1], [1, 2], and E1 alone where a sentence ends. "(1)" and "(2019)" are words of a text.
_HANDLES = re.compile(
    rf"\^?[\[【](?:\s*(?:passages?|sources?|evidence)?:?\s*(?:{_NUMBER}|\d{{1,2}}){_LIST}?)+[^\]】\w]{{0,3}}[\]】]"
    rf"|\((?:\s*(?:{_NUMBER}){_LIST}?)+\)"
    rf"|(?<=[.!?…]\s)(?:{_NUMBER})(?:{_LIST}(?:{_NUMBER}))*(?=[.;:\s]|$)",
    re.IGNORECASE,
)
_IN_HANDLES = re.compile(r"\d{1,3}")
# What may still become a handle: held back until it has or hasn't.
_MAYBE_HANDLES = re.compile(r"\s*(?:\^?[\[【(][^\]】)\n]{0,60}|(?<=[.!?…]\s)[EeＥ]\s?\d{0,3}\.?)$")
_END = re.compile(r"[.!?…][\"'”’)]*\s*$")
_THOUGHT = re.compile(
    r"<(think|thinking|thought|reasoning|analysis|scratchpad)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL
)
_UNENDED_THOUGHT = re.compile(
    r"<(?:think|thinking|thought|reasoning|analysis|scratchpad)\b[^>]*>.*\Z", re.IGNORECASE | re.DOTALL
)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*(?:\n|\Z)", re.MULTILINE)
# What is not read before it is closed: a tag, an image or link, an address, a fence's line, reasoning.
_OPEN = re.compile(
    r"<(?:think|thinking|thought|reasoning|analysis|scratchpad)\b(?:(?!</(?:think|thinking|thought|reasoning|analysis|scratchpad)\s*>).)*\Z"
    r"|<[a-zA-Z/!?][^<>\n]{0,2000}\Z|<\Z"
    r"|!?\[[^\]\n]{0,500}\Z|!\Z|\[[^\]\n]{1,500}\]\Z|\[[^\]\n]{1,500}\]\s?\([^)\n]{0,2000}\Z"
    r"|(?:^|(?<=\s))(?:`{1,3}|~{1,3})[^\n`~]{0,40}\Z"
    r"|(?:^|(?<=[\s(<\"]))(?:[a-z][a-z0-9+.-]{1,20}:/?/?|www\.|https?:)\S*\Z",
    re.IGNORECASE | re.DOTALL,
)
_JSON = re.compile(r"\s*(?:\{|\[\s*[\{\"])")
_OBJECT = re.compile(r"\{[^{}]*\}")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_WORDS_KEYS = ("sentence", "text", "claim", "statement", "answer", "content", "response", "output")
_HANDLES_KEYS = (
    "handles",
    "handle",
    "citations",
    "citation",
    "sources",
    "source",
    "evidence",
    "passages",
    "ids",
    "cites",
)
_LONGEST_SENTENCE = 1_200


class ReplyReader:
    """Reads one reply, piece by piece. `endless` is True once a sentence has no end in sight."""

    def __init__(self) -> None:
        self._raw = ""
        self._text = ""
        self._last: WrittenSentence | None = None
        self._json: bool | None = None
        # True for a reply whose lines begin with their handles.
        self._handles_first = False
        self.endless = False

    def read(self, piece: str) -> Iterator[ReadSentence]:
        """Yield the sentences that this piece completes."""
        self._raw += piece
        if self._json is None and self._raw.strip():
            self._settle_form()
        if self._json:
            yield from self._from_objects()
            return
        yield from self._from_text(ended=False)

    def end(self, *, cut_off: bool = False) -> Iterator[ReadSentence]:
        """Yield what is left; where the reply was cut off, only if it ends as a sentence does."""
        if self._json:
            yield from self._from_objects()
            yield from self._from_strings()
            return
        yield from self._from_text(ended=True)
        rest = self._text.strip()
        self._text = ""
        if rest and not (cut_off and not _END.search(rest)):
            yield from self._handed_out(rest, ())

    def _settle_form(self) -> None:
        """Decide whether the reply is JSON, as soon as its first character that counts is there."""
        start = _FENCE.sub("", _THOUGHT.sub("", self._raw)).lstrip()
        if not start or start in ("[", "`", "``", "<") or (_OPEN.match(start) and not _JSON.match(start)):
            return
        self._json = bool(_JSON.match(start))

    def _from_text(self, *, ended: bool) -> Iterator[ReadSentence]:
        self._text += self._settled(ended=ended)
        while (cut := self._complete(ended=ended)) is not None:
            words, handles = self._text[: cut[0]], self._text[cut[0] : cut[1]]
            self._text = self._text[cut[1] :]
            yield from self._handed_out(words, _named(handles))
        self.endless = len(self._text) + len(self._raw) > _LONGEST_SENTENCE * 2 and not ended

    def _settled(self, *, ended: bool) -> str:
        """Take from the raw reply what no later piece can turn into something else."""
        raw = _THOUGHT.sub(" ", self._raw)
        if ended:
            raw = _UNENDED_THOUGHT.sub("", raw)
        opened = None if ended else _first_open(raw)
        raw = _FENCE.sub("", raw[:opened]) + raw[opened:] if opened is not None else _FENCE.sub("", raw)
        opened = None if ended else _first_open(raw)
        cut = len(raw) if opened is None else opened
        self._raw = raw[cut:]
        return raw[:cut]

    def _complete(self, *, ended: bool) -> tuple[int, int] | None:
        """Return (end of the words, end of the handles) of the first complete sentence."""
        text = self._text
        start = len(text) - len(text.lstrip())
        for found in _HANDLES.finditer(text):
            before = text[start : found.start()]
            if not before.strip(" \t-*•"):
                # At the start of a line they belong to what follows, else to the sentence before.
                if "\n" in text[:start] or self._last is None:
                    self._handles_first = self._handles_first or self._last is None
                    continue
                return found.start(), found.end()
            if self._handles_first and "\n" in before[len(before.rstrip(" \t-*•\n")) :]:
                end = start + len(before.rstrip(" \t-*•\n"))
                return end, end
            bounds = self._first_of_several(before)
            if bounds is not None:
                return start + bounds, start + bounds
            if _END.search(before):
                return found.start(), found.end()
            after = re.match(r"\s*[.!?…]+[\"'”’)]*", text[found.end() :])
            if after is not None:
                return _moved(found, after)
            if re.match(r"[ \t]*\n", text[found.end() :]) or (ended and not text[found.end() :].strip()):
                return found.start(), found.end()
        rest = _MAYBE_HANDLES.sub("", text) if not ended else text
        bounds = self._first_of_several(rest[start:])
        return None if bounds is None else (start + bounds, start + bounds)

    def _first_of_several(self, text: str) -> int | None:
        """Return where the first sentence ends if another one begins behind it; a new line begins one."""
        line = re.search(r"\n[ \t]*(?=\n|[^a-z\s])", text)
        first = split_sentences(text[: line.start()] if line else text)
        if len(first) > 1:
            return first[0][1]
        return line.start() if line and text[: line.start()].strip() else None

    def _handed_out(self, words: str, handles: tuple[str, ...]) -> Iterator[ReadSentence]:
        leading = _HANDLES.match(words.strip(" \t\n-*•:"))
        inner = tuple(name for found in _HANDLES.finditer(words) for name in _named(found[0]))
        text = plain(_HANDLES.sub(" ", words)).lstrip(":;,.-– ").strip()
        handles = tuple(dict.fromkeys((*inner, *handles)))
        if not any(char.isalnum() for char in text):
            if self._last is not None and handles and leading is None:
                grown = tuple(dict.fromkeys((*self._last.handles, *handles)))
                self._last = WrittenSentence(text=self._last.text, handles=grown)
                yield ReadSentence(sentence=self._last, again=True)
            return
        self._last = WrittenSentence(text=text, handles=handles)
        yield ReadSentence(sentence=self._last)

    def _from_objects(self) -> Iterator[ReadSentence]:
        """Yield the sentences of the JSON objects that are complete."""
        end = 0
        for found in _OBJECT.finditer(self._raw):
            try:
                value = json.loads(found[0])
            except ValueError:
                continue
            end = found.end()
            yield from self._from_object(value)
        # A blank object keeps what stands around it readable.
        self._raw = self._raw if not end else "[" + self._raw[end:].lstrip(" ,\n")
        self.endless = len(self._raw) > 8 * _LONGEST_SENTENCE

    def _from_object(self, value: Mapping[str, object]) -> Iterator[ReadSentence]:
        words = next((value[key] for key in _WORDS_KEYS if isinstance(value.get(key), str)), None)
        if words is None:
            return
        named = " ".join(str(value.get(key) or "") for key in _HANDLES_KEYS)
        handles = tuple(f"E{int(number)}" for number in _IN_HANDLES.findall(named))
        yield from self._inside(str(words), handles)

    def _from_strings(self) -> Iterator[ReadSentence]:
        """Yield what is left of a JSON reply whose form nobody knows: its strings."""
        for found in _STRING.findall(self._raw):
            words = json.loads(found, strict=False) if _is_json(found) else ""
            if " " in words:
                yield from self._inside(words, ())

    def _inside(self, words: str, handles: tuple[str, ...]) -> Iterator[ReadSentence]:
        inner = ReplyReader()
        inner._json = False
        for read in (*inner.read(words), *inner.end()):
            own = tuple(dict.fromkeys((*read.sentence.handles, *handles)))
            yield ReadSentence(sentence=WrittenSentence(text=read.sentence.text, handles=own), again=read.again)


def _named(handles: str) -> tuple[str, ...]:
    return tuple(f"E{int(number)}" for number in _IN_HANDLES.findall(handles))


def _moved(found: re.Match[str], after: re.Match[str]) -> tuple[int, int]:
    """Return the bounds of a sentence whose handles stand before its full stop: words and handles together."""
    end = found.end() + after.end()
    return end, end


def _first_open(raw: str) -> int | None:
    """Return where what is still open begins; closed handles are never open."""
    at = 0
    while (found := _OPEN.search(raw, at)) is not None:
        handles = _HANDLES.match(raw, found.start())
        if handles is None:
            return found.start()
        at = handles.end()
    return None


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text, strict=False), str)
    except ValueError:
        return False
