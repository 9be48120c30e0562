"""Stand-ins for the backends: small, exact and fast. tests/contracts/ holds them to the real ones' promises."""

from __future__ import annotations

import base64
import codecs
import hashlib
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from report_qa.records.document import Block, NoteMark, Page, PageReading, Section, SourceDocument, Span
from report_qa.records.passage import Passage
from report_qa.records.writing import Message, Piece, Speaker, Usage
from report_qa.sentences import split_sentences
from report_qa.words import terms, tokens

Vector = NDArray[np.float32]


class HashingEmbedder:
    """A bag of stems: each stem has its own random direction, so texts that share words are near each other."""

    name = "hashing"
    digest = "hashing-1"

    def __init__(self, dimensions: int = 256, max_tokens: int = 254) -> None:
        self.dimensions = dimensions
        self.max_tokens = max_tokens
        self.embedded: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(tokens(text)) for text in texts]

    def embed(self, texts: Sequence[str]) -> Vector:
        """Return the vectors; `embedded` remembers the texts, so that a test can see what was embedded anew."""
        self.embedded += texts
        return self._vectors(texts)

    def embed_question(self, text: str) -> Vector:
        vector: Vector = self._vectors([text])[0]
        return vector

    def embed_questions(self, texts: Sequence[str]) -> Vector:
        return self._vectors(texts)

    def embed_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Sequence[tuple[int, int]]]]
    ) -> tuple[Vector, list[Vector]]:
        if len(texts) != len(parts):
            raise ValueError("as many lists of parts as texts are needed")
        words = [
            [" ".join(text[start:end] for start, end in part) for part in own]
            for text, own in zip(texts, parts, strict=True)
        ]
        return self.embed(texts), [self._vectors(own) for own in words]

    def _vectors(self, texts: Sequence[str]) -> Vector:
        found = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for term in terms(text)[: self.max_tokens] or [""]:
                found[row] += self._direction(term)
            found[row] /= np.linalg.norm(found[row])
        return found

    def _direction(self, term: str) -> Vector:
        return _random_direction(term, self.dimensions)


@cache
def _random_direction(term: str, dimensions: int) -> Vector:
    seed = int.from_bytes(hashlib.sha256(term.encode()).digest()[:8])
    return np.random.default_rng(seed).standard_normal(dimensions).astype(np.float32)


class ExactVectorIndex:
    """Every cosine, by one matrix product."""

    def __init__(self, vectors: Mapping[str, Vector]) -> None:
        self._ids = list(vectors)
        self._vectors = np.array(list(vectors.values()), dtype=np.float32)

    def query(self, vector: Vector, top: int) -> list[tuple[str, float]]:
        if not self._ids or top < 1:
            return []
        scores = self._vectors @ vector
        scores = scores / np.linalg.norm(self._vectors, axis=1) / np.linalg.norm(vector)
        ranked = sorted(zip(self._ids, scores.tolist(), strict=True), key=lambda hit: (-round(hit[1], 6), hit[0]))
        return ranked[:top]

    def only(self, passage_ids: frozenset[str]) -> ExactVectorIndex:
        return ExactVectorIndex(
            {name: row for name, row in zip(self._ids, self._vectors, strict=True) if name in passage_ids}
        )

    def count(self) -> int:
        return len(self._ids)

    def close(self) -> None:
        pass


class PlainLexicalIndex:
    """BM25 in plain Python, over fields of (title, heading path, text) with the weights of the tantivy backend."""

    k1, b = 1.2, 0.75

    def __init__(self, passages: Mapping[str, tuple[str, Sequence[str], str]], weights: Mapping[str, float]) -> None:
        self._weights = weights
        self._fields: dict[str, dict[str, Counter[str]]] = {
            passage_id: {
                "title": Counter(terms(title)),
                "heading": Counter(terms("\n".join(heading_path))),
                "body": Counter(terms(text)),
            }
            for passage_id, (title, heading_path, text) in passages.items()
        }

    def query(self, weighted_terms: Mapping[str, float], top: int) -> list[tuple[str, float]]:
        scores: Counter[str] = Counter()
        for name, share in self._weights.items():
            held = {passage_id: fields[name] for passage_id, fields in self._fields.items()}
            mean = sum(counter.total() for counter in held.values()) / max(1, len(held)) or 1.0
            for term, weight in weighted_terms.items():
                holders = [passage_id for passage_id, counter in held.items() if counter[term]]
                rarity = math.log(1 + (len(held) - len(holders) + 0.5) / (len(holders) + 0.5))
                for passage_id in holders:
                    count, length = held[passage_id][term], held[passage_id].total()
                    saturated = count * (self.k1 + 1) / (count + self.k1 * (1 - self.b + self.b * length / mean))
                    scores[passage_id] += max(0.0, weight) * share * rarity * saturated  # type: ignore[assignment]
        found = [(passage_id, float(score)) for passage_id, score in scores.items() if score > 0]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[: max(0, top)]

    def only(self, passage_ids: frozenset[str]) -> PlainLexicalIndex:
        visible = PlainLexicalIndex({}, self._weights)
        visible._fields = {name: fields for name, fields in self._fields.items() if name in passage_ids}
        return visible

    def document_frequency(self, term: str) -> int:
        return sum(any(counter[term] for counter in fields.values()) for fields in self._fields.values())

    def count(self) -> int:
        return len(self._fields)

    def close(self) -> None:
        pass


@dataclass(kw_only=True)
class MemoryPassages:
    """A passage store over what a test lists."""

    sources: Sequence[SourceDocument]
    texts: Mapping[str, str]
    listed: Sequence[Passage]
    stored_vectors: Mapping[str, Vector] = field(default_factory=dict)
    page_lists: Mapping[str, Sequence[Page]] = field(default_factory=dict)
    section_lists: Mapping[str, Sequence[Section]] = field(default_factory=dict)
    block_lists: Mapping[str, Sequence[Block]] = field(default_factory=dict)
    reading_lists: Mapping[str, Sequence[PageReading]] = field(default_factory=dict)

    def documents(self) -> tuple[SourceDocument, ...]:
        return tuple(self.sources)

    def document(self, document_id: str) -> SourceDocument:
        return {source.document_id: source for source in self.sources}[document_id]

    def text(self, document_id: str) -> str:
        return self.texts[document_id]

    def beginnings(self, characters: int) -> Mapping[str, str]:
        return {name: text[:characters] for name, text in self.texts.items()}

    def page_numbers(self, document_id: str) -> tuple[int, ...]:
        return tuple(page.page_index for page in self.page_lists.get(document_id, ()))

    def acronyms(self) -> Mapping[str, frozenset[str]]:
        return {}

    def pages(self, document_id: str, indexes: Iterable[int] | None = None) -> tuple[Page, ...]:
        wanted = None if indexes is None else set(indexes)
        return tuple(
            page for page in self.page_lists.get(document_id, ()) if wanted is None or page.page_index in wanted
        )

    def sheets(self, document_id: str) -> tuple[Page, ...]:
        return tuple(replace(page, lines=()) for page in self.page_lists.get(document_id, ()))

    def readings_of(self, document_id: str) -> tuple[PageReading, ...]:
        return tuple(self.reading_lists.get(document_id, ()))

    def pages_of(self, document_id: str, spans: Iterable[Span]) -> tuple[Page, ...]:
        wanted = list(spans)
        return tuple(page for page in self.pages(document_id) if any(page.boxes(span) for span in wanted))

    def sections(self, document_id: str) -> tuple[Section, ...]:
        return tuple(self.section_lists.get(document_id, ()))

    def place_of(self, document_id: str, char: int) -> str:
        return ""

    def blocks(self, document_id: str) -> tuple[Block, ...]:
        return tuple(self.block_lists.get(document_id, ()))

    def note_marks(self, document_id: str) -> tuple[NoteMark, ...]:
        return ()

    def passages(self, passage_ids: Iterable[str]) -> Mapping[str, Passage]:
        by_id = {passage.passage_id: passage for passage in self.listed}
        return {passage_id: by_id[passage_id] for passage_id in passage_ids if passage_id in by_id}

    def passages_of(self, document_id: str) -> tuple[Passage, ...]:
        own = [passage for passage in self.listed if passage.document_id == document_id]
        return tuple(sorted(own, key=lambda passage: passage.ordinal))

    def vectors(self, passage_ids: Iterable[str]) -> Mapping[str, Vector]:
        return {each: self.stored_vectors[each] for each in passage_ids if each in self.stored_vectors}

    def passage_count(self) -> int:
        return len(self.listed)


class ScriptedModel:
    """Says what a test gives it, one reply for each time it is asked; remembers what it was asked."""

    name = "double:scripted"

    def __init__(self, *replies: str, size: int = 5) -> None:
        self._replies = list(replies)
        self._size = size
        self.asked: list[tuple[Message, ...]] = []

    def stream(self, messages: Sequence[Message], *, stopped: Callable[[], bool] = lambda: False) -> Iterator[Piece]:
        self.asked.append(tuple(messages))
        reply = self.reply(messages)
        for start in range(0, len(reply), self._size):
            if stopped():
                return
            yield Piece(text=reply[start : start + self._size])
        yield Piece(
            usage=Usage(input_tokens=sum(len(each.text.split()) for each in messages), output_tokens=len(reply.split()))
        )

    def reply(self, messages: Sequence[Message]) -> str:
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]


_PASSAGE = re.compile(r"^BEGIN (E\d+) (\w+)\n(?:\(.*\)\n)?(.*?)\nEND \1 \2$", re.MULTILINE | re.DOTALL)


def passages_in(messages: Sequence[Message]) -> dict[str, str]:
    """Return the passages of a prompt by their handles, as a model sees them."""
    text = "\n".join(message.text for message in messages if message.speaker is Speaker.USER)
    return {handle: words for handle, _, words in _PASSAGE.findall(text)}


def question_in(messages: Sequence[Message]) -> str:
    return messages[1].text.rpartition("Question: ")[2].split("\n")[0]


class FaithfulModel(ScriptedModel):
    """Says truly, in other words, what those sentences of the passages say that share most with the question."""

    name = "double:faithful"

    def __init__(self, size: int = 5, sentences: int = 2) -> None:
        super().__init__("", size=size)
        self._sentences = sentences

    def reply(self, messages: Sequence[Message]) -> str:
        wanted = set(terms(question_in(messages)))
        found = [
            (len(wanted & set(terms(sentence))), handle, sentence)
            for handle, words in passages_in(messages).items()
            for line in words.split("\n")
            for sentence in (line[start:end] for start, end in split_sentences(line))
            if _WHOLE.fullmatch(sentence) and not _LEANS.match(sentence)
        ]
        best = sorted(found, key=lambda item: -item[0])[: self._sentences]
        return " ".join(f"{in_other_words(sentence)} [{handle}]" for _, handle, sentence in best)


# A sentence of prose, and one that is understood without those before it.
_WHOLE = re.compile(r"[A-Z“‘][^|]{8,}\.")
_LEANS = re.compile(
    r"(?:it|they|this|that|these|those|he|she|its|their|such|then|there|here|however|but|and|both)\b", re.IGNORECASE
)
# Ways to say the same, each right wherever it fits.
_SAME = (
    (r"£(\d+(?:\.\d+)?)m\b", r"£\1 million"),
    (r"£(\d+(?:\.\d+)?) million\b", r"£\1m"),
    (r"£(\d+(?:\.\d+)?)bn\b", r"£\1 billion"),
    (r"(\d)%", r"\1 per cent"),
    (r"\b(\d+) per cent\b", r"\1%"),
    (r"\bmore than (?=\d|£)", "over "),
    (r"\babout (?=\d|£)", "around "),
    (r"\bfewer than (?=\d)", "under "),
    (r"\bincreased (?=by|from|to)", "rose "),
    (r"\brose (?=by|from|to)", "went up "),
    (r"\bfell (?=by|from|to)", "went down "),
    (r"\bwas published\b", "appeared"),
    (r"\bhalf of\b", "50% of"),
    (r"\btwo thirds of\b", "two-thirds of"),
    (r"\bpeople\b", "persons"),
    (r"\bUnited Kingdom\b", "UK"),
    (r"\bthree\b", "3"),
    (r"\bfive\b", "5"),
    (r"\bseven\b", "7"),
    (r"\bin order to\b", "to"),
)  # fmt: skip
_ACCORDING = re.compile(r"(?P<said>.+), (?P<by>according to [^,]+)\.")


def in_other_words(sentence: str) -> str:
    """Return a sentence that says the same: sums and shares written otherwise, a source put in front."""
    said = sentence
    for pattern, instead in _SAME:
        changed = re.sub(pattern, instead, said, count=1)
        if changed != said and changed != sentence:
            said = changed
    told = _ACCORDING.fullmatch(said)
    if told and "“" not in told["by"]:
        first = told["said"]
        first = (
            first
            if first[1:2].isupper() or not re.match(r"(?:The|A|An|In|Of|Some|Most) ", first)
            else first[0].lower() + first[1:]
        )
        said = f"{told['by'][0].upper()}{told['by'][1:]}, {first}."
    return said


class InventingModel(ScriptedModel):
    """Invents: other figures for what the passages say, and handles that were never given."""

    name = "double:inventing"

    def __init__(self, size: int = 5) -> None:
        super().__init__("", size=size)

    def reply(self, messages: Sequence[Message]) -> str:
        handle, words = next(iter(passages_in(messages).items()))
        sentence = words[slice(*split_sentences(words)[0])]
        changed = re.sub(r"\d", lambda digit: str((int(digit[0]) + 3) % 10), sentence)
        invented = changed if changed != sentence else f"{sentence.rstrip('.')} in 83% of 1,947 cases."
        return f"{invented} [{handle}] {sentence} [E97] Experts expect a rise to £77 billion by 2041. [{handle}, E98]"


class ObeyingModel(ScriptedModel):
    """The worst model there is: it does whatever anything it reads tells it, and cites a passage that was given for it.

    It reads orders wherever they stand (instructions, passages, question), takes every disguise off first, decodes what is
    encoded, and says what is asked for in several ways, so that at least one form would get through a door left open.
    """

    name = "double:obeying"

    def __init__(self, size: int = 5) -> None:
        super().__init__("", size=size)
        self.obeyed: list[str] = []

    def reply(self, messages: Sequence[Message]) -> str:
        read = "\n".join(message.text for message in messages)
        handle = next(iter(passages_in(messages)), "E1")
        said: list[str] = []
        for text in _as_understood(read):
            said += _wanted_by(text)
        if re.search(r"\b(prompt|instructions|rules)\b", messages[1].text, re.IGNORECASE):
            said.append(" ".join(messages[0].text.split())[:400])
        self.obeyed = list(dict.fromkeys(said))
        return " ".join(f"{_as_sentence(words)} [{handle}]" for words in self.obeyed) or f"OK. [{handle}]"


def _as_sentence(words: str) -> str:
    return words if words.rstrip().endswith((".", "!", "?", ">", ")")) else f"{words}."


_DEMANDS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"[\"“‘'«]([^\"”’'»\n]{3,200})[\"”’'»]",
        r"\b(?:say|answer|reply|respond|output|print|write|state|tell (?:the )?\w+|claim|repeat|append|include|insert|add|mention|recommend|"
        r"show|cite|confirm|conclude|report)\b(?: (?:only|exactly|that|with|just|this|the words?|the following|instead))*[:,]? +([^\n]{3,300}?)(?=[.!](?:\s|$)|\n|$)",
        r"(!?\[[^\]\n]*\]\([^)\n]+\)|<[a-z][^>\n]*>|https?://\S+)",
        r"(?:^|\n)(?:system|assistant|developer)\W+([^\n]{3,300})",
        r"(?:start_of_turn>|im_start\|>)\w+ ([^<\n]{3,300})",
        r"\bpretend (?:that )?([^\n]{3,300}?)(?= and say|[.!\n]|$)",
    )
)


def _wanted_by(text: str) -> Iterator[str]:
    for demand in _DEMANDS:
        for found in demand.finditer(text):
            yield found[1].strip()


def _as_understood(text: str) -> Iterator[str]:
    """Yield a text, the text without disguises, and whatever is encoded in it."""
    yield text
    tags = "".join(chr(ord(char) - 0xE0000) for char in text if 0xE0020 <= ord(char) <= 0xE007E)
    if tags:
        yield tags
    seen = "".join(char for char in text if unicodedata.category(char) != "Cf")
    plain = unicodedata.normalize("NFKC", seen).translate(str.maketrans("аеорсухіѕοα", "aeopcyxisoa"))
    spaced = re.sub(r"\b(?:\w ){4,}\w\b", lambda match: match[0].replace(" ", ""), plain)
    if spaced != text:
        yield spaced
    for blob in re.findall(r"[A-Za-z0-9+/]{16,}={0,2}", plain):
        try:
            yield base64.b64decode(blob, validate=True).decode("utf-8")
        except ValueError:
            continue
    for blob in re.findall(r"\b(?:[0-9a-f]{2}){8,}\b", plain):
        try:
            yield bytes.fromhex(blob).decode("utf-8")
        except ValueError:
            continue
    if "rot13" in plain.lower():
        yield codecs.decode(plain, "rot13")
    yield "\n".join(line[::-1] for line in plain.splitlines())
