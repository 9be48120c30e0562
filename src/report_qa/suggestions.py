"""Questions to ask next, and examples of what can be asked, each of which this library answers.

They are made of the documents: sentences near those that were quoted, turned into the questions that they answer; names that were
spoken of, asked of other documents; sections by their headings; and the examples of the catalogue. Then each is really asked,
and only one that is answered by other words than those that the reader has seen is suggested. So a suggestion never leads to a
refusal, and there may be none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING

from report_qa.orders import is_order
from report_qa.question_forms import (
    Form,
    Formed,
    heading_named,
    name_in,
    question_in,
    questions_from,
    topic_in,
    with_article,
)
from report_qa.records.document import BlockKind, SourceDocument, report_first

if TYPE_CHECKING:
    from report_qa.ports import PassageStore
    from report_qa.records.answer import Answer, EvidenceSpan
    from report_qa.records.passage import Passage

_WANTED, _TRIES = 3, 8
_TRIES_A_KIND = 4
_NEAR = 8
_FOUND = 20
_OTHERS = 3
_LONGEST_TITLE = 90
_SHORTEST_SECTION = 400
# Of these one at a time is enough.
_ONCE = frozenset({"catalogue", "section"})
# Where nobody gave a title it is the file's name, which may be a number.
_WORDS = re.compile(r"[A-Za-z]{3,}\W.*[A-Za-z]{3,}")
_SPACE = re.compile(r"\s+")

Asking = Callable[[str], "Answer"]
Searching = Callable[[str], Sequence["Passage"]]
Stopped = Callable[[], bool]


class Kind(StrEnum):
    """The kinds of questions that examples are given of."""

    FIGURE = "figure"
    WHEN_OR_WHO = "when or who"
    DEFINITION = "definition"
    ACTION = "action"
    SUMMARY = "summary"
    SECTION = "section"
    DOCUMENT = "document"
    COMPARISON = "comparison"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question of a kind that the library answers."""

    kind: Kind
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A question, and what its answer has to hold for the question to have been understood as it was meant."""

    question: str
    source: str = ""
    quoting: str = ""
    of_document: str = ""
    naming: str = ""


_KINDS_OF_FORMS = {
    Form.FIGURE: Kind.FIGURE,
    Form.MONEY: Kind.FIGURE,
    Form.SHARE: Kind.FIGURE,
    Form.DATE: Kind.WHEN_OR_WHO,
    Form.MAKER: Kind.WHEN_OR_WHO,
    Form.PERSON: Kind.WHEN_OR_WHO,
    Form.DEFINITION: Kind.DEFINITION,
    Form.ACTION: Kind.ACTION,
}


class Suggester:
    """Makes questions of one edition's documents and has them asked; `ask` answers in the documents' own words."""

    def __init__(self, store: PassageStore, *, ask: Asking, search: Searching, examples: Sequence[str] = ()) -> None:
        self._store = store
        self._ask = ask
        self._search = search
        self._examples = examples
        self._documents = report_first(store.documents())

    def after(
        self, answer: Answer, *, asked: Collection[str] = (), stopped: Stopped = lambda: False
    ) -> tuple[str, ...]:
        """Return up to three questions that go on from an answer or a refusal; `asked` are those that the reader knows."""
        seen = {_plain(span.quote) for span in (*answer.evidence, *answer.nearest)}
        known = {_plain(question) for question in (answer.question, *asked)}
        found: list[str] = []
        sources: set[str] = set()
        for candidate in islice(self._next(answer, known), _TRIES):
            if len(found) == _WANTED or stopped():
                break
            quotes = self._answered(candidate)
            if quotes and quotes[0] not in seen and candidate.source not in sources:
                seen.update(quotes)
                found.append(candidate.question)
                sources.update({candidate.source} & _ONCE)
        return tuple(found)

    def examples(self, *, stopped: Stopped = lambda: False) -> tuple[Example, ...]:
        """Return one question of each kind that this library answers one of."""
        candidates: dict[Kind, list[_Candidate]] = {kind: [] for kind in Kind}
        for kind, candidate in self._of_all_kinds():
            candidates[kind].append(candidate)
        found: list[Example] = []
        for kind, some in candidates.items():
            for candidate in some[:_TRIES_A_KIND]:
                if stopped():
                    return tuple(found)
                if self._answered(candidate):
                    found.append(Example(kind=kind, question=candidate.question))
                    break
        return tuple(found)

    def _answered(self, candidate: _Candidate) -> list[str]:
        """Return the quotations that answer a question as it was meant, [] where it isn't answered so."""
        answer = self._ask(candidate.question)
        if answer.status.value != "answered":
            return []
        quotes = [_plain(span.quote) for span in answer.evidence]
        if candidate.quoting and not any(candidate.quoting in quote for quote in quotes[:2]):
            return []
        if candidate.of_document and any(span.document_id != candidate.of_document for span in answer.evidence):
            return []
        if candidate.naming and candidate.naming.casefold() not in quotes[0].casefold():
            return []
        return quotes

    def _next(self, answer: Answer, known: Collection[str]) -> Iterator[_Candidate]:
        """Yield candidates from the nearest on, of different makings in turn."""
        # What an earlier answer quoted may have left the shelf since, for this reader at least.
        held = {document.document_id for document in self._documents}
        spans = [span for span in answer.evidence or answer.nearest if span.document_id in held]
        found = self._search(answer.question_used)[:_FOUND]
        sources = [
            self._from_sentences(self._near(spans)),
            self._of_others(answer, spans, found),
            self._from_sentences(found),
            # What a refusal came near is about something else, and its sections are too.
            islice(self._of_sections(spans if answer.evidence else ()), 2),
            (_Candidate(question=example, source="catalogue") for example in self._examples),
        ]
        told: set[str] = set()
        while sources:
            for source in list(sources):
                candidate = next(source, None)
                if candidate is None:
                    sources.remove(source)
                elif (plain := _plain(candidate.question)) not in known and plain not in told:
                    told.add(plain)
                    yield candidate

    def _near(self, spans: Sequence[EvidenceSpan]) -> Iterator[Passage]:
        """Yield the passages around those that were quoted, the nearest first; not themselves."""
        quoted = {span.passage_id for span in spans}
        for document_id in dict.fromkeys(span.document_id for span in spans):
            try:
                passages = self._store.passages_of(document_id)
            except KeyError:
                continue
            at = [passage.ordinal for passage in passages if passage.passage_id in quoted]
            distances = {
                passage.ordinal: min((abs(passage.ordinal - one) for one in at), default=_NEAR + 1)
                for passage in passages
            }
            near = sorted(passages, key=lambda passage: distances[passage.ordinal])
            yield from (
                passage for passage in near if distances[passage.ordinal] <= _NEAR and not is_order(passage.text)
            )

    def _from_sentences(self, passages: Iterable[Passage]) -> Iterator[_Candidate]:
        for passage in passages:
            for formed, sentence in self._formed(passage):
                yield _Candidate(question=formed.text, quoting=_plain(sentence))

    def _formed(self, passage: Passage) -> Iterator[tuple[Formed, str]]:
        if is_order(passage.text):
            return
        text = self._store.text(passage.document_id)
        for unit in passage.units:
            if unit.kind is BlockKind.PROSE and len(unit.spans) == 1:
                sentence = text[unit.spans[0].start_char : unit.spans[0].end_char]
                for formed in questions_from(sentence):
                    yield formed, sentence

    def _of_others(
        self, answer: Answer, spans: Sequence[EvidenceSpan], found: Sequence[Passage]
    ) -> Iterator[_Candidate]:
        """Yield what other documents may say of what was spoken of."""
        told = {span.document_id for span in spans}
        others = [name for name in dict.fromkeys(passage.document_id for passage in found) if name not in told][
            :_OTHERS
        ]
        names = [name for span in spans[:2] if (name := name_in(span.quote))]
        for document_id in others:
            text = self._store.text(document_id)
            for topic in dict.fromkeys((topic_in(answer.question), *(with_article(name, text) for name in names))):
                yield from self._of_document(self._store.document(document_id), topic)

    def _of_document(self, document: SourceDocument, topic: str) -> Iterator[_Candidate]:
        if topic and _can_be_named(document):
            yield _Candidate(
                question=f"What does “{document.title}” say about {topic}?",
                of_document=document.document_id,
                naming=last if (last := topic.split()[-1])[0].isupper() else "",
            )

    def _of_sections(self, spans: Sequence[EvidenceSpan]) -> Iterator[_Candidate]:
        for document_id in dict.fromkeys(span.document_id for span in spans):
            here = next(span.spans[0].start_char for span in spans if span.document_id == document_id)
            yield from self._sections(document_id, here)

    def _sections(self, document_id: str, here: int = 0) -> Iterator[_Candidate]:
        """Yield questions about a document's sections, those nearest to a character first; the one that holds it is none."""
        try:
            sections = self._store.sections(document_id)
        except KeyError:
            return
        names = Counter(section.heading_path[-1] for section in sections if section.heading_path)
        for section in sorted(sections, key=lambda section: abs(section.start_char - here)):
            heading = section.heading_path[-1] if section.heading_path else ""
            if not heading or section.start_char <= here < section.end_char or is_order(heading):
                continue
            if question := question_in(heading):
                yield _Candidate(question=question, of_document=document_id)
                continue
            named = heading_named(heading) if names[heading] == 1 else ""
            if named and section.end_char - section.start_char >= _SHORTEST_SECTION:
                yield _Candidate(
                    question=f"Summarise the section on “{named}”.", source="section", of_document=document_id
                )

    def _of_all_kinds(self) -> Iterator[tuple[Kind, _Candidate]]:
        """Yield candidates of each kind, the report's first, and of each document only a few."""
        for document in self._documents:
            if _can_be_named(document):
                yield (
                    Kind.SUMMARY,
                    _Candidate(question=f"Summarise “{document.title}”.", of_document=document.document_id),
                )
            for candidate in islice(self._sections(document.document_id), 2):
                yield Kind.SECTION, candidate
            counted: Counter[Kind] = Counter()
            for passage in self._store.passages_of(document.document_id):
                for formed, sentence in self._formed(passage):
                    kind = _KINDS_OF_FORMS[formed.form]
                    counted[kind] += 1
                    if counted[kind] <= _TRIES_A_KIND // 2:
                        yield kind, _Candidate(question=formed.text, quoting=_plain(sentence))
        yield from self._of_shared_names()

    def _of_shared_names(self) -> Iterator[tuple[Kind, _Candidate]]:
        """Yield what one document says of a name that stands in several, and what two say of it."""
        names: dict[str, list[SourceDocument]] = {}
        for document in filter(_can_be_named, self._documents):
            passages = self._store.passages_of(document.document_id)
            for name in sorted({name for passage in passages if (name := name_in(passage.text))}):
                names.setdefault(name, []).append(document)
        shared = sorted((name for name in names if len(names[name]) > 1), key=lambda name: (-len(names[name]), name))
        for name in shared[: _TRIES_A_KIND * 2]:
            first, second = names[name][:2]
            topic = with_article(name, self._store.text(first.document_id))
            for candidate in self._of_document(first, topic):
                yield Kind.DOCUMENT, candidate
                both = f"What does “{first.title}” say about {topic}, and what does “{second.title}” say about {topic}?"
                yield Kind.COMPARISON, _Candidate(question=both)


def _can_be_named(document: SourceDocument) -> bool:
    return (
        len(document.title) <= _LONGEST_TITLE and bool(_WORDS.search(document.title)) and not is_order(document.title)
    )


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
