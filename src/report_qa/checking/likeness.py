"""Which words of the evidence may stand for a word of a claim: the same root, an acronym, a word that reports use for it.

Credits are between 0 and 1: the word itself counts in full, another word for it less, and what only the headings, the passage
or the title say less again. Opposites never stand for each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from report_qa.checking.opposites import denied_by, side_of
from report_qa.checking.premise import Premise
from report_qa.synonyms import read_groups, synonyms
from report_qa.words import content_terms, stem

ITSELF, SAME_ROOT, SYNONYM, NEAR = 1.0, 0.9, 0.8, 0.7
# What stands above the words, around them, and what their document is called.
HEADING, AROUND, SOURCE = 0.9, 0.75, 0.6
_ROOT = 5
# A word that the shelf hardly has is as often a paraphrase as news, so rarity counts up to here only.
_RAREST = 4.0
# Words that carry little of what a sentence says: light verbs, manners, and what a document calls itself.
_LIGHT = frozenset(
    map(
        stem,
        """
receive received get got take took make made put have hold become come bring give given report study plan paper survey review trial document publication
article annual exactly instead alone itself respectively together well just quite rather even still already roughly simply actually
respondent figure number amount total note noted add added accord according way back own case thing part option kind type
""".split(),
    )
)
_LIGHTLY = 0.4
# Whom a notice calls "you".
_ADDRESSED = frozenset(
    map(
        stem,
        "user customer patient member visitor resident person people individual reader client subscriber applicant".split(),
    )
)
_ADDRESSING = frozenset({"you", "your"})
_GROUPS = """
previous preceding prior earlier past before
apart except besides save excluding
award awarded give given gave grant granted provide provided hand handed distribute distributed allocate allocated put invest invested commit committed contribute contributed
pick picked choose chose chosen select selected opt opted elect elected
answer answered respond responded reply replied handle handled
take took taken last lasted need needed require required
use used using employ apply applied utilise
apply applied put administer administered
fly flew flown log logged pilot flight
make made up comprise comprised constitute constituted account accounted represent represented form formed
military armed
service force
inside within part
pass passed enact enacted adopt adopted sign signed
law act legislation statute bill
yearly annually annual year
get got receive received obtain obtained
cheque check
electronic electronically online digital
job work post position employment role
car vehicle automobile
people person resident inhabitant individual citizen
worker employee staff workforce personnel
report study paper publication document review evaluation research note
big large great
begin began start started commence commenced launch launched
finish finished end ended complete completed
buy bought purchase purchased acquire acquired
show shown showed find found reveal revealed indicate indicated
say said state stated report reported tell told complain complained note noted remark remarked observe observed comment commented point declare declared
think thought opinion view believe believed consider considered judge judged
old older earlier previous former
scheme schemes programme programmes initiative initiatives project projects
maths mathematics
amount come total
live lived reside resident home
area place neighbourhood district locality community
money fund funding cash finance sum payment
spend spent spending expenditure cost outlay
each every per apiece
run ran operate operated manage managed lead led oversee oversaw
write wrote written author authored
commission commissioned order ordered request requested
pay paid fund funded finance financed
want wanted ask asked call called demand demanded seek sought
plan planned intend intended aim aimed propose proposed expect expected
warn warned caution cautioned alert
argue argued claim claimed maintain contend assert view believe
criticise criticised fault attack
shut closed close closing closure
grow grew grown growth rise rose risen increase increased climb climbed up higher
fall fell fallen decline declined decrease decreased drop dropped reduce reduced shrink shrank down lower cut
improve improved better improvement
worsen worsened worse deteriorate deteriorated
mean average typical
share proportion percentage percent rate
total overall altogether whole
kind type sort category form
goal target aim objective
held hold took place happen happened occur occurred
trip journey travel
hospital clinic
school pupil education
child children youngster young youth
firm company business enterprise corporation
earn earned revenue sale sales income turnover
profit earnings income
debt borrowing liability
owner shareholder stockholder
buy bought repurchase repurchased buyback purchase purchased
pass passed surpass surpassed exceed exceeded top topped cross crossed
staff headcount employee
site location premises facility store
customer client consumer user
shift shifted swing swung turn turned change changed move moved
describe described set explain explained
last final
several many numerous
half fifty
quickly fast rapid rapidly
roughly approximately about around
ill illness sick sickness disease
poor poverty deprived deprivation disadvantaged
crime offence offending
build built construct constructed construction
house housing home dwelling household
help helped aid assist assisted support supported
belong member membership
chair chaired chairs head headed
mutual aid
join joined merge merged combine combined
replace replaced supersede superseded
appear appeared publish published release released issue issued come out
date dated
consist consisted include included contain contained cover covered comprise
bring brought return returned yield yielded produce produced generate generated
gap difference disparity shortfall
partner partnership collaborate
"""


_LIKE = read_groups(_GROUPS)


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """What is known of the words of one claim.

    `rarity` weighs its stems (1 for what it doesn't know); `acronyms` are the short forms that its words stand for or are spelt
    out by, each with the stems of the long one; `near` gives the words that vectors hold for near to one of its stems.
    """

    rarity: Mapping[str, float] = field(default_factory=dict)
    acronyms: tuple[tuple[str, frozenset[str]], ...] = ()
    near: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def weight(self, term: str) -> float:
        """Return how much a stem counts."""
        return min(self.rarity.get(term, 1.0), _RAREST) * (_LIGHTLY if term in _LIGHT else 1.0)


def is_light(term: str) -> bool:
    """Return whether a stem carries little of what a sentence says."""
    return term in _LIGHT


def relevant_acronyms(claim: str, acronyms: Mapping[str, frozenset[str]]) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the acronyms that a claim uses or spells out, each with the stems of its long form."""
    said = frozenset(content_terms(claim))
    found = []
    for short, longs in acronyms.items():
        for long in sorted(longs):
            stems = _stems_of(long)
            if stems and (stem(short.lower()) in said or stems <= said):
                found.append((stem(short.lower()), stems))
    return tuple(found)


@lru_cache(maxsize=16_384)
def _stems_of(words: str) -> frozenset[str]:
    return frozenset(content_terms(words))


@lru_cache(maxsize=2_048)
def _by_root(words: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Return words by their first letters."""
    found: dict[str, tuple[str, ...]] = {}
    for word in words:
        if len(word) >= _ROOT:
            found[word[:_ROOT]] = (*found.get(word[:_ROOT], ()), word)
    return found


def same_words(term: str) -> frozenset[str]:
    """Return the stems that may stand for one: synonyms, and its side of a direction."""
    return _same_words(term)


@lru_cache(maxsize=16_384)
def _same_words(term: str) -> frozenset[str]:
    return (synonyms(term) | _LIKE.get(term, frozenset()) | side_of(term)) - frozenset({term})


def credit(term: str, premise: Premise, lexicon: Lexicon) -> float:
    """Return how much of a term a premise says."""
    own = held(term, premise.terms, lexicon)
    if own == ITSELF:
        return own
    return max(
        own,
        HEADING * held(term, premise.terms_headings, lexicon),
        AROUND * held(term, premise.terms_around, lexicon),
        SOURCE * held(term, premise.terms_source, lexicon),
    )


def held(term: str, words: frozenset[str], lexicon: Lexicon) -> float:
    """Return how much of a term some words say."""
    if term in words:
        return ITSELF
    for short, long in lexicon.acronyms:
        if (term == short and long <= words) or (term in long and short in words):
            return ITSELF
    if denied_by(term, words):
        return 0.0
    if (term.endswith("i") and term[:-1] in words) or f"{term}i" in words:
        return SAME_ROOT
    if (
        len(term) >= _ROOT
        and not term[0].isdigit()
        and any(_same_root(term, word) for word in _by_root(words).get(term[:_ROOT], ()))
    ):
        return SAME_ROOT
    if words & _same_words(term) or (term in _ADDRESSED and words & _ADDRESSING):
        return SYNONYM
    return NEAR if words & lexicon.near.get(term, frozenset()) else 0.0


@lru_cache(maxsize=200_000)
def _same_root(term: str, word: str) -> bool:
    """Return whether two stems share their root: "retir" and "retiree", "electr" and "electron"."""
    if len(word) < _ROOT or word[:_ROOT] != term[:_ROOT]:
        return False
    shorter, longer = sorted((term, word), key=len)
    return longer.startswith(shorter) or (longer.startswith(shorter[:-1]) and len(shorter) > _ROOT)
