"""Ask back where a question says too little to be looked up: "Who wrote it?" with nothing before it, "Tell me more".

The choices are questions that can be asked: about the documents by their titles where a pronoun stands for one, else about the
first things that the report has headings for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from report_qa.questions import Question, asking_about

_MOST = 4
_FEW = 1
_PRONOUN = re.compile(r"\b(?:it|this|that|they|them|he|she)\b", re.IGNORECASE)


def clarify(
    question: Question, *, leans: bool, titles: Sequence[str], headings: Sequence[str]
) -> tuple[str, tuple[str, ...]] | None:
    """Return a sentence that asks back, with choices, or None where a question can be looked up as it is.

    `leans` says that the question can't be understood without an earlier one, and there is none; `titles` are those of the
    documents and `headings` those of the first of them, the report first.
    """
    if not says_too_little(question, leans=leans):
        return None
    if question.terms and len(titles) > 1:
        before, _, after = _PRONOUN.sub("\0", question.text, count=1).partition("\0")
        choices = tuple(f"{before}“{title}”{after}" for title in titles[:_MOST])
        return "Which of the documents do you mean?", choices
    if not headings:
        return None
    choices = tuple(asking_about(heading) for heading in headings[:_MOST])
    return "What would you like to know? For example:", choices


def says_too_little(question: Question, *, leans: bool) -> bool:
    """Return whether a question with nothing before it asks about nothing that could be looked up."""
    if question.names or question.years or question.figures or question.phrases:
        return False
    return not question.terms or (leans and len(question.terms) <= _FEW and bool(_PRONOUN.search(question.text)))
