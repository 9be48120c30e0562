"""The word index: BM25 over title, headings and body of each passage, in tantivy.

Texts go through `report_qa.words.terms` here, before tantivy sees them, and a question's terms come from there too, so
tantivy only splits at spaces and both sides agree on what a word is. Queries are built from term queries, never parsed:
nothing that somebody types is syntax. The score of a term is the sum over the fields of the field's weight times its
BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009; k1 = 1.2 and b = 0.75 are
tantivy's own).

A published folder is never written to: tantivy leaves a lock file even where it only reads, so a reader opens a private
folder of links to the published files. That works on a read-only folder too.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np

from report_qa.backends.private_folder import PrivateFolder
from report_qa.backends.seal import break_seal, seal, sealed_files, translated
from report_qa.backends.visible_words import VisibleWords
from report_qa.words import terms

if TYPE_CHECKING:
    import tantivy
    from numpy.typing import NDArray

    from report_qa.ports import LexicalIndex

# A title stands in front of every passage of its document: it may break ties, but must not drown the body.
FIELD_WEIGHTS = {"body": 1.0, "heading": 0.5, "title": 0.2}

# One thread, so that the same passages in the same order always give the same segments. The heap is in bytes.
_THREADS = 1
_HEAP = 64_000_000
# The one file that tantivy may write when it opens an index, so it is copied instead of linked.
_REWRITTEN = ".managed.json"
# Longer "words" are noise (base64, glued tables); tantivy would drop them at 65,530 bytes.
_LONGEST_TERM = 200
# Terms whose frequency is remembered: some megabytes.
_MOST_FREQUENCIES = 50_000


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("passage_id", stored=True, tokenizer_name="raw", index_option="basic")
    for field in FIELD_WEIGHTS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _is_term(term: str) -> bool:
    """Return whether the index can hold the term; half of a surrogate pair, for one, is no text to tantivy."""
    return 0 < len(term) <= _LONGEST_TERM and term.isprintable()


def _joined(text: str) -> str:
    return " ".join(term for term in terms(text) if _is_term(term))


# Titles and headings stand in front of many passages.
_joined_front = lru_cache(maxsize=1_000)(_joined)


class TantivyWriter:
    """Writes an index that nobody reads yet. Nothing counts before `commit`; `close` commits."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        break_seal(folder)
        with translated(folder):
            self._index = tantivy.Index(_schema(), path=str(folder), reuse=True)
            self._index.config_reader("manual")
            self._writer: tantivy.IndexWriter | None = self._index.writer(_HEAP, _THREADS)

    def __enter__(self) -> TantivyWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # After an error the folder stays unsealed: nobody can take it for complete.
        if error is None:
            self.close()
        self._writer = None

    def add(self, passage_id: str, *, title: str, heading_path: Sequence[str], text: str) -> None:
        """Add one passage; one that is there already is replaced."""
        import tantivy

        writer = self._open_writer()
        with translated(self._folder):
            writer.delete_documents_by_term("passage_id", passage_id)
            document = tantivy.Document(
                passage_id=passage_id,
                title=_joined_front(title),
                heading=_joined_front("\n".join(heading_path)),
                body=_joined(text),
            )
            writer.add_document(document)

    def delete(self, passage_ids: Iterable[str]) -> None:
        """Delete passages; ids that are not there are ignored."""
        writer = self._open_writer()
        with translated(self._folder):
            for passage_id in passage_ids:
                writer.delete_documents_by_term("passage_id", passage_id)

    def commit(self) -> None:
        writer = self._open_writer()
        with translated(self._folder):
            writer.commit()
            self._index.reload()

    def count(self) -> int:
        """Return the passages as of the last commit."""
        with translated(self._folder):
            return int(self._index.searcher().num_docs)

    def close(self) -> None:
        """Commit, let go of every file and seal the folder; a second call does nothing."""
        if self._writer is None:
            return
        writer, self._writer = self._writer, None
        with translated(self._folder):
            writer.commit()
            writer.garbage_collect_files()
            writer.wait_merging_threads()
            self._index.reload()
        seal(self._folder)

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            raise ValueError("the writer is closed")
        return self._writer


class TantivyLexicalIndex:
    """Reads one edition's word index; implements `ports.LexicalIndex`. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._folder = folder
        self._private = PrivateFolder("words")
        try:
            with translated(folder):
                for name in sealed_files(folder):
                    if name != _REWRITTEN:
                        (self._private.path / name).symlink_to((folder / name).resolve())
                shutil.copyfile(folder / _REWRITTEN, self._private.path / _REWRITTEN)
                self._index = tantivy.Index.open(str(self._private.path))
                self._index.config_reader("manual")
                self._schema = self._index.schema
                self._searcher = self._index.searcher()
                # Nobody writes to the index, so a term is counted once.
                self._frequencies: dict[str, int] = {}
                self.query(dict.fromkeys(("a", "the"), 1.0), 1)
        except BaseException:
            self._private.release()
            raise

    def query(self, weighted_terms: Mapping[str, float], top: int) -> list[tuple[str, float]]:
        """Return (passage_id, score), best first; equal scores in the order of the ids."""
        weights = {(field, term): weight for term, weight in weighted_terms.items() for field in FIELD_WEIGHTS}
        with translated(self._folder):
            hits = self._hits(weights, top)
            found = [(str(self._searcher.doc(address)["passage_id"][0]), score) for score, address in hits]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def only(self, passage_ids: frozenset[str]) -> LexicalIndex:
        """Return the index as if it held these passages alone; close it with this one."""
        return VisibleWords(self, passage_ids)

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(FIELD_WEIGHTS)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The passages' ids by their numbers, "" for what was deleted: a segment's passages one after the other."""
        return tuple(self._numbers.get(number, "") for number in range(max(self._numbers, default=-1) + 1))

    def holding(self, field: str, term: str) -> NDArray[np.intp]:
        """Return the numbers of the passages whose field holds the term."""
        if not _is_term(term):
            return np.zeros(0, np.intp)
        with translated(self._folder):
            hits = self._searcher.search(self._term(field, term), max(1, self.count()), count=False).hits
        return np.fromiter((self._number(address) for _, address in hits), np.intp, len(hits))

    def ranked(self, weights: Mapping[tuple[str, str], float], top: int) -> list[tuple[int, float]]:
        """Return (number, score), best first; `weights` are those of a (field, term) beside the field's own."""
        with translated(self._folder):
            return [(self._number(address), score) for score, address in self._hits(weights, top)]

    def _hits(self, weights: Mapping[tuple[str, str], float], top: int) -> list[tuple[float, tantivy.DocAddress]]:
        import tantivy

        clauses = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(field, term), weight * FIELD_WEIGHTS[field]))
            for (field, term), weight in weights.items()
            if weight > 0 and _is_term(term)
        ]
        if not clauses or top < 1:
            return []
        hits = self._searcher.search(tantivy.Query.boolean_query(clauses), top, count=False).hits
        return [(float(score), address) for score, address in hits]

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        """The number of each segment's first passage."""
        lengths: dict[int, int] = {}
        for address in self._addresses:
            lengths[address.segment_ord] = max(lengths.get(address.segment_ord, 0), address.doc + 1)
        return tuple(accumulate((lengths.get(segment, 0) for segment in range(max(lengths, default=0))), initial=0))

    @cached_property
    def _addresses(self) -> list[tantivy.DocAddress]:
        import tantivy

        with translated(self._folder):
            hits = self._searcher.search(tantivy.Query.all_query(), max(1, self.count()), count=False).hits
        return [address for _, address in hits]

    @cached_property
    def _numbers(self) -> dict[int, str]:
        with translated(self._folder):
            return {
                self._number(address): str(self._searcher.doc(address)["passage_id"][0]) for address in self._addresses
            }

    def _number(self, address: tantivy.DocAddress) -> int:
        return self._starts[address.segment_ord] + address.doc

    def document_frequency(self, term: str) -> int:
        import tantivy

        if not _is_term(term):
            return 0
        if term in self._frequencies:
            return self._frequencies[term]
        # Counted by a query: the index's own frequencies still include deleted passages.
        anywhere = [(tantivy.Occur.Should, self._term(field, term)) for field in FIELD_WEIGHTS]
        with translated(self._folder):
            found = int(self._searcher.search(tantivy.Query.boolean_query(anywhere), 1, count=True).count)  # type: ignore[attr-defined]
        if len(self._frequencies) < _MOST_FREQUENCIES:
            self._frequencies[term] = found
        return found

    def count(self) -> int:
        return int(self._searcher.num_docs)

    def close(self) -> None:
        """Remove the private folder; a second call does nothing."""
        self._private.release()

    def _term(self, field: str, term: str) -> tantivy.Query:
        import tantivy

        return tantivy.Query.term_query(self._schema, field, term, index_option="freq")
