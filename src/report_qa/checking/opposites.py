"""Directions and their opposites: rose and fell, met and missed, before and after, most and least.

Each word stands on one side of a pair. A claim whose word stands on one side is denied by words on the other; where a side is
what the sentence tells (a movement, an outcome, an end of a scale) it has to be said or shown, never supposed.
"""

from __future__ import annotations

import re
from functools import lru_cache

from report_qa.words import stem, tokens

# Sides that have to be borne out: one side | the other.
_TELLING = """
rise rises rose risen rising increase increased increases increasing grow grew grown growing growth grows up climb climbed climbs gain gained gains higher improved improvement jump jumped surge surged soar soared boost boosted expand expanded expansion rebound uptick double doubled | fall falls fell fallen falling decrease decreased decreases decreasing decline declined declines declining drop dropped drops down shrink shrank shrunk reduce reduced reduces reduction reductions cut cuts lower lowered lowest diminish diminished plunge plunged slump dip dipped halve halved worsened deteriorated contracted less fewer
more greater larger bigger | fewer less smaller
most | least fewest
highest largest biggest greatest | lowest smallest
best | worst
better | worse
improve improved improves improvement improving strengthened stronger | worsen worsened deteriorate deteriorated deterioration weakened weaker
met meet meets achieved exceeded exceeds surpassed reached attained hit fulfilled | missed miss misses unmet fell short below
won win wins gained | lost lose loses
succeed succeeded success successful | fail failed fails failure unsuccessful
accept accepted accepts approve approved approves agreed adopted passed allow allowed allows permit permitted authorised authorized | reject rejected rejects refuse refused refuses denied deny disapproved prohibit prohibited prohibits ban banned bans forbid forbidden barred
include includes included including | exclude excludes excluded excluding except
open opened opens reopen reopened opening launched started began begin begins start established introduced created | close closed closes closing closure shut ended end ends stopped ceased abolished finished discontinued terminated scrapped
support supports supported supporting back backed favour favoured endorse endorsed | oppose opposes opposed opposing criticise criticised rejected
add added adds | remove removed removes withdraw withdrawn
hire hired hires recruit recruited | fire fired dismissed dismiss laid
buy bought buys purchased purchase acquired acquire | sell sold sells sale divested
strong strongest | weak weakest
positive favourable favorable | negative unfavourable unfavorable adverse
profit profits surplus gain | loss losses deficit
majority | minority
faster quicker quickest fastest | slower slowest
accelerate accelerated | slow slowed slows
always | never
all every | none
advantage advantages benefit benefits | disadvantage disadvantages drawback drawbacks
likely | unlikely
agree agrees | disagree disagrees
"""
# Sides that only deny: they are often left out.
_DENYING = """
before prior preceding previous | after following subsequent afterwards
first | last second third final
above over exceeding | below under
begin begins beginning start | end finish
top | bottom
left | right
day | night
high | low
large big great major | small little minor modest tiny
long longer | short shorter
early earlier earliest | late later latest
easy easier | hard harder difficult
public | private
urban city cities town towns | rural
local | national
old older oldest | young younger youngest new newer newest
rich richer wealthy affluent | poor poorer deprived
male men man boys | female women woman girls
northern north | southern south
eastern east | western west
headwind | tailwind crosswind
permanent | temporary interim
mandatory compulsory obligatory required | voluntary optional
full fully complete completely entirely whole wholly | partial partly partially incomplete
maximum | minimum
widen widened widens wider | narrow narrowed narrows narrower
cheap cheaper cheapest affordable | expensive dearer costly
safe safer | dangerous unsafe
direct directly | indirect indirectly
internal | external
domestic | foreign overseas international
import imports imported | export exports exported
employed | unemployed jobless workless
inside within | outside beyond
ahead | behind
overestimate overestimated overstated | underestimate underestimated understated
encourage encouraged encourages | discourage discouraged discourages
simple | complex complicated
clear | unclear
able | unable
same | different
protect protects protected | expose exposes exposed endanger endangers
"""
_IDIOMS = re.compile(
    r"\b(?:set|sets|setting|make|makes|made|making|build|built|building|break|follow\w*|sum\w*|back\w*|take\w*|took|sign\w*|come|came|end\w*|open\w*|pick\w*|look\w*|went|going|scal\w+|brought|bring\w*|stand\w*|drawn|speed\w*|carry|catch\w*|grew|grow\w*|level+ing|levell?ed|turn\w*|hand\w*|pass\w*|lay|laid|put|wind|run|ran|hold\w*|split|divided?|step\w*|shut|cut|narrow\w*|crack\w*|boil\w*|settl\w*|writ\w+|wrote|writt\w+) (?:up|down|out)\b|"
    r"\bup to\b|\bup-to-date\b|\bleft[\s-]behind\b|['‘’\"“”]left behind['‘’\"“”]|\bleft out\b|\bmore than\b|\bless than\b|\bfewer than\b|\bat (?:the )?(?:least|most|first|last)\b|"
    r"\bafter all\b|\babove all\b|\bno more than\b|\bno fewer than\b|\bno less than\b|\bone of the\b|\bmore and more\b|\bmore or less\b|\bthe more\b|\bhigh streets?\b|\bhigh schools?\b|"
    r"\bin order\b|\bonce more\b|\bhigh-?quality\b|\bas long as\b|\bno longer\b|\ball-party\b|\bthe following\b|\bgreater (?:london|manchester)\b|\bmost of\b|\bpoor health\b|\bprivate(?=ly)|"
    r"\blong[\s-](?:term|run|standing|lasting)\b|\bat the end of\b|\bby the end of\b|\bas (?:well|soon|far) as\b|\ball of\b|\bend[\s-]users?\b|\bso far\b|\bnorth(?:ern)? ireland\b|\b(?:north|south) (?:america|carolina|dakota|korea|africa)\b|\bnew (?:york|jersey|mexico|zealand|england|iq|deal)\b|\bopen (?:space|data|source)\b|\bpublic(?:ly)?\b(?! (?:sector|and private))",
    re.IGNORECASE,
)  # fmt: skip
# Kinds of difference whose words are too common to be missed where the evidence is otherwise the same.
_PLAIN_SIZES = frozenset(
    stem(word)
    for word in "large big great major small little minor high low long short up down old new end ends start back full whole local national public all every same hit cut reached gain open opened begin began start introduced created complete required supports support inside within".split()
)


def _pairs(listed: str) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    return tuple(
        (frozenset(map(stem, one.split())), frozenset(map(stem, other.split())))
        for line in listed.strip().splitlines()
        for one, other in (line.split("|"),)
    )


_TELLING_PAIRS, _DENYING_PAIRS = _pairs(_TELLING), _pairs(_DENYING)
_NEGATING = ("un", "in", "im", "dis", "non", "ir", "il")


@lru_cache(maxsize=8_192)
def directed(text: str) -> frozenset[str]:
    """Return the stems of a text that may give a direction, idioms ("set up", "at least") left out."""
    return frozenset(stem(token) for token in tokens(_IDIOMS.sub(" ", text)))


def denied_by(term: str, words: frozenset[str]) -> str:
    """Return a word on the other side of a term's pair, where no word stands on its own side; "" otherwise."""
    for pairs in (_TELLING_PAIRS, _DENYING_PAIRS):
        for pair in pairs:
            for one, other in (pair, pair[::-1]):
                if (
                    term in one
                    and term not in other
                    and not words & (one - other)
                    and (against := words & (other - one))
                ):
                    return min(against)
    if term not in words and len(term) > 3:
        for prefix in _NEGATING:
            if f"{prefix}{term}" in words:
                return f"{prefix}{term}"
            bare = term.removeprefix(prefix)
            if bare != term and len(bare) > 3 and bare in words:
                return bare
    return ""


def must_be_said(term: str) -> bool:
    """Return whether a term tells a direction or an outcome that a claim may not add to its evidence."""
    return term not in _PLAIN_SIZES and any(term in one or term in other for one, other in _TELLING_PAIRS)


@lru_cache(maxsize=4_096)
def side_of(term: str) -> frozenset[str]:
    """Return the words that stand on the same side as a term in any pair."""
    sides = [side for pair in _TELLING_PAIRS for side in pair if term in side]
    return frozenset().union(*sides)
