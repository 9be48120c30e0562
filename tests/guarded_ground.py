"""A guarded shelf on which somebody who saw everything asked, kept and shared; and one who may not see all of it.

What comes back to the second is looked through for the words that only hidden documents hold (see `guarded_shelf`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

from report_qa import Assistant, Conversations, Holdings, Shares, Shelf, SourceDocument, Turn
from report_qa.doors.parts import Parts
from report_qa.errors import ReportQAError
from report_qa.records.answer import EvidenceSpan
from report_qa.records.audience import Audience
from report_qa.records.shared import ComparedRow, SharedAnswer, SharedComparison, SharedConversation, SharedQuote
from report_qa.wiring import open_holdings
from tests.guarded_shelf import BOARD_WORD, READERS, STAFF_WORD
from tests.small_library import GAP, SmallLibrary

# Words that only one hidden document answers, and none of its own: one hidden from the public, one from staff.
ASKED = {"public": "Which programme closes 12 libraries?", "staff": "When was the merger with three councils agreed?"}
HIDDEN_FROM = {"public": (STAFF_WORD, BOARD_WORD), "staff": (BOARD_WORD,)}


@dataclass(kw_only=True)
class Ground:
    """The library, what was kept by `owner`, and the parts of a `reader` who may not see `document`, which `cited` is from."""

    library: SmallLibrary
    whole: Parts
    reader: str
    owner: str
    document: SourceDocument
    cited: EvidenceSpan
    visible: EvidenceSpan
    conversation_id: str
    turn: Turn
    tokens: tuple[str, ...]

    @property
    def asked(self) -> str:
        return ASKED[self.reader]

    @property
    def word(self) -> str:
        return HIDDEN_FROM[self.reader][0]

    @property
    def audience(self) -> Audience:
        return READERS[self.reader]

    @property
    def parts(self) -> Parts:
        return self.whole.for_(self.audience)

    @property
    def shelf(self) -> Shelf:
        return self.parts.shelf()

    @property
    def assistant(self) -> Assistant:
        return self.parts.assistant()

    @property
    def holdings(self) -> Holdings:
        return open_holdings(library=self.library.library.folder).for_(self.audience)

    @property
    def conversations(self) -> Conversations:
        return self.parts.conversations()

    @property
    def shares(self) -> Shares:
        return self.parts.shares()


def made_ground(library: SmallLibrary, whole: Parts, reader: str, owner: str) -> Ground:
    """Keep and share, as somebody who sees everything: an answer of a hidden document, one of another, a comparison of them."""
    kept, assistant = whole.conversations(), whole.assistant()
    answer, other = assistant.ask(ASKED[reader]), assistant.ask(GAP)
    cited = next(span for span in answer.evidence if HIDDEN_FROM[reader][0] in span.quote)
    visible = next(span for span in other.evidence if span.document_id == "big-plan.md")
    conversation_id = kept.begin(owner)
    turn = kept.append(owner, conversation_id, answer, None)
    second = kept.append(owner, conversation_id, other, turn.turn_id)
    row = ComparedRow(heading=cited.quote, cells=((cited,), (visible,)))
    shared = (
        SharedQuote(title=cited.quote, evidence=cited),
        SharedAnswer(title=cited.document_title, turn=turn),
        SharedConversation(title=answer.question, turns=(turn, second)),
        SharedComparison(title=cited.document_title, columns=(cited.document_title, "B"), rows=(row,)),
    )
    tokens = tuple(whole.shares().make(owner, each, conversation_id=conversation_id).token for each in shared)
    document = whole.shelf().find(cited.document_id)
    assert document is not None
    return Ground(
        library=library,
        whole=whole,
        reader=reader,
        owner=owner,
        document=document,
        cited=cited,
        visible=visible,
        conversation_id=conversation_id,
        turn=turn,
        tokens=tokens,
    )


def words_of(value: object) -> Iterator[str]:
    """Yield every text in whatever comes back, with the names of what holds it left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, Path):
        yield value.read_text(encoding="utf-8", errors="replace") if value.is_file() else str(value)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from words_of(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from words_of(key)
            yield from words_of(each)
    elif isinstance(value, Iterable):
        for each in value:
            yield from words_of(each)


def outcome(call: Callable[[], object]) -> object:
    """Return what a call hands out, or what it says where it fails, but for a KeyError, which repeats what it was asked."""
    try:
        return call()
    except KeyError:
        return None
    except ReportQAError as error:
        return (error.message, error.hint)


def hidden_in(value: object, ground: Ground) -> list[str]:
    """Return which of the words that the reader may not see are in what came back."""
    text = "\n".join(words_of(value)).casefold()
    secrets = (*HIDDEN_FROM[ground.reader], ground.document.sha256)
    return [word for word in secrets if word.casefold() in text]
