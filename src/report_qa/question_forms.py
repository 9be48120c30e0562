"""Questions that a sentence answers, by its form: "Big Local was launched in 2012 …" answers "When was Big Local launched?".

Only a few forms are turned, each into a question whose grammar is sure and whose subject is a proper name, so that it can be asked
without the sentence. Everything else gives no question: a silly suggestion is worse than none. Whether the library really
answers a question is for whoever suggests it to find out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from report_qa.dates import find_dates
from report_qa.people import find_people

_LONGEST = 400
_LONGEST_SUBJECT = 8
_MOST_WORDS = 18

# A subject: an article or none, then words of which one at least bears a capital; it ends where the verb begins.
_NAME = r"(?P<name>(?:(?:The|An?) )?(?:[\w&’'/-]+ ){0,7}?[\w&’'/-]+)"
_HOW_SURE = r"(?:about |around |over |nearly |almost |more than |approximately |some |at least |up to |only |just |roughly |a total of )?"
_NUMBER = r"(?:\d[\d,]*(?:\.\d+)?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_MONEY = r"(?:US)?[£$€]\s?\d[\d,.]*(?:\s?(?:million|billion|trillion|bn|m|k)\b)?"
_SET_UP = (
    r"(?P<verb>established|founded|launched|created|set up|introduced|published|formed|completed|opened|enacted|adopted|"
    r"announced|commissioned|inaugurated|abolished|built|signed)"
)
_DONE_BY = (
    r"(?P<verb>funded|led|commissioned|delivered|managed|developed|founded|established|written|published|produced|run|"
    r"administered|conducted|carried out|evaluated|overseen|chaired|designed|owned|financed|created)"
)
_DEFINES = re.compile(rf"{_NAME} (?P<verb>is|are|was|were) (?:an?|the) (?P<what>[^.;:]{{3,}})")
_WHEN = re.compile(rf"{_NAME} (?P<be>was|were) (?:first |formally |officially )?{_SET_UP}\b(?P<rest>[^.;:]*)")
_BY = re.compile(rf"{_NAME} (?P<be>is|are|was|were) {_DONE_BY} by (?:the )?[A-Z]")
_THERE = re.compile(
    rf"There (?P<be>are|were) (?:currently |now |already )?{_HOW_SURE}{_NUMBER} (?P<what>(?:[a-z][\w’'-]* ){{0,3}}[a-z][\w’'-]*s)"
    r"(?P<where> (?:in|across|within|on) (?:the )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*){0,3})?(?=[.,;:]| (?:that|who|which|and|with)\b)"
)
_HAS = re.compile(
    rf"{_NAME} (?P<has>has|have|had) {_HOW_SURE}{_NUMBER} (?P<what>(?:[a-z][\w’'-]* ){{0,3}}[a-z][\w’'-]*s)"
    r"(?=[.,;:]| (?:that|who|which|and|in|across|with)\b)"
)
_PAYS = re.compile(
    rf"{_NAME} (?P<verb>received|spent|invested|raised|cost|awarded|provided|contributed|allocated|saved) {_HOW_SURE}{_MONEY}"
    r"(?P<rest>[^.;:,]*)"
)
_BEGAN = re.compile(
    rf"{_NAME} (?P<verb>began|started|opened|closed|ended|launched) (?P<rest>(?:its \w+ )?(?:in|on) [^.;:]*)"
)
_ACTS = {
    "recommends": "does recommend", "recommended": "did recommend", "proposes": "does propose", "proposed": "did propose",
    "argues that": "does argue", "argued that": "did argue", "finds that": "does find", "found that": "did find",
    "concludes that": "does conclude", "concluded that": "did conclude", "suggests that": "does suggest",
    "suggested that": "did suggest", "calls for": "does call for", "called for": "did call for",
    "aims to": "does aim to do", "aimed to": "did aim to do", "measures": "does measure", "measured": "did measure",
    "covers": "does cover", "covered": "did cover", "consists of": "does consist of", "includes": "does include",
    "included": "did include", "requires": "does require", "required": "did require",
}  # fmt: skip
_ACTED = re.compile(rf"{_NAME} (?P<verb>{'|'.join(sorted(_ACTS, key=len, reverse=True))}) (?P<rest>[^.]{{12,}})")
_RESPONSIBLE = re.compile(rf"{_NAME} (?P<be>is|are|was|were) responsible for [^.]{{5,}}")
_WHEN_ASIDE = r"(?P<when>In (?:\w+ )?(?:19|20)\d\d, )?"
_SHARE_OF = re.compile(
    rf"{_WHEN_ASIDE}{_HOW_SURE}\d+(?:\.\d+)?(?:%| per ?cent) of (?P<rest>[a-z][^,;:()%“”]{{10,110}}?)[.]", re.IGNORECASE
)
_SO_MANY = re.compile(
    rf"{_WHEN_ASIDE}{_HOW_SURE}\d[\d,]* (?P<rest>(?:[a-z][a-z-]* ){{0,2}}?[a-z-]+s (?:have|had|were|are|took|received|said|responded|"
    r"lived|live|worked|work|participated|attended|died|left|joined|applied)\b[^,;:()%“”]{5,100}?)[.]",
    re.IGNORECASE,
)
_NAMES_SOMETHING = re.compile(r"\b(?:[A-Z]|(?:19|20)\d\d\b)")
_OUTSIDE = re.compile(
    r"\b(?:this|these|those|it|its|he|she|his|her|we|our|us|I|my|you|your|such|above|below|the (?:same|former|latter))\b"
)
_BEGINS = {
    "began": "begin",
    "started": "start",
    "opened": "open",
    "closed": "close",
    "ended": "end",
    "launched": "launch",
}
_PLAIN_VERBS = {
    "received": "receive", "spent": "spend", "invested": "invest", "raised": "raise", "cost": "cost", "awarded": "award",
    "provided": "provide", "contributed": "contribute", "allocated": "allocate", "saved": "save",
}  # fmt: skip
_NEEDS_OBJECT = frozenset("spent invested awarded provided contributed allocated".split())
_ON_WHAT = re.compile(
    r" (?:on|in|to|for|from|towards) (?!which|whom|that|this|it|them|these|those|their|its|our)[\w’' -]{3,60}$"
)
_DOES = {"has": "does", "have": "do", "had": "did"}
# With these a sentence points to another one, and with those it isn't the subject that begins it.
_POINTS = re.compile(
    r"\b(?:this|that|these|those|it|its|they|their|them|he|his|she|her|we|our|us|you|your|i|my|there|here|such|other|another|"
    r"same|former|latter|following|above|below|each|both|all|many|most|some|any|every|one|which|who|what|when|where|how|why|"
    r"and|or|but|if|as|because|since|while|although|in|on|at|for|with|from|by|to|under|after|before|during|not|no|"
    r"figure|table|chart|box|section|chapter|appendix|annex|source|note|see|is|are|was|were|has|have|had|said|says)\b",
    re.IGNORECASE,
)
# Prepositions within a name ("Department of Health", "Fund for Europe") are part of it.
_WITHIN = re.compile(r"(?<=[\w’']) (?:of|for|and|in|on) (?:the )?(?=[A-Z])")
_BODIES = re.compile(
    r"\b(?:Act|Agency|Alliance|Area|Authority|Bank|Board|Bureau|Cent(?:re|er)|Code|Commission|Committee|Council|Department|Fund|"
    r"Foundation|Framework|Group|Index|Indices|Initiative|Institute|Network|Office|Partnership|Plan|Policy|Programme|Program|"
    r"Project|Report|Review|Scheme|School|Service|Services|Society|Strategy|Survey|System|Trust|University|[A-Z]{2,}[a-z]?)\b"
)
_ROLES = re.compile(
    r"\b(?:professor|director|chief executive|chair|chairman|chairwoman|economist|researcher|author|minister|lecturer|fellow|"
    r"founder|president|secretary|consultant|leader|manager|head|officer|member|mayor|judge|adviser|advisor)\b"
)
_JOINING = frozenset("of for and the in on".split())
# "An MSP" or "a MSP"? It depends on how the letters are spoken.
_A_LETTER = re.compile(r"a [A-Z]{2}", re.IGNORECASE)
_ARTICLE = re.compile(r"((?:the |an? )?)(.*)", re.IGNORECASE)
_QUESTION_WORD = re.compile(
    r"(?:what|who|when|where|why|how|which|is|are|does|do|did|was|were|can|should|has|have)\b", re.IGNORECASE
)
_PERSONAL = re.compile(
    r"\b(?:this|that|these|those|it|its|they|their|them|he|his|she|her|we|our|us|you|your|i|my|here|so)\b",
    re.IGNORECASE,
)


# Questions whose topic is what follows, whole: "What is the gap between …?", "How large is the gap?".
_TOPIC = re.compile(
    r"(?:what (?:is|are|was|were)|how (?:large|big|high|low|long|wide|old|common) (?:is|are|was|were)|"
    r"what (?:does|do|did) .{2,90}? say (?:about|on|of)) (?P<topic>the [^,;:?]{3,}|(?-i:[A-Z])[^,;:?]+)\?$",
    re.IGNORECASE,
)
# Only within a sentence does a capital say that a word is a name.
_NAMED = re.compile(
    r"(?<=[a-z,] )(?P<article>the )?(?P<name>[A-Z][\w’'-]+(?: (?:(?:of|for) (?:the )?)?[A-Z][\w’'-]+){1,5})(?![\w’'-]| (?:and )?[A-Z])"
)
_PLURAL = re.compile(r"[a-z]{2,}[^su\Wi]s$")
_MONTHS = re.compile(r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b")
_NUMBERING = re.compile(
    r"^(?:(?:chapter|part|section) )?(?:\d+(?:\.\d+)*\.?|[A-Z]\.|[ivx]+\.)[ :–-]*\s+", re.IGNORECASE
)
_HEADING = re.compile(r"[A-Z][A-Za-z’'‘-]*(?: [A-Za-z’'‘-]+)+")
_APPARATUS = re.compile(
    r"\b(?:about this|references|bibliography|contents|acknowledge?ments?|appendix|appendices|annex|glossary|sources|contacts?|"
    r"copyright|licen[cs]e|further reading|endnotes|footnotes|authors?|abbreviations|index|disclaimer|preface|imprint|figures?|"
    r"tables?|continued|chapter|part|section|page|introduction|background|methods?|methodology|summary|update)\b",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(
    r"\b(?:and|or|of|the|an?|in|on|for|to|with|by|from|at|as|is|are|was|were|that|which)$", re.IGNORECASE
)


class Form(StrEnum):
    """The kinds of questions, for those who choose among them."""

    DEFINITION = "definition"
    PERSON = "person"
    DATE = "date"
    MAKER = "maker"
    FIGURE = "figure"
    MONEY = "money"
    SHARE = "share"
    ACTION = "action"
    HEADING = "heading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Formed:
    """A question with its kind."""

    text: str
    form: Form


def questions_from(sentence: str) -> tuple[Formed, ...]:
    """Return the questions that a sentence answers by its form, mostly none."""
    plain = " ".join(sentence.split())
    if len(plain) > _LONGEST or not plain[:1].isupper() or " | " in plain or not plain.endswith((".", "!")):
        return ()
    found = (Formed(text=text, form=form) for form, text in _turned(plain))
    return tuple(each for each in found if len(each.text.split()) <= _MOST_WORDS)


def question_in(heading: str) -> str:
    """Return a heading that is a question and can be asked by itself, "" for every other."""
    plain = " ".join(heading.split())
    words = plain.split()
    if not plain.endswith("?") or plain.count("?") > 1 or not 4 <= len(words) <= 14:
        return ""
    if not _QUESTION_WORD.match(plain) or _PERSONAL.search(plain):
        return ""
    return plain


def topic_in(question: str) -> str:
    """Return what a question asks about, as it stands in it with its article ("the productivity gap"); "" where that isn't sure."""
    match = _TOPIC.match(" ".join(question.split()))
    return (
        match["topic"] if match and not _PERSONAL.search(match["topic"]) and len(match["topic"].split()) <= 12 else ""
    )


def name_in(text: str) -> str:
    """Return a proper name of several words, or an acronym, with the article that it has within a sentence; "" for none.

    The one that is named most often, of those the first.
    """
    found: dict[str, int] = {}
    for match in _NAMED.finditer(" ".join(text.split())):
        name = match["name"]
        if find_people(name) or find_dates(name) or _MONTHS.search(name) or not _BODIES.search(name):
            continue
        whole = f"{match['article'] or ''}{name}"
        found[whole] = found.get(whole, 0) + 1
    return max(found, key=lambda name: found[name], default="")


def with_article(name: str, text: str) -> str:
    """Return a name as a text has it, with or without an article; "" where the text doesn't show which it takes."""
    bare = re.escape(name.removeprefix("the "))
    if re.search(rf"\b[Tt]he {bare}\b(?! [A-Z])", text):
        return f"the {name.removeprefix('the ')}"
    alone = re.search(rf"(?:^|[.!?]\s+|\n){bare} (?:is|are|was|were|has|had|will|[a-z]{{3,}}(?:s|ed)) ", text)
    return name.removeprefix("the ") if alone else ""


def heading_named(heading: str) -> str:
    """Return a heading as a section is asked for by it, without its number; "" where it names nothing that one would ask about."""
    plain = _NUMBERING.sub("", " ".join(heading.split()))
    words = plain.split()
    if not 2 <= len(words) <= 8 or not _HEADING.fullmatch(plain) or plain.isupper():
        return ""
    if _APPARATUS.search(plain) or _UNFINISHED.search(plain):
        return ""
    return plain


def _turned(plain: str) -> Iterator[tuple[Form, str]]:
    if match := _WHEN.match(plain):
        name = _subject(match["name"])
        dates = find_dates(match["rest"])
        if name and dates and re.match(r"(?: [\w’',-]+){0,8}? (?:in|on) ", match["rest"]):
            yield Form.DATE, f"When {match['be']} {name} {match['verb']}?"
    if (match := _BY.match(plain)) and (name := _subject(match["name"])):
        yield Form.MAKER, f"Who {match['be']} {name} {match['verb']} by?"
    # Without a place it would be asked of the whole world.
    if (match := _THERE.match(plain)) and match["where"] and not _POINTS.search(match["what"]):
        yield Form.FIGURE, f"How many {match['what']} {match['be']} there{match['where']}?"
    if match := _HAS.match(plain):
        name = _subject(match["name"])
        if name and not _POINTS.search(match["what"]):
            yield Form.FIGURE, f"How many {match['what']} {_DOES[match['has']]} {name} have?"
    yield from _counted(plain)
    yield from _acting(plain)
    if match := _PAYS.match(plain):
        yield from _paid(match)
    if match := _DEFINES.match(plain):
        yield from _defined(match)


def _counted(plain: str) -> Iterator[tuple[Form, str]]:
    """Yield the question for a sentence that begins with its figure: the rest of it stays as it is."""
    for form, asks, pattern in (
        (Form.SHARE, "what percentage of", _SHARE_OF),
        (Form.FIGURE, "how many", _SO_MANY),
    ):
        match = pattern.fullmatch(plain)
        # Without a name or a year it might be asked of anything.
        by_itself = match and (match["when"] or _NAMES_SOMETHING.search(match["rest"]))
        if match and by_itself and not _OUTSIDE.search(match["rest"]) and match["rest"][0].islower():
            text = f"{match['when'] or ''}{asks} {match['rest']}?"
            yield form, text[0].upper() + text[1:]


def _acting(plain: str) -> Iterator[tuple[Form, str]]:
    """Yield the question for what a body does, did, or is there for."""
    if (match := _BEGAN.match(plain)) and (name := _subject(match["name"])) and find_dates(match["rest"][:40]):
        yield Form.DATE, f"When did {name} {_BEGINS[match['verb']]}?"
    if (match := _RESPONSIBLE.match(plain)) and (name := _subject(match["name"])):
        yield Form.ACTION, f"What {match['be']} {name} responsible for?"
    if (match := _ACTED.match(plain)) and (name := _subject(match["name"])):
        does, verb = _ACTS[match["verb"]].split(" ", 1)
        if _BODIES.search(name) or find_people(name) == (name,):
            yield Form.ACTION, f"What {does} {name} {verb}?"


def _paid(match: re.Match[str]) -> Iterator[tuple[Form, str]]:
    name = _subject(match["name"])
    on_what = _ON_WHAT.fullmatch(match["rest"])
    if name and (on_what or match["verb"] not in _NEEDS_OBJECT):
        yield Form.MONEY, f"How much did {name} {_PLAIN_VERBS[match['verb']]}{on_what[0] if on_what else ''}?"


def _defined(match: re.Match[str]) -> Iterator[tuple[Form, str]]:
    name = _subject(match["name"])
    if not name or match["verb"] in ("was", "were"):
        return
    bare = _ARTICLE.sub(r"\2", name)
    if find_people(bare) == (bare,):
        if _ROLES.search(match["what"]):
            yield Form.PERSON, f"Who {match['verb']} {name}?"
    elif match["verb"] == "is" and _PLURAL.search(bare):
        return
    elif _BODIES.search(bare) or (len(bare.split()) == 1 and bare[0].isupper() and not _ROLES.search(match["what"])):
        yield Form.DEFINITION, f"What {match['verb']} {name}?"


def _subject(words: str) -> str:
    """Return a subject as it stands within a sentence, "" where it is no proper name that speaks for itself."""
    article, bare = _ARTICLE.match(words).groups()  # type: ignore[union-attr]
    parts = bare.split()
    if not parts or len(parts) > _LONGEST_SUBJECT or _POINTS.search(_WITHIN.sub(" ", bare)):
        return ""
    if article.lower() == "the " and len(parts) == 1:
        # "The Department" is another one in each document.
        return ""
    # The first word has its capital from the sentence, unless an article stands before it.
    named = parts if article else parts[1:] or ([parts[0]] if _is_name_alone(parts[0]) else [])
    if not any(part[0].isupper() for part in named) or not (parts[0][0].isupper() and parts[-1][0].isupper()):
        return ""
    # A word in small letters may be a verb, and the name have ended before it.
    if any(part[0].islower() and part not in _JOINING for part in parts) or _A_LETTER.match(words):
        return ""
    return f"{article.lower()}{bare}"


def _is_name_alone(word: str) -> bool:
    """Return whether a single word that begins a sentence is surely a name: an acronym, or one with a capital inside."""
    return len(word) > 1 and any(letter.isupper() for letter in word[1:])
