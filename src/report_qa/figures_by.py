"""Figures of an answer that can be compared, as a series: one quantity in one unit, by period, by row of a table, or by document.

Two figures that look alike may count different things, and a chart of them would say that they don't. So only forms count in which
the documents themselves put the figures side by side: the rows or the periods of one table, one sentence that gives a figure
for each of several years, and sentences that differ in nothing but the figure and what it is for. Labels and figures are shown
in the words of the quotation. In doubt there is no series.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from report_qa.quantities import find_quantities
from report_qa.quoted_tables import QuotedTable, quoted_table
from report_qa.records.answer import Claim, EvidenceSpan

_FEWEST, _MOST = 3, 12
_PERIOD = re.compile(
    r"(?:(?:FY|CY|Q[1-4]|H[12]|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?|Spring|Summer|Autumn|Winter)[ ’']?)*"
    r"(?:1[6-9]|20|21)\d\d(?:\s?[-–/]\s?(?:\d\d|\d{4}))?"
)
_CELL = re.compile(
    r"(?P<currency>[£$€])?\s?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?"
    r"(?P<unit>%|per ?cent|percentage points?|m|bn|k|million|billion|years?)?",
    re.IGNORECASE,
)
_UNITS = {
    "%": "%",
    "percent": "%",
    "percentagepoint": "point",
    "percentagepoints": "point",
    "year": "year",
    "years": "year",
}
_SCALES = {"k": 10**3, "m": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9}
_TOTAL = re.compile(
    r"\W*(?:sub-?|grand )?(?:totals?|all|overall|average|mean|median|sum|net|difference|change)\b", re.IGNORECASE
)
_IN_YEAR = re.compile(r"\s(?:\([^()]*\) )?in (?P<year>(?:1[6-9]|20|21)\d\d)\b(?![-–/]\d)")
# Figures of these kinds of words are ranks and the like: a longer bar would say that more is more.
_NO_SIZE = re.compile(
    r"\b(?:rank(?:s|ing|ings|ed)?|ratings?|grades?|codes?|no|id|page|ref|date|phone|postcode|deciles?|place)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One figure: what it is for, its value in the series' unit, the words that give it, and the citation where they stand."""

    label: str
    value: Decimal
    shown: str
    evidence_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Comparable figures; `quantity` says what they are of, in the quotation's words. All are of one unit, and none is negative."""

    quantity: str
    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        if not _FEWEST <= len(self.points) <= _MOST:
            raise ValueError(f"a series has {_FEWEST} to {_MOST} figures")
        if len({point.label for point in self.points}) != len(self.points):
            raise ValueError("each figure of a series is for something else")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    value: Decimal
    unit: str
    shown: str


def series_of(claims: Sequence[Claim], evidence: Sequence[EvidenceSpan]) -> Series | None:
    """Return the first series of comparable figures that an answer's quotations hold, None where they hold none."""
    by_id = {span.evidence_id: span for span in evidence}
    quoted = [
        (claim, by_id[claim.citations[0].evidence_id])
        for claim in claims
        if len(claim.citations) == 1 and claim.citations[0].evidence_id in by_id
    ]
    found = [*_of_tables(quoted), *_within_sentences(quoted), _across_sentences(quoted)]
    return next((series for series in found if series is not None), None)


def _of_tables(quoted: Iterable[tuple[Claim, EvidenceSpan]]) -> Iterator[Series | None]:
    """Yield the series of each quoted table; rows of one table that were quoted apart belong together."""
    tables: dict[tuple[str, str, tuple[str, ...]], list[tuple[tuple[str, ...], str, str]]] = {}
    for claim, span in quoted:
        table = quoted_table(span.quote, claim.sentence)
        if table is not None:
            rows = tables.setdefault((span.document_id, table.caption, table.heads), [])
            rows += [(row, span.evidence_id, claim.sentence) for row in table.rows]
    for (_, caption, heads), rows in tables.items():
        table = QuotedTable(caption=caption, heads=heads, rows=tuple(row for row, _, _ in rows))
        ids = [evidence_id for _, evidence_id, _ in rows]
        asked = [at for at in range(1, len(heads)) if any(_says(heads[at], row[at], said) for row, _, said in rows)]
        yield _by_period(table, ids, asked) or _by_row(table, ids, asked)


def _says(head: str, cell: str, sentence: str) -> bool:
    return bool(cell) and (f"{head}: {cell}" if head else cell) in sentence


def _by_period(table: QuotedTable, ids: Sequence[str], asked: Sequence[int]) -> Series | None:
    """Return the one row of a table whose columns are periods."""
    if (
        len(table.rows) != 1
        or len(asked) < _FEWEST
        or not all(_PERIOD.fullmatch(table.heads[at].strip()) for at in asked)
    ):
        return None
    (row,) = table.rows
    if _NO_SIZE.search(row[0]):
        return None
    return _series(
        quantity=_named(table.caption, row[0]),
        figures=[(table.heads[at].strip(), _cell(row[at]), ids[0]) for at in asked],
    )


def _by_row(table: QuotedTable, ids: Sequence[str], asked: Sequence[int]) -> Series | None:
    """Return the one column of figures of a table with several rows."""
    columns = [at for at in asked if sum(_cell(row[at]) is not None for row in table.rows) >= _FEWEST]
    if len(columns) != 1 or _NO_SIZE.search(table.heads[columns[0]]):
        return None
    (at,) = columns
    figures = [
        (row[0].strip(), _cell(row[at]), evidence_id)
        for row, evidence_id in zip(table.rows, ids, strict=True)
        if row[0].strip() and not _TOTAL.match(row[0])
    ]
    return _series(quantity=_named(table.caption, table.heads[at]), figures=figures)


def _within_sentences(quoted: Iterable[tuple[Claim, EvidenceSpan]]) -> Iterator[Series | None]:
    """Yield the series of sentences that give a figure for each of several years: "12% in 2010, 15% in 2015 and 18% in 2020"."""
    for _, span in quoted:
        plain = " ".join(span.quote.split())
        amounts = [quantity for quantity in find_quantities(plain) if not quantity.is_year]
        pairs = [(quantity, _IN_YEAR.match(plain, quantity.end_char)) for quantity in amounts]
        # Any other figure in the sentence may be of something else, and so may each of these.
        if (
            _NO_SIZE.search(plain)
            or len(pairs) < _FEWEST
            or not all(match and not quantity.in_words for quantity, match in pairs)
        ):
            continue
        yield _series(
            quantity=plain,
            figures=[
                (
                    match["year"],
                    _Figure(
                        value=quantity.value, unit=quantity.unit, shown=plain[quantity.start_char : quantity.end_char]
                    ),
                    span.evidence_id,
                )
                for quantity, match in pairs
                if match
            ],
        )


def _across_sentences(quoted: Iterable[tuple[Claim, EvidenceSpan]]) -> Series | None:
    """Return the series of sentences that are alike but for their one figure and their one year, or their document."""
    alike: dict[str, list[tuple[str, str, _Figure, EvidenceSpan]]] = {}
    for _, span in quoted:
        plain = " ".join(span.quote.split())
        quantities = find_quantities(plain)
        years = [quantity for quantity in quantities if quantity.is_year]
        amounts = [quantity for quantity in quantities if not quantity.is_year]
        if len(amounts) != 1 or len(years) > 1 or amounts[0].in_words:
            continue
        (amount,) = amounts
        shown = plain[amount.start_char : amount.end_char]
        figure = _Figure(value=amount.value, unit=amount.unit, shown=shown)
        year = plain[years[0].start_char : years[0].end_char] if years else ""
        form = plain.replace(shown, "#", 1).replace(year or "\0", "@", 1)
        alike.setdefault(form, []).append((year, plain, figure, span))
    for form, members in alike.items():
        same_year = len({year for year, *_ in members}) == 1
        labels = [span.document_title if same_year else year for year, _, _, span in members]
        title = form.replace("#", "…").replace("@", members[0][0] if same_year else "…")
        found = _series(
            quantity=title,
            figures=[
                (label, figure, span.evidence_id) for label, (_, _, figure, span) in zip(labels, members, strict=True)
            ],
        )
        if found is not None:
            return found
    return None


def _series(*, quantity: str, figures: Sequence[tuple[str, _Figure | None, str]]) -> Series | None:
    """Return figures as a series where they are comparable."""
    points = tuple(
        Point(label=label, value=figure.value, shown=figure.shown, evidence_id=evidence_id)
        for label, figure, evidence_id in figures
        if figure is not None
    )
    units = {figure.unit for _, figure, _ in figures if figure is not None}
    labels = {point.label for point in points}
    fits = _FEWEST <= len(points) <= _MOST and len(labels) == len(points) and "" not in labels
    if not fits or len(units) != 1 or not any(point.value for point in points):
        return None
    return Series(quantity=quantity, points=points)


def _cell(cell: str) -> _Figure | None:
    """Return a cell that is one figure and nothing else."""
    match = _CELL.fullmatch(cell.strip())
    if match is None:
        return None
    unit = (match["unit"] or "").lower().replace(" ", "")
    scale = _SCALES.get(unit, 1)
    plain = match["digits"].replace(",", "")
    # A cell that holds a year is no amount.
    if not match["currency"] and not unit and "," not in match["digits"] and _PERIOD.fullmatch(plain):
        return None
    kind = (match["currency"] or "") + _UNITS.get(unit, "")
    return _Figure(value=Decimal(plain) * scale, unit=kind, shown=cell.strip())


def _named(caption: str, name: str) -> str:
    plain = caption.strip().rstrip(".:")
    return f"{plain}: {name.strip()}" if plain and name.strip() else plain or name.strip()
