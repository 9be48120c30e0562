"""Other systems on the same questions and the same documents as ours, in one table.

    python -m benchmarks.peers SET FOLDER [--library LIBRARY] [--peers naive,bm25,txtai,cairn] [--first N] [--json]

SET is what `report-qa evaluate` reads, FOLDER has its documents, LIBRARY is what ours made of them (without it the folder is
ingested first, which takes minutes). The peers, which `pip install -e '.[peers]'` brings as far as they are packages:

- naive: what most tutorials build. pypdf's text of each page (text files whole), LangChain's recursive splitter at 1,000
  characters, our default embedder, the nearest chunks by cosine.
- bm25: BM25 over these chunks, and over whole pages, with lower-case words as they stand.
- txtai: its hybrid search over these chunks, with the model that ours uses.
- cairn: cairn-assistant, which answers with the best passage or refuses. It reads Markdown only, so each document is written
  as one file with these chunks as its paragraphs, and everything else is as it comes.

What counts as a hit, as right and as refused is what `report_qa.evaluation` says, for ours and for peers. Time is that of an
answer where a system answers, else of its search. Only ours and cairn use the earlier questions of a conversation.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from benchmarks.plain import OVERLAP, plain_pages, split, words, write_for_cairn
from report_qa.evaluation.found import Found
from report_qa.evaluation.questions import GoldQuestion, read_questions
from report_qa.evaluation.report import SHARES, percent
from report_qa.evaluation.run import (
    LOOKED_THROUGH,
    Outcome,
    answering,
    evaluate,
    finding,
    is_quoted_right,
)
from report_qa.records.conversation import Exchange
from report_qa.settings import Settings, load_settings

# The k of "a gold page within the first k passages", which the table does not show.
_TOP = 5
# Every figure of the table by its name in an outcome's scores.
COLUMNS = {
    "page_hit_1": "page@1",
    "page_hit_5": "page@5",
    "page_hit_10": "page@10",
    "document_hit_5": "doc@5",
    "reciprocal_rank": "MRR",
    "answer_in_2500": "in2500",
    "right": "right",
    "facts_in_300": "in300",
    "facts_in_800": "in800",
    "refused_answerable": "refused",
    "refused_unanswerable": "refused°",
    "wrong_of_shown": "wrong*",
}
_LEGEND = (
    "in2500: a gold answer begins in the first 2,500 characters of passages; in300, in800: all expected facts in so much answer",
    "refused: answerable questions; refused°: unanswerable ones; wrong*: answers shown that do not answer",
)


@runtime_checkable
class Peer(Protocol):
    """Another system, with the documents in it already. `name` is its line of the table."""

    name: str

    def find(self, question: str, top: int, history: Sequence[Exchange] = ()) -> list[Found]:
        """Return at most `top` passages, best first."""
        ...


@runtime_checkable
class AnsweringPeer(Peer, Protocol):
    """A peer that also answers."""

    def answer(self, question: str, history: Sequence[Exchange] = ()) -> Reply:
        """Return its answer, in which a refusal quotes nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a peer said, and the passages that it quoted for it: () where it refused."""

    said: str
    quoted: tuple[Found, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One question's scores, by the names of `report_qa.evaluation.report.SHARES`."""

    question_id: str
    milliseconds: float
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One system's figures, or in `note` why there are none. `ready_seconds` is what its index took, None for ours."""

    name: str
    measured: tuple[Measured, ...] = ()
    ready_seconds: float | None = None
    note: str = ""

    def figures(self) -> dict[str, float | None]:
        """Return each share that was measured, and the median time of a question in milliseconds."""
        shares = {name: [item.scores[name] for item in self.measured if name in item.scores] for name in SHARES}
        found: dict[str, float | None] = {
            name: round(statistics.fmean(scores), 4) for name, scores in shares.items() if scores
        }
        times = [item.milliseconds for item in self.measured]
        return {**found, "median_ms": round(statistics.median(times), 1) if times else None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The documents as peers get them: `pages` (whole text files too) and the chunks that these are split into."""

    pages: tuple[Found, ...]
    chunks: tuple[Found, ...]
    settings: Settings
    scratch: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What makes peers, and the package that it needs."""

    package: str
    make: Callable[[Material], Sequence[Peer]]


# ----------------------------------------------------------------------------------------------------------- peers


def best(scores: NDArray[np.floating[Any]], top: int) -> list[int]:
    """Return the positions of the highest scores, best first and earlier ones first among equals; none of score 0."""
    order = np.argsort(-scores, kind="stable")[:top]
    return [int(at) for at in order if scores[at] > 0]


class Naive:
    """Nearest chunks by cosine, compared with every one."""

    name = "naive"

    def __init__(self, material: Material) -> None:
        from report_qa.wiring import make_embedder

        self._chunks = material.chunks
        self._embedder = make_embedder(material.settings)
        self._vectors = self._embedder.embed([chunk.text for chunk in material.chunks])

    def find(self, question: str, top: int, history: Sequence[Exchange] = ()) -> list[Found]:
        return [self._chunks[at] for at in best(self._vectors @ self._embedder.embed_question(question), top)]


class Bm25:
    """BM25 as the package bm25s has it (Lucene's variant, k1 1.5, b 0.75)."""

    def __init__(self, name: str, passages: Sequence[Found]) -> None:
        import bm25s

        self.name = name
        self._passages = passages
        self._index: Any = bm25s.BM25()
        self._index.index([words(passage.text) for passage in passages], show_progress=False)

    def find(self, question: str, top: int, history: Sequence[Exchange] = ()) -> list[Found]:
        asked = words(question)
        return [self._passages[at] for at in best(self._index.get_scores(asked), top)] if asked else []


class Txtai:
    """txtai's hybrid index, with the text in it."""

    name = "txtai"

    def __init__(self, material: Material) -> None:
        import torch
        from txtai import Embeddings

        from report_qa.backends.model_files import model_folder

        # Our embedder has each thread work alone, which would halve the speed of a library that expects torch's own setting.
        torch.set_num_threads(os.cpu_count() or 1)
        self._chunks = material.chunks
        self._index: Any = Embeddings(path=str(model_folder(material.settings.embedder)), hybrid=True, content=True)
        self._index.index([(at, chunk.text, None) for at, chunk in enumerate(self._chunks)])

    def find(self, question: str, top: int, history: Sequence[Exchange] = ()) -> list[Found]:
        return [self._chunks[int(row["id"])] for row in self._index.search(question, top)]


class Cairn:
    """cairn-assistant as it comes: its threshold, one passage an answer, a conversation's citations for follow-ups."""

    name = "cairn"

    def __init__(self, material: Material) -> None:
        from cairn.config import Config
        from cairn.index import build_index

        folder = material.scratch / "cairn"
        folder.mkdir()
        self._places = write_for_cairn(material.chunks, folder)
        self._index: Any = build_index(folder)
        self._config: Any = Config()

    def find(self, question: str, top: int, history: Sequence[Exchange] = ()) -> list[Found]:
        answer = self._asked(question, history, replace(self._config, candidates=top))
        return [self._places[candidate.passage.passage_id] for candidate in answer.trace.candidates]

    def answer(self, question: str, history: Sequence[Exchange] = ()) -> Reply:
        answer = self._asked(question, history, self._config)
        quoted = tuple(replace(self._places[source.source_id], text=source.text) for source in answer.sources)
        return Reply(said=answer.text, quoted=quoted)

    def _asked(self, question: str, history: Sequence[Exchange], config: Any) -> Any:
        from cairn.session import Session

        session = Session()
        for earlier in history:
            session.ask(earlier.question, self._index, config)
        return session.ask(question, self._index, config).answer


KINDS = {
    "naive": Kind(package="langchain-text-splitters", make=lambda material: [Naive(material)]),
    "bm25": Kind(
        package="bm25s",
        make=lambda material: [Bm25("bm25", material.chunks), Bm25("bm25, pages", material.pages)],
    ),
    "txtai": Kind(package="txtai", make=lambda material: [Txtai(material)]),
    "cairn": Kind(package="cairn-assistant", make=lambda material: [Cairn(material)]),
}

# ------------------------------------------------------------------------------------------------------- measuring


def lines_of(name: str, kind: Kind, material: Material, questions: Sequence[GoldQuestion]) -> list[Line]:
    """Make the peers of a kind and ask them everything; a peer that is missing or fails is a line with the reason."""
    started = time.perf_counter()
    try:
        peers = kind.make(material)
        seconds = (time.perf_counter() - started) / max(len(peers), 1)
        return [Line(name=peer.name, measured=measure(peer, questions), ready_seconds=seconds) for peer in peers]
    except ModuleNotFoundError:
        return [Line(name=name, note=f"not installed: pip install {kind.package}")]
    except Exception as error:  # noqa: BLE001 - another system's fault costs its line only
        return [Line(name=name, note=f"{type(error).__name__}: {error}")]


def measure(peer: Peer, questions: Sequence[GoldQuestion]) -> tuple[Measured, ...]:
    """Ask a peer every question and judge what it finds and says as ours is judged."""
    return tuple(_measured(peer, gold) for gold in questions)


def _measured(peer: Peer, gold: GoldQuestion) -> Measured:
    started = time.perf_counter()
    found = peer.find(gold.question, LOOKED_THROUGH, gold.history)
    seconds = time.perf_counter() - started
    scores = finding(gold, found, _TOP)
    if isinstance(peer, AnsweringPeer):
        started = time.perf_counter()
        reply = peer.answer(gold.question, gold.history)
        seconds = time.perf_counter() - started
        shown = bool(reply.quoted)
        right = is_quoted_right(gold, reply.quoted)
        # The words of a refusal are no answer, whatever they hold.
        scores |= answering(gold, reply.said if shown else "", shown=shown, right=right)
    return Measured(question_id=gold.question_id, milliseconds=1000 * seconds, scores=scores)


def ours(outcomes: Sequence[Outcome]) -> Line:
    """Return our own line of an evaluation."""
    return Line(
        name="ours",
        measured=tuple(
            Measured(question_id=item.gold.question_id, milliseconds=item.milliseconds, scores=item.scores)
            for item in outcomes
        ),
    )


def as_text(lines: Sequence[Line]) -> str:
    """Return the table, without the columns that nobody has a figure for."""
    figures = [line.figures() for line in lines]
    columns = {name: head for name, head in COLUMNS.items() if any(name in of_line for of_line in figures)}
    rows = [f"{'system':<13}" + "".join(f"{head:>10}" for head in (*columns.values(), "ms"))]
    for line, of_line in zip(lines, figures, strict=True):
        if line.note:
            rows.append(f"{line.name:<13}  {line.note}")
            continue
        cells = [_cell(name, of_line.get(name)) for name in columns]
        rows.append(f"{line.name:<13}" + "".join(f"{cell:>10}" for cell in (*cells, f"{of_line['median_ms']:,}")))
    return "\n".join([*rows, "", *_LEGEND])


def _cell(name: str, figure: float | None) -> str:
    return f"{figure:.3f}" if name == "reciprocal_rank" and figure is not None else percent(figure)


def as_json(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return each system's figures and its scores of every question."""
    return [
        {
            "name": line.name,
            "note": line.note,
            "ready_seconds": None if line.ready_seconds is None else round(line.ready_seconds, 1),
            "figures": line.figures(),
            "questions": [{**asdict(item), "milliseconds": round(item.milliseconds, 1)} for item in line.measured],
        }
        for line in lines
    ]


# ------------------------------------------------------------------------------------------------------------ main


def main() -> None:
    """Ask ours and each peer, and print the table or one JSON object."""
    chosen = _arguments()
    # Read by the libraries of models when they are imported: nothing is looked up anywhere.
    os.environ["HF_HUB_OFFLINE"] = "1"
    # pypdf warns of each font that it reads by halves, at the length of its dictionary.
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    questions = read_questions(chosen.set, asked=chosen.ask)[: chosen.first]
    with tempfile.TemporaryDirectory(prefix="peers-") as scratch:
        settings = load_settings(library=chosen.library or Path(scratch) / "library")
        if chosen.library is None:
            _say(f"ingesting {chosen.folder}…")
            _ingest(chosen.folder, settings)
        _say(f"asking ours {len(questions)} questions…")
        lines = [_ask_ours(questions, settings)]
        _say(f"reading {chosen.folder} as the naive pipeline does…")
        pages, left_out = plain_pages(chosen.folder)
        chunks = split(pages, overlap=chosen.overlap)
        material = Material(pages=pages, chunks=chunks, settings=settings, scratch=Path(scratch))
        for name in chosen.peers:
            _say(f"asking {name}…")
            lines += lines_of(name, KINDS[name], material, questions)
        documents = _documents(settings, {page.path for page in pages}, left_out)
    if chosen.json:
        whole = {"set": chosen.set.name, "questions": len(questions), "documents": documents}
        print(json.dumps({**whole, "systems": as_json(lines)}, ensure_ascii=False, indent=1))
        return
    print(f"{len(questions)} questions of {chosen.set.name}, {len(pages)} pages, {len(chunks)} chunks for the peers")
    for what, paths in documents.items():
        if paths and what != "both":
            print(f"{what.replace('_', ' ')}: {', '.join(paths)}")
    print(f"\n{as_text(lines)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers")
    parser.add_argument("set", type=Path, help="JSON lines with questions and expected answers")
    parser.add_argument("folder", type=Path, help="the documents")
    parser.add_argument("--library", type=Path, help="our library of them (default: ingest the folder first)")
    parser.add_argument("--peers", type=_names, default=list(KINDS), help=f"some of {','.join(KINDS)} (default: all)")
    parser.add_argument(
        "--overlap", type=int, default=OVERLAP, help="characters that chunks share (default: %(default)s)"
    )
    parser.add_argument("--first", type=int, metavar="N", help="ask the first N questions only")
    parser.add_argument("--ask", default="question", metavar="KEY", help="key of the words to ask")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    return parser.parse_args()


def _names(given: str) -> list[str]:
    names = given.split(",")
    if unknown := set(names) - set(KINDS):
        raise argparse.ArgumentTypeError(f"no such peer: {', '.join(sorted(unknown))}")
    return names


def _ask_ours(questions: Sequence[GoldQuestion], settings: Settings) -> Line:
    from report_qa.wiring import open_assistant

    return ours(evaluate(questions, open_assistant(settings), top=_TOP))


def _ingest(folder: Path, settings: Settings) -> None:
    from ingest.run import ingest
    from report_qa.wiring import embedder_digest, make_embedder, open_library

    ingest(
        [folder],
        library=open_library(settings),
        embedder_digest=embedder_digest(settings),
        make_embedder=lambda: make_embedder(settings),
    )


def _documents(settings: Settings, read: set[str], left_out: Sequence[str]) -> dict[str, list[str]]:
    """Return the paths that both sides have, that one alone has, and that the plain reading got nothing from."""
    from report_qa.wiring import open_library

    library = open_library(settings)
    edition = library.open(library.current_edition_id())
    try:
        known = {document.path for document in edition.store.documents()}
    finally:
        edition.close()
    return {
        "both": sorted(known & read),
        "only_ours": sorted(known - read),
        "only_the_peers": sorted(read - known),
        "without_plain_text": list(left_out),
    }


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
