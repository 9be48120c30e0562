"""What a claim is held against: the words that would be cited, and what they stand under."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from report_qa.sentences import split_sentences
from report_qa.words import term_set


@dataclass(frozen=True, kw_only=True)
class Premise:
    """Evidence for one comparison.

    `words` are what would be cited, as they are read out; `headings` what they stand under, `around` the passage; `source`
    what the document is called and its first lines; `similarity` the cosine with the claim, 0 where nobody measured it. `shown` is
    what the words show without saying it: the direction of a row's figures. `whole` says that the words are a whole list, of which
    the items say different things: it may bear out a claim, but denies none. `mixed` says that they are several items or rows, so that figures and
    directions may belong to different ones. `exact` says that every word of the claim has to be said that carries something, and
    `lead` is the line that leads to a list's item, or a row's first cell, of which the claim has to say something too: what is proposed
    is no fact, and what one source gives another doesn't.
    """

    words: str
    headings: str = ""
    around: str = ""
    source: str = ""
    similarity: float = 0.0
    shown: str = ""
    whole: bool = False
    mixed: bool = False
    exact: bool = False
    lead: str = ""

    @cached_property
    def said(self) -> str:
        """What the words say and show."""
        return f"{self.words}\n{self.shown}" if self.shown else self.words

    @cached_property
    def terms(self) -> frozenset[str]:
        """The stems of the words themselves."""
        return term_set(self.said)

    @cached_property
    def terms_headings(self) -> frozenset[str]:
        """The stems of the headings."""
        return term_set(self.headings)

    @cached_property
    def terms_around(self) -> frozenset[str]:
        """The stems of what the words stand under."""
        return term_set(self.around)

    @cached_property
    def terms_source(self) -> frozenset[str]:
        """The stems of what the document is called."""
        return term_set(self.source)


def by_sentence(premise: Premise) -> tuple[Premise, ...]:
    """Return a premise of several sentences as one for each; what one says of its subject is not said of another's.

    Each stands among the others (`around`). One sentence, a list with its lead-in and a row stay whole.
    """
    if premise.whole or premise.shown or "\n" in premise.words:
        return (premise,)
    bounds = split_sentences(premise.words)
    if len(bounds) < 2:
        return (premise,)
    around = f"{premise.words}\n{premise.around}"
    return tuple(replace(premise, words=premise.words[start:end], around=around) for start, end in bounds)
