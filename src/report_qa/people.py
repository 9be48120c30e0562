"""People's names in text, told by their form: "Kevin K. McAleenan", "Zoë Billingham".

A name of a person is two or more capitalised words none of which names a body, a place or a thing; a title in front of it belongs
to no name. A single surname is not told from other capitalised words.
"""

from __future__ import annotations

import re

from report_qa.words import stem

_SURNAME = r"(?:O[’']|Mc|Mac)?[A-ZÀ-Þ][a-zß-ÿ’'-]+(?:-[A-ZÀ-Þ][a-zß-ÿ’'-]+)*"
_PERSON = re.compile(rf"\b{_SURNAME}(?: (?:{_SURNAME}|[A-Z]\.?(?= )|de|van|von|der|la|al|bin)){{1,4}}")
# Capitalised words that name bodies, places and documents, not people.
_NOT_OF_PEOPLE = frozenset(
    """
    the a an in on at of for and to by this that these those our we it he she they each both all
    office department ministry agency council committee board commission authority university college school hospital trust fund
    foundation institute centre center association society union company corporation group party government parliament house
    court service services act bill order law plan report review strategy strategic programme program project policy goal goals
    performance measure survey index table figure chapter section annex appendix executive federal national international
    regional local royal british english scottish welsh united states kingdom america american north south east west northern
    southern eastern western new great city town county state district region street road avenue square park bank market
    research evaluation analysis development management administration operations security health education employment work
    social community public private general chief deputy director president secretary minister administrator manager officer
    chair chairman inspector budget finance financial fiscal year january february march april may june july august september
    october november december monday tuesday wednesday thursday friday saturday sunday big lottery level levelling up
    employee employees viewpoint human capital resources message summary results progress update overview description
    stakeholder stakeholders date type status rating ratings present instrument second first third airport runway
    """.split()
)
_TITLES = frozenset(
    "the secretary director president minister administrator chair chairman professor prof dr sir lord lady dame mr mrs ms by".split()
)
_AUTHORS = frozenset(stem(word) for word in "wrote written write author authors authored".split())
_BY = re.compile(r"\bby (?=[A-Z])")


def find_people(words: str) -> tuple[str, ...]:
    """Return what has the form of a person's name: two or more capitalised words, none of which names a body or a thing."""
    found = []
    for match in _PERSON.finditer(words):
        parts = match[0].split()
        while parts and parts[0].lower() in _TITLES:
            parts = parts[1:]
        if len(parts) > 1 and not any(_names_no_person(part) for part in parts):
            found.append(" ".join(parts))
    return tuple(found)


def _names_no_person(part: str) -> bool:
    word = part.lower().strip("’'")
    return word in _NOT_OF_PEOPLE or word.removesuffix("s") in _NOT_OF_PEOPLE


def is_by_somebody(role: str, words: str) -> bool:
    """Return whether words name who wrote something by "by Jane Doe", for a question that asks for its author."""
    return role in _AUTHORS and any(find_people(words[match.end() :][:80]) for match in _BY.finditer(words))
