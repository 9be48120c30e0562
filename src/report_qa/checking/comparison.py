"""One claim held against one premise: all checks, and how much of its words is said, by weight."""

from __future__ import annotations

from dataclasses import dataclass

from report_qa.checking.differences import (
    carrying_terms,
    check_denials,
    check_directions,
    check_exchange,
    check_lead,
    check_modality,
    with_names_in_place,
)
from report_qa.checking.figures import check_amounts, check_moments, check_order, check_parts
from report_qa.checking.likeness import Lexicon, credit, held, is_light
from report_qa.checking.names import check_names
from report_qa.checking.opposites import denied_by, directed
from report_qa.checking.places import check_lists, check_places
from report_qa.checking.premise import Premise
from report_qa.checking.quotation import check_quotations
from report_qa.checking.ranges import check_ranges
from report_qa.checking.scope import check_scope
from report_qa.questions import find_names
from report_qa.records.answer import Check

# The share of a claim's words that evidence has to say, and the heaviest single word that it may leave out.
SAID = 0.78
LEFT_OUT = 0.16
# … of which the cited words themselves say this much.
SAID_ITSELF = 0.5
# Evidence that says this much of a claim itself is about the very same thing.
SAME_THING, SAME_THING_IF_ALIKE = 0.55, 0.38
# … unless it lacks a word of this share.
MISSED = 0.4
# As much is said by what is as like the claim as this.
ALIKE, SAID_IF_ALIKE = 0.62, 0.68
# Words that may be said nowhere, however light they are.
UNSAID_WORDS = 2
# Evidence that says less of a claim is about something else.
SPOKEN_OF = 0.35
_UNSAID = Check(kind="wording", claimed="all", found="", passed=False)
# Kinds of check by which evidence denies a claim; the others only fail to bear it out.
_DENYING = frozenset({"number", "date", "name", "direction", "negation"})
_SPECIFIC = frozenset({"number", "date", "name", "quotation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One premise held against a claim.

    `said` is the share of the claim, by weight (0 to 1), that is said there or around, `said_itself` that which the words
    say themselves, `said_besides` the same apart from names and from words that are denied; `left_out` is the share of the heaviest word that
    is said nowhere, `unsaid_words` how many are not, `missed_besides` the same apart from those. `verbatim` is True where the whole claim stands there.
    """

    checks: tuple[Check, ...]
    said: float
    said_itself: float
    left_out: float
    similarity: float
    said_besides: float = 0.0
    missed_besides: float = 0.0
    unsaid_words: int = 0
    verbatim: bool = False
    whole: bool = False
    mixed: bool = False
    exact: bool = False

    @property
    def bears_out(self) -> bool:
        if self.verbatim:
            return True
        if self.mixed and sum(check.kind in ("number", "date", "direction") for check in self.checks) > 1:
            # A list of several items bears out what they have in common, not which figure belongs to which.
            return False
        if not all(check.passed for check in self.checks) or self.said_itself < SAID_ITSELF:
            return False
        if self.unsaid_words > (0 if self.exact else UNSAID_WORDS):
            return False
        if self.said >= SAID and self.left_out <= LEFT_OUT:
            return True
        return self.similarity >= ALIKE and self.said >= SAID_IF_ALIKE and self.left_out <= LEFT_OUT

    @property
    def denies(self) -> bool:
        failed = [check for check in self.checks if not check.passed]
        if self.whole:
            return False
        # What lacks a figure or a name that the claim has speaks of something else.
        if any(not check.found and check.kind in _SPECIFIC for check in failed):
            return False
        return self.is_about_it and any(check.found and check.kind in _DENYING for check in failed)

    @property
    def is_about_it(self) -> bool:
        """Whether the words are about the very thing that the claim is about."""
        if self.missed_besides > MISSED:
            return False
        if self.said_besides >= SAME_THING:
            return True
        return self.similarity >= ALIKE and self.said_besides >= SAME_THING_IF_ALIKE and self.said >= SAID_ITSELF

    @property
    def denied_something(self) -> bool:
        """Whether a direction of the claim is turned round, or denied."""
        return any(
            not check.passed and check.found and check.kind in ("direction", "negation") for check in self.checks
        )

    @property
    def nearness(self) -> float:
        """How near the words are to the claim, of 2: what they say of it, and their likeness."""
        return self.said_besides + self.similarity

    @property
    def agrees(self) -> bool:
        """Whether nothing of the claim is denied, and a good part of it said, though too little to bear it out."""
        return self.said >= SAME_THING and all(check.passed for check in self.checks)


def compare(claim: str, premise: Premise, lexicon: Lexicon) -> Comparison:
    """Hold one premise against a claim."""
    weights = claim_weights(claim, lexicon)
    whole = sum(weights.values()) or 1.0
    credit_of = {term: credit(term, premise, lexicon) for term in weights}
    own = {term: held(term, premise.terms, lexicon) for term in weights}
    denied = frozenset(term for term in weights if denied_by(term, directed(premise.said)))
    # What a sentence leans on is part of what it says.
    itself = sum(weights[term] * (credit_of if premise.exact else own)[term] for term in weights) / whole
    named = frozenset(part for name in find_names(claim) for part in name)
    besides = [term for term in weights if term not in denied | named] or [
        term for term in weights if term not in denied
    ]
    of_besides = sum(weights[term] for term in besides) or 1.0
    said = sum(weights[term] * credit_of[term] for term in weights) / whole
    if said < SPOKEN_OF and not denied:
        # Most premises are about something else; nothing of them is worth comparing.
        return Comparison(
            checks=(_UNSAID,),
            said=said,
            said_itself=itself,
            left_out=1.0,
            similarity=premise.similarity,
            missed_besides=1.0,
        )
    checks = (
        *check_amounts(claim, premise),
        *check_moments(claim, premise),
        *check_order(claim, premise),
        *check_parts(claim),
        *check_ranges(claim, premise),
        *check_names(claim, premise, lexicon),
        *check_places(claim, premise.words, lexicon.acronyms, around=premise.around if premise.exact else ""),
        *check_quotations(claim, f"{premise.words}\n{premise.around}"),
        *check_directions(claim, premise),
        *check_denials(claim, premise, lexicon),
        *check_modality(claim, premise),
        *check_scope(claim, premise.words),
        *check_lead(claim, premise),
        *check_lists(claim, premise.words),
        *check_exchange(claim, own, premise),
    )
    exchanged_names = {check.claimed for check in checks if check.kind == "name" and check.found and not check.passed}
    checks = tuple(
        check for check in checks if check.found or check.kind != "name" or check.claimed not in exchanged_names
    )
    checks = with_names_in_place(checks, claim, premise)
    return Comparison(
        checks=checks,
        said=said,
        said_itself=itself,
        unsaid_words=sum(not credit_of[term] and not (premise.exact and is_light(term)) for term in weights),
        left_out=max((weights[term] / whole for term in weights if not credit_of[term]), default=0.0),
        similarity=premise.similarity,
        missed_besides=max((weights[term] / of_besides for term in besides if not credit_of[term]), default=0.0),
        said_besides=sum(weights[term] * own[term] for term in besides) / of_besides,
        verbatim=not premise.lead and _stands_there(claim, premise.words),
        whole=premise.whole,
        mixed=premise.mixed,
        exact=premise.exact,
    )


def claim_weights(claim: str, lexicon: Lexicon) -> dict[str, float]:
    """Return the terms that carry a claim, each with its weight; its numbers and dates are compared on their own."""
    return {term: lexicon.weight(term) for term in carrying_terms(claim)}


def _stands_there(claim: str, words: str) -> bool:
    plain, there = " ".join(claim.split()).rstrip(". "), " ".join(words.split())
    at = there.find(plain)
    before, after = there[:at].rstrip()[-1:], there[at + len(plain) :].lstrip()[:1]
    return at >= 0 and len(plain) > 1 and before in (".", "!", "?", ":", "•", "") and after in (".", "!", "?", "", "•")
