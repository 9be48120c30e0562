"""What has become of cited words in the edition that readers use now: the same, elsewhere, reworded, or gone.

"The same" is said of the very same unit (sentence, list item, table row with its header) only, wherever it stands; nothing is
matched approximately into it. Where the unit is gone, the nearest wording that is new since then is offered as what stands there
now: of the same section first, then of the document. It is shown beside the words that were cited, never in their place, since
which new sentence replaced an old one is a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum

from report_qa.citations import encode_cite
from report_qa.ports import PassageStore
from report_qa.records.answer import EvidenceSpan, Locator
from report_qa.records.document import DocumentState, SourceDocument
from report_qa.records.passage import Passage, Unit
from report_qa.redaction import NOTICE

# The share of words that a new wording keeps (Ratcliff and Obershelp's ratio, over words): in its own section, and anywhere else.
_NEAR_HERE, _NEAR_ELSEWHERE = 0.5, 0.75
_CELLS = " | "


class ChangeKind(StrEnum):
    """What has become of cited words. A withdrawn document is in no current edition; a purged one's words are destroyed."""

    SAME = "same"
    MOVED = "moved"
    CHANGED = "changed"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"
    PURGED = "purged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What has become of one quotation of the edition `edition_before` in `edition_id`, the current edition.

    `after` are the words that stand there now, `cite` their permanent name and `locator` their place; all empty for what is
    gone. `superseded` says that the document was replaced since it was quoted, `superseded_by` by which one, where that is known.
    """

    kind: ChangeKind
    edition_before: str
    edition_id: str
    before: str
    after: str = ""
    cite: str = ""
    locator: Locator | None = None
    superseded: bool = False
    superseded_by: str = ""

    @property
    def notable(self) -> bool:
        """Whether there is anything to be said: words that stand where they stood, in a document in force, need none."""
        return self.kind is not ChangeKind.SAME or self.superseded


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A unit of a document with its passage, all its words, and those that are its own (without header or lead-in)."""

    passage: Passage
    unit: Unit
    words: str
    own: str


def changes_since(
    cited: Iterable[EvidenceSpan],
    *,
    edition: Callable[[str], PassageStore | None],
    now: PassageStore,
    edition_id: str,
) -> dict[str, Change]:
    """Return for each quotation, by its cite, what has become of it in the edition `now`, whose name is `edition_id`.

    `edition` returns the passages of an edition by its name, None where it is no longer kept: then less is known of what
    stood beside the words, and what is said of them rests on the quotation alone.
    """
    known: dict[tuple[int, str], tuple[_Candidate, ...]] = {}

    def units(store: PassageStore, document_id: str) -> tuple[_Candidate, ...]:
        key = (id(store), document_id)
        if key not in known:
            known[key] = tuple(_candidates(store, document_id))
        return known[key]

    found: dict[str, Change] = {}
    for span in cited:
        if not span.cite:
            # Concealed: whoever may not see the words is not told what has become of them.
            continue
        own_edition = span.cite.partition("~")[0]
        same = Change(kind=ChangeKind.SAME, edition_before=own_edition, edition_id=edition_id, before=span.quote)
        if span.quote == NOTICE:
            found[span.cite] = replace(same, kind=ChangeKind.PURGED)
        elif own_edition == edition_id:
            found[span.cite] = replace(same, after=span.quote, cite=span.cite, locator=span.locator)
        else:
            found[span.cite] = _changed(span, same, edition(own_edition), now, units)
    return found


def _changed(
    span: EvidenceSpan,
    same: Change,
    before: PassageStore | None,
    now: PassageStore,
    units: Callable[[PassageStore, str], tuple[_Candidate, ...]],
) -> Change:
    document = _current(span.document_id, before, now)
    replacement = next((each.title for each in _in_force(now) if each.supersedes == span.document_id), "")
    if document is None:
        return replace(same, kind=ChangeKind.WITHDRAWN, superseded=bool(replacement), superseded_by=replacement)
    superseded = document.state is DocumentState.SUPERSEDED and span.state is not DocumentState.SUPERSEDED
    gone = replace(
        same, kind=ChangeKind.REMOVED, superseded=superseded, superseded_by=replacement if superseded else ""
    )
    here = units(now, document.document_id)
    there = units(before, span.document_id) if before is not None and _holds(before, span.document_id) else ()
    standing = _standing(span, here)
    found = standing or _nearest(span, here, there)
    if found is None:
        return gone
    locator = _locator(now, document.document_id, found)
    kind = ChangeKind.CHANGED
    if standing is not None:
        stood = _standing(span, there)
        was = span.locator if stood is None or before is None else _locator(before, span.document_id, stood)
        kind = ChangeKind.SAME if _same_place(was, locator) else ChangeKind.MOVED
    ranges = tuple((part.start_char, part.end_char) for part in found.unit.spans)
    cite = encode_cite(same.edition_id, document.document_id, ranges, found.words)
    return replace(gone, kind=kind, after=found.words, cite=cite, locator=locator)


def _current(document_id: str, before: PassageStore | None, now: PassageStore) -> SourceDocument | None:
    """Return the document in the current edition: under its name or, where it was renamed, by its bytes."""
    known = {document.document_id: document for document in now.documents()}
    if document_id in known or before is None or not _holds(before, document_id):
        return known.get(document_id)
    sha256 = before.document(document_id).sha256
    return next((document for document in known.values() if document.sha256 == sha256), None)


def _in_force(store: PassageStore) -> Iterable[SourceDocument]:
    return (document for document in store.documents() if document.state is not DocumentState.DRAFT)


def _holds(store: PassageStore, document_id: str) -> bool:
    return any(document.document_id == document_id for document in store.documents())


def _candidates(store: PassageStore, document_id: str) -> Iterable[_Candidate]:
    text = store.text(document_id)
    for passage in store.passages_of(document_id):
        for unit in passage.units:
            parts = [text[part.start_char : part.end_char] for part in unit.spans]
            own = parts[unit.lead :] if unit.whole else parts[-1:]
            yield _Candidate(passage, unit, "\n".join(parts), "\n".join(own))


def _standing(span: EvidenceSpan, here: Sequence[_Candidate]) -> _Candidate | None:
    """Return the unit that says the very same words, the one nearest to where they stood if there are several."""
    same = [each for each in here if _plain(each.words) == _plain(span.quote)]
    return max(
        same,
        key=lambda each: (
            each.passage.passage_id == span.passage_id,
            each.passage.heading_path == span.locator.heading_path,
            -_distance(each, span),
        ),
        default=None,
    )


def _nearest(span: EvidenceSpan, here: Sequence[_Candidate], there: Sequence[_Candidate]) -> _Candidate | None:
    """Return the new wording that is nearest to the cited one, if any is near enough."""
    # What stood beside the words already was not put in their place.
    known = {_plain(each.words) for each in there}
    new = [each for each in here if _plain(each.words) not in known]
    stood = _standing(span, there)
    rated = [
        (_likeness(span, each), each)
        for each in new
        if each.unit.whole == (stood.unit.whole if stood else _is_whole(span, each.unit))
    ]
    section = [
        (score, each)
        for score, each in rated
        if score >= _NEAR_HERE and each.passage.heading_path == span.locator.heading_path
    ]
    fitting = section or [(score, each) for score, each in rated if score >= _NEAR_ELSEWHERE]
    best = max(fitting, key=lambda item: (item[0], -_distance(item[1], span)), default=None)
    return best[1] if best is not None else None


def _is_whole(span: EvidenceSpan, unit: Unit) -> bool:
    """Return whether a quotation, set beside this unit, has more than one item or row of its own."""
    return len(span.spans) > (unit.lead if unit.whole else len(unit.spans) - 1) + 1


def _likeness(span: EvidenceSpan, candidate: _Candidate) -> float:
    """Return the share of words that a wording keeps of the cited one, 0 to 1; what is below the lower bound is 0."""
    last = span.spans[-1]
    own = span.quote[-(last.end_char - last.start_char) :]
    cited, offered = (span.quote, candidate.words) if candidate.unit.whole else (own, candidate.own)
    if (_CELLS in cited) != (_CELLS in offered):
        return 0.0
    # A row is known by its first cell: another row with the same figures is another matter.
    if _CELLS in cited and not candidate.unit.whole and _row(cited) != _row(offered):
        return 0.0
    matcher = SequenceMatcher(None, cited.casefold().split(), offered.casefold().split(), autojunk=False)
    if matcher.real_quick_ratio() < _NEAR_HERE or matcher.quick_ratio() < _NEAR_HERE:
        return 0.0
    return matcher.ratio()


def _row(words: str) -> str:
    return words.partition(_CELLS)[0].casefold()


def _locator(store: PassageStore, document_id: str, found: _Candidate) -> Locator:
    passage, last = found.passage, found.unit.spans[-1]
    place = passage.place and store.place_of(document_id, last.start_char)
    pages = store.pages_of(document_id, found.unit.spans)
    return Locator.of(last, pages, passage.heading_path, passage.paragraph, place)


def _same_place(one: Locator, other: Locator) -> bool:
    return (str(one), one.heading_path) == (str(other), other.heading_path)


def _distance(candidate: _Candidate, span: EvidenceSpan) -> int:
    return abs(candidate.unit.spans[-1].start_char - span.spans[-1].start_char)


def _plain(words: str) -> str:
    return " ".join(words.split())
