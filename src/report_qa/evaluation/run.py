"""Ask a set of gold questions, and judge each answer and what was found for it.

An answer is right when every needed fact occurs in a cited quotation, and at least one quotation that holds one stands in a
gold document (on a gold page, where pages are given). It is wrong when claims are shown without that, or at all where the
documents don't answer.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from report_qa.assistant import Assistant
from report_qa.evaluation.found import Found
from report_qa.evaluation.metrics import hit, ndcg, reciprocal_rank
from report_qa.evaluation.questions import GoldQuestion, any_of
from report_qa.records.answer import Answer, EvidenceSpan
from report_qa.records.passage import RetrievedPassage

# Passages looked through for distinct pages.
LOOKED_THROUGH = 60
# Where facts and answers have to begin and end, in characters of what a person reads first.
SHORT_ANSWER, LONG_ANSWER, PASSAGES = 300, 800, 2_500
_ANSWER_BEGINNING = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one question. `verbatim` is False if any quotation isn't at its offsets.

    `scores` hold what was measured of this question by name, each between 0 and 1, and nothing of what doesn't apply to it.
    `without_threshold` is what would have been said with no threshold, where that was asked.
    """

    gold: GoldQuestion
    answer: Answer
    shown: bool
    right: bool
    verbatim: bool
    milliseconds: float
    found: tuple[RetrievedPassage, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    without_threshold: Answer | None = None


def evaluate(
    questions: Sequence[GoldQuestion], assistant: Assistant, *, top: int, daring: Assistant | None = None
) -> tuple[Outcome, ...]:
    """Ask every question and return the outcomes in order.

    `daring` is the same assistant without a refusal threshold, for the curve of coverage against error.
    """
    return tuple(_ask(gold, assistant, top, daring) for gold in questions)


def _ask(gold: GoldQuestion, assistant: Assistant, top: int, daring: Assistant | None) -> Outcome:
    started = time.perf_counter()
    answer = assistant.ask(gold.question, gold.history)
    milliseconds = (time.perf_counter() - started) * 1000
    found = assistant.search(gold.question, top=max(top, LOOKED_THROUGH), history=gold.history).kept
    shown = answer.status.shows_claims
    right = shown and is_right(gold, answer)
    verbatim = all(_is_verbatim(span, assistant) for span in (*answer.evidence, *answer.nearest))
    said = "\n".join(claim.sentence for claim in answer.claims)
    return Outcome(
        gold=gold,
        answer=answer,
        shown=shown,
        right=right,
        verbatim=verbatim,
        milliseconds=milliseconds,
        found=found[:top],
        scores={
            **answering(gold, said, shown=shown, right=right),
            **({"verbatim": float(verbatim), **_citing(answer)} if shown else {}),
            **finding(gold, [_as_found(item) for item in found], top),
        },
        without_threshold=daring.ask(gold.question, gold.history) if daring is not None else None,
    )


def answering(gold: GoldQuestion, said: str, *, shown: bool, right: bool) -> dict[str, float]:
    """Return the scores of an answer's words: whether it was shown and right, and where its facts stand."""
    scores: dict[str, float] = {}
    if gold.answerable:
        scores |= {"right": float(right), "refused_answerable": float(not shown)}
        if gold.must_contain:
            scores |= {
                f"facts_in_{length}": float(_holds_all(gold, said[:length])) for length in (SHORT_ANSWER, LONG_ANSWER)
            }
    else:
        scores["refused_unanswerable"] = float(not shown)
    if shown:
        scores["wrong_of_shown"] = float(not right)
    else:
        scores["refusal_precision"] = float(not gold.answerable)
    return scores


def _citing(answer: Answer) -> dict[str, float]:
    """Return citation recall and precision as ALCE defines them (Gao et al., EMNLP 2023, arXiv 2305.14627).

    Recall is the share of sentences that their citations, taken together, support; precision the share of citations that
    support theirs alone or are needed for it. A sentence made of quotations is supported by quotations that hold its words,
    so that no model has to judge.
    """
    supported, needed = [], []
    for claim in answer.claims:
        quotes = [answer.evidence_of(citation).quote for citation in claim.citations]
        whole = _is_said(claim.sentence, quotes)
        supported.append(whole)
        needed += [
            whole
            and (_is_said(claim.sentence, [quote]) or not _is_said(claim.sentence, quotes[:at] + quotes[at + 1 :]))
            for at, quote in enumerate(quotes)
        ]
    return {
        "citation_recall": sum(supported) / len(supported),
        "citation_precision": sum(needed) / len(needed) if needed else 0.0,
    }


def _is_said(sentence: str, quotes: Sequence[str]) -> bool:
    """Return whether everything that a sentence is put together from stands in one of the quotations.

    A lead-in and its items, or a table's heads and cells, are joined by marks of our own.
    """
    parts = [part for part in map(_plain, _JOINTS.split(sentence)) if part]
    plain = [_plain(quote) for quote in quotes]
    return bool(parts) and all(any(part in quote for quote in plain) for part in parts)


def finding(gold: GoldQuestion, found: Sequence[Found], top: int) -> dict[str, float]:
    """Return the scores of what was found, best first; {} where no answer, or no place of it, is known."""
    if not gold.answerable or not gold.places:
        return {}
    pages = list(dict.fromkeys((item.path, item.page) for item in found))
    wanted = {page for page in pages if _is_gold(gold, *page)}
    documents = list(dict.fromkeys(item.path for item in found))
    wanted_documents = {path for path in documents if any(_same_file(place.source, path) for place in gold.places)}
    in_place = [(item.path, item.page) in wanted for item in found]
    facts = [
        here and (not gold.must_contain or _holds_any(gold, item.text))
        for here, item in zip(in_place, found, strict=True)
    ]
    scores = {
        "page_found": float(any(in_place[:top])),
        **{f"page_hit_{k}": hit(pages, wanted, k) for k in (1, 5, 10)},
        "document_hit_5": hit(documents, wanted_documents, 5),
        "passage_hit_5": float(any(facts[:5])),
        "reciprocal_rank": reciprocal_rank(pages, wanted),
        # The ideal order is that of the gold pages that were found; with none of them it is 0.
        "ndcg_10": ndcg(pages, wanted or {None}, 10),
    }
    # Where a question names needs, its answers are somebody's wording, not the document's.
    if gold.answers and gold.must_contain in {(), any_of(gold.answers)}:
        read = _letters("\n".join(item.text for item in found)[:PASSAGES])
        beginnings = [_letters(answer)[:_ANSWER_BEGINNING] for answer in gold.answers]
        scores[f"answer_in_{PASSAGES}"] = float(any(beginning and beginning in read for beginning in beginnings))
    return scores


def is_right(gold: GoldQuestion, answer: Answer) -> bool:
    """Return whether an answer's quotations hold every needed fact, one of them from a gold place."""
    return _is_right(gold, [(span.quote, _in_place(gold, span)) for span in answer.evidence])


def is_quoted_right(gold: GoldQuestion, quotations: Sequence[Found]) -> bool:
    """Return what `is_right` does, of quotations that each stand on one page."""
    return _is_right(
        gold, [(item.text, not gold.places or _is_gold(gold, item.path, item.page)) for item in quotations]
    )


def _is_right(gold: GoldQuestion, quotations: Sequence[tuple[str, bool]]) -> bool:
    """`quotations` are (words, whether they stand in a gold place)."""
    if not gold.answerable or not _holds_all(gold, " ".join(words for words, _ in quotations)):
        return False
    return any(in_place and _holds_any(gold, words) for words, in_place in quotations)


def holds(text: str, part: str) -> bool:
    """Return whether a text holds a fact, ignoring case and white space; a figure must stand whole ("3" is not in "13")."""
    text, part = _plain(text), _plain(part)
    if not part:
        return False
    pattern = re.escape(part)
    start = r"(?<![\d.,])" if part[:1].isdigit() else ""
    end = r"(?![\d]|[.,]\d)" if part[-1:].isdigit() else ""
    return re.search(start + pattern + end, text) is not None


def _holds_all(gold: GoldQuestion, text: str) -> bool:
    return all(any(holds(text, part) for part in need) for need in gold.must_contain)


def _holds_any(gold: GoldQuestion, text: str) -> bool:
    return any(holds(text, part) for need in gold.must_contain for part in need)


_JOINTS = re.compile(r"\n|• | — |:(?=\s|$)|; ?")
_FOLDED = str.maketrans("’‘“”–—\u00a0", "''\"\"-- ")


def _plain(text: str) -> str:
    folded = text.translate(_FOLDED)
    return " ".join(folded.lower().split())


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())


def _in_place(gold: GoldQuestion, span: EvidenceSpan) -> bool:
    if not gold.places:
        return True
    pages = {box.page_index + 1 for box in span.boxes}
    if not pages and span.locator.page is not None:
        pages = {span.locator.page}
    return any(
        _same_file(place.source, span.document_path) and (not place.pages or bool(place.pages & pages))
        for place in gold.places
    )


def _as_found(item: RetrievedPassage) -> Found:
    index = item.passage.page_index
    return Found(path=item.document.path, page=None if index is None else index + 1, text=item.passage.text)


def _is_gold(gold: GoldQuestion, path: str, page: int | None) -> bool:
    return any(_same_file(place.source, path) and (not place.pages or page in place.pages) for place in gold.places)


def _same_file(source: str, path: str) -> bool:
    return path == source or path.endswith("/" + source) or source.endswith("/" + path)


def _is_verbatim(span: EvidenceSpan, assistant: Assistant) -> bool:
    text = assistant.reading_text(span.document_id)
    return span.quote == "\n".join(text[part.start_char : part.end_char] for part in span.spans)
