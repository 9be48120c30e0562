"""Insights as a few lines of text for the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from report_qa.insights import Insights, Use

_MOST_LISTED = 10


def spoken_insights(insights: Insights, uses: Sequence[Use], titles: Mapping[str, str]) -> str:
    """Return what was asked since a day, for a person; `uses` are those of the documents on the shelf."""
    asked = sum(day.questions for day in insights.days)
    lines = [f"Since {insights.since}: {_many(asked, 'question')} in {_many(insights.conversations, 'conversation')}."]
    lines += [f"  {status:<22} {count:>6}" for status, count in insights.statuses.items()]
    if insights.feedback:
        said = ", ".join(f"{count} {kind}" for kind, count in sorted(insights.feedback.items()))
        lines.append(f"Readers said: {said}; {insights.open_matters} of it not settled yet.")
    if insights.gaps:
        lines.append("Refused, the most frequent first:")
        lines += [f"  {gap.count:>4}  {gap.question}  ({gap.last_asked})" for gap in insights.gaps[:_MOST_LISTED]]
    cited = [use for use in uses if use.count]
    if cited:
        lines.append("Cited, the most frequent first:")
        lines += [f"  {use.count:>4}  {titles[use.document_id]}" for use in cited[:_MOST_LISTED]]
    never = [titles[use.document_id] for use in uses if not use.count]
    if never:
        shown = "; ".join(never[:_MOST_LISTED])
        more = f" and {len(never) - _MOST_LISTED} more" if len(never) > _MOST_LISTED else ""
        lines.append(f"Cited in no answer: {shown}{more}.")
    return "\n".join(lines)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
