"""Say which document of the shelf a reference means: by its address, its title, its author and year, or its publisher's name.

An address decides; then a title, as far as it is distinctive; then an author with a year, where nothing else in the words
speaks of another document. Several that fit are all returned: nobody guesses for the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from report_qa.called import Called, bears
from report_qa.dates import find_years
from report_qa.records.document import SourceDocument
from report_qa.references import (
    Cited,
    Form,
    find_addresses,
    find_quoted,
    find_titled,
    plain_address,
    without_addresses_and_marks,
)
from report_qa.words import STOP_TERMS, content_terms, stem, terms, tokens

# A name that more of the shelf bears than this tells its documents apart badly.
_COMMON = 0.5
_MOST_CANDIDATES = 8
# Words of a source, besides its author and year, that have to be those of the document's names.
_REST = 0.6
# A title of so many words that say something is recognised inside other words; a shorter one only where it stands alone.
_LONG_TITLE, _TITLE_ALONE = 4, 2
_IN_BRACKETS = re.compile(r"\s*\([^)]*\)\s*")
_KIND_OF_TITLE = re.compile(
    r"^(?:an?\s+|the\s+)?(?:notes?|summary|briefing|report|paper)\s+(?:on|about)\s+(?:the\s+)?", re.IGNORECASE
)
_SUBTITLE = re.compile(r":\s+|\s[–—-]\s")
_SEGMENTS = re.compile(r"[,.;:()\[\]“”\"<>?!]+(?:\s|$)|\s[–—-]\s|(?:^|\s)[(\[“\"‘]|[’”]")
_PLAIN = frozenset(
    stem(word)
    for word in "report reports paper papers note notes study review evaluation briefing inquiry press release publication "
    "survey inquiry manifesto white green working discussion statement "
    "vol volume no page pages pp p available online accessed retrieved see source sources also ibid london york press "
    "university edition ed eds et al others colleagues www http https pdf copy".split()
)
_LITTLE = frozenset(
    "a an the of and or for in on to at by with from is are be how what why as it we our not no".split()
)
# Capitalised, and nobody's name alone.
_NOBODY = frozenset(
    stem(word)
    for word in "government commission committee council department board agency authority annual interim final first second "
    "third new this that these our its their white green national local executive full main mid-term quarterly recent".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A document as references may name it: what it is called, its plain address, and its titles as runs of stems."""

    called: Called
    address: str
    titles: tuple[tuple[str, ...], ...]

    @property
    def document(self) -> SourceDocument:
        return self.called.document

    def without_beginning(self) -> Shelved:
        return replace(self, called=replace(self.called, beginning=frozenset(), beginning_years=frozenset()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The documents that may be meant, and what they were recognised by. `itself` is True where the document means itself."""

    documents: tuple[SourceDocument, ...] = ()
    matched_by: str = ""
    itself: bool = False


def shelved(called: Called) -> Shelved:
    """Return a document as references may name it."""
    titles = dict.fromkeys(run for title in _titles(called.document.title) if (run := _run(title)))
    return Shelved(called=called, address=plain_address(called.document.source_url), titles=tuple(titles))


def resolve(
    cites: str, cited: Cited | None, shelf: Sequence[Shelved], *, own: str, acronyms: Mapping[str, frozenset[str]]
) -> Resolved:
    """Return which documents are meant by a source's words, or by what a statement names in passing.

    `own` is the id of the document that refers.
    """
    # Its own first lines name those whom it cites, not only who wrote it.
    shelf = [item.without_beginning() if item.document.document_id == own else item for item in shelf]
    found, matched_by = _in_passing(cites, cited, shelf, acronyms) if cited else _of_source(cites, shelf, acronyms)
    if any(item.document.document_id == own for item in found):
        return Resolved(matched_by=matched_by, itself=True)
    if len(found) > _MOST_CANDIDATES:
        return Resolved()
    return Resolved(documents=tuple(item.document for item in found), matched_by=matched_by if found else "")


def _of_source(
    words: str, shelf: Sequence[Shelved], acronyms: Mapping[str, frozenset[str]]
) -> tuple[list[Shelved], str]:
    addresses = {plain_address(address) for address in find_addresses(words)} - {""}
    found = [item for item in shelf if item.address in addresses]
    if found:
        return found, "address"
    plain = without_addresses_and_marks(words)
    years = find_years(plain)
    found = _by_title(plain, years, shelf)
    if found or addresses:
        return found, "title"
    return _by_author(plain, years, shelf, acronyms), "author and year" if years else "name"


def _in_passing(
    words: str, cited: Cited, shelf: Sequence[Shelved], acronyms: Mapping[str, frozenset[str]]
) -> tuple[list[Shelved], str]:
    if cited.form is Form.AUTHOR:
        years = find_years(cited.year[:4])
        return _of_years(_by_name(cited.who, shelf, acronyms), years, must=True), "author and year"
    years = find_years(words)
    if cited.form is Form.BODY:
        found = _by_name(cited.who, shelf, acronyms, in_full=True)
        rest = frozenset(term for term in content_terms(words.replace(cited.who, " ")) if len(term) > 1)
        rest -= _PLAIN | set(map(str, years))
        found = [item for item in found if rest <= item.called.names]
        return _of_years(found, years, must=bool(years)), "name"
    return _of_years(_by_phrase(cited.who, cited.form, shelf), years, must=bool(years)), "title"


def _by_title(words: str, years: frozenset[int], shelf: Sequence[Shelved]) -> list[Shelved]:
    """Return the documents whose title stands in a source's words: after "the note on", in quotation marks, or alone."""
    for cited in (*find_titled(words), *find_quoted(words)):
        if found := _by_phrase(cited.who, cited.form, shelf):
            return _of_years(found, years, must=bool(years))
    whole, alone = tuple(terms(words)), {_run(part) for part in _SEGMENTS.split(words)}
    longest: dict[int, int] = {}
    for at, item in enumerate(shelf):
        for title in item.titles:
            size = _says(title)
            fits = (size >= _LONG_TITLE and _within(title, whole)) or (size >= _TITLE_ALONE and title in alone)
            # One word is a title only beside its author.
            fits = fits or (size == 1 and title in alone and _is_by(item, words))
            if fits:
                longest[at] = max(longest.get(at, 0), size)
    best = max(longest.values(), default=0)
    return _of_years([shelf[at] for at, size in longest.items() if size == best], years, must=bool(years))


def _by_phrase(phrase: str, form: Form, shelf: Sequence[Shelved]) -> list[Shelved]:
    """Return the documents that a phrase calls by their title; of a quotation the title, or a good part of it."""
    run = _run(phrase)
    if not run:
        return []
    same = [item for item in shelf if run in item.titles]
    if same:
        return same
    if form is Form.QUOTED:
        return [item for item in shelf if _says(run) > _TITLE_ALONE and any(_within(run, own) for own in item.titles)]
    begun = [
        item for item in shelf if any(_says(own) >= _TITLE_ALONE and run[: len(own)] == own for own in item.titles)
    ]
    if begun:
        return begun
    named = frozenset(content_terms(phrase))
    held = [item for item in shelf if len(named) >= _TITLE_ALONE and named <= item.called.names]
    return [item for item in held if any(_within(run, own) for own in item.titles)] or held


def _by_author(
    words: str, years: frozenset[int], shelf: Sequence[Shelved], acronyms: Mapping[str, frozenset[str]]
) -> list[Shelved]:
    """Return the documents of a source's author and year, if what else it says is what they are called."""
    plain = re.sub(r"^\W*(?:(?:see|sources?|cf|from|in|also)\b[\s:.,]*)+", "", words, flags=re.IGNORECASE)
    author = next((part.strip() for part in re.split(r"[,.:;(“\"]|\b(?:19|20)\d\d", plain) if part.strip()), "")
    found = _by_name(author, shelf, acronyms)
    rest = [
        term
        for term in content_terms(plain.replace(author, " "))
        if term not in _PLAIN and not term.isdigit() and not find_years(term)
    ]
    if not years and rest:
        return []
    kept = [item for item in found if not rest or sum(term in item.called.names for term in rest) >= _REST * len(rest)]
    return _of_years(kept, years, must=bool(years))


def _by_name(
    who: str, shelf: Sequence[Shelved], acronyms: Mapping[str, frozenset[str]], *, in_full: bool = False
) -> list[Shelved]:
    """Return the documents that bear a name: of their publisher, of whom they are about, or in their title.

    Where it may be no name at all it has to be theirs `in_full`, and words of a first page don't count.
    """
    written = re.sub(r"\b(?:et\s+al\.?|and\s+(?:others|colleagues))", " ", who)
    name = tuple(stem(token) for token in tokens(written) if token not in STOP_TERMS)
    if not name or not re.search(r"[A-Z]", written) or set(name) <= _NOBODY | _PLAIN:
        return []
    forms = [
        name,
        *(
            tuple(content_terms(long))
            for short, longs in acronyms.items()
            if short in written.split()
            for long in longs
        ),
    ]
    if in_full:
        found = [item for item in shelf if any(item.called.names.issuperset(form) for form in forms if form)]
    else:
        found = [
            item
            for item in shelf
            if any(bears(form, item.called.names) or bears(form, item.called.beginning) for form in forms)
        ]
    return found if len(found) <= max(1.0, _COMMON * len(shelf)) else []


def _is_by(item: Shelved, words: str) -> bool:
    bodies = re.split(r"[;,]", f"{item.document.publisher};{item.document.about}")
    said = frozenset(terms(words))
    return any(bears(tuple(content_terms(body)), said) for body in bodies if body.strip())


def _of_years(found: Sequence[Shelved], years: frozenset[int], *, must: bool) -> list[Shelved]:
    """Return the documents of these years; one whose year is another is another edition, one without a year may be meant."""
    dated = [item for item in found if item.called.years & years]
    if dated or not must:
        return dated or list(found)
    return [
        item
        for item in found
        if not item.called.years and (not item.called.beginning_years or item.called.beginning_years & years)
    ]


def _titles(title: str) -> Iterator[str]:
    """Yield a title, its parts where it names several publications, and each without its subtitle."""
    for written in _IN_BRACKETS.split(title):
        piece = _KIND_OF_TITLE.sub("", re.sub(r"^(?:and|&)\s+", "", written.strip()))
        yield piece
        head, *tail = _SUBTITLE.split(piece, maxsplit=1)
        if tail:
            yield head
            yield from (part for part in tail if _says(_run(part)) > _TITLE_ALONE)
        listed = re.split(r",\s+|\s+and\s+(?:the\s+)?", piece)
        if len(listed) > 1 and all(part[:1].isupper() and _says(_run(part)) >= _TITLE_ALONE for part in listed):
            yield from listed


def _run(words: str) -> tuple[str, ...]:
    run = terms(words)
    while run and run[0] in ("the", "a", "an"):
        run = run[1:]
    return tuple(run)


def _says(run: Sequence[str]) -> int:
    """Return how many words of a title say something; in titles even "think" does."""
    return sum(term not in _LITTLE for term in run)


def _within(run: Sequence[str], words: Sequence[str]) -> bool:
    size = len(run)
    return any(tuple(words[at : at + size]) == tuple(run) for at in range(len(words) - size + 1))
