"""Recognise what is no question to the documents: greetings, thanks, and orders to the assistant.

Everything else is searched. Orders ("ignore your instructions") are refused as out of scope; there is nothing behind this
that would obey them, but a clear word is better than a search for "instructions".
"""

from __future__ import annotations

import re

from report_qa.questions import Question
from report_qa.records.answer import AnswerStatus

_GREETING = re.compile(
    r"^\W*(hi|hello|hey|hiya|good (morning|afternoon|evening|day)|greetings|how are you|nice to meet you)( there| all| everyone| again)?"
    r"( how are you( doing)?( today)?)?\W*$",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"^\W*((many |great |perfect |lovely |ok |okay )?(thanks|thank you|thankyou|cheers|ta)( very much| so much| a lot| again| for .{1,60})?|"
    r"(ok|okay|great|perfect|bye|goodbye|that's all|got it|brilliant|lovely))[\s,.!]*(thanks|thank you|bye|goodbye)?\W*$",
    re.IGNORECASE,
)
_WHAT_ARE_YOU = re.compile(
    r"^\W*(who|what) are you\W*$|^\W*what can (you|i) (do|ask|help)( you)?( here| me with)?\W*$|^\W*help\W*$",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"^\W*(please |now |and |then |first )*(ignore|disregard|forget|override|bypass)\b.{0,40}\b(instructions?|prompts?|rules|guidelines|documents)\b|"
    r"\b(ignore|disregard|forget|override|bypass) (all |any )?(your|previous|prior|the above|these|those) (\w+ )?(instructions?|prompts?|rules)\b|"
    r"\b(system prompt|your (instructions|prompt|rules)|jailbreak|developer mode)\b|"
    r"^\W*(please |now )*(pretend|act as|role-?play)\b|\byou are now\b|\bpretend (to be|you)\b|"
    r"^\W*(please )?(write|compose|draft|translate|code|generate|sing|tell)\b.{0,30}\b(poem|song|joke|story|essay|code|script|limerick|haiku|email|tweet)\b",
    re.IGNORECASE,
)


def screen(question: Question) -> tuple[AnswerStatus, str] | None:
    """Return a status with its one sentence for what needs no search, or None for a question."""
    text = question.text
    if _GREETING.match(text):
        return (
            AnswerStatus.GREETING,
            "Hello. Ask me about the report or the evidence behind it, and I will quote what they say.",
        )
    if _THANKS.match(text):
        return AnswerStatus.GREETING, "You're welcome. Ask whenever there is more to look up."
    if _WHAT_ARE_YOU.match(text):
        return (
            AnswerStatus.GREETING,
            "I quote the report and its evidence, with the page of every statement, and I say so when they do not answer.",
        )
    if _ORDER.search(text):
        return (
            AnswerStatus.REFUSED_OUT_OF_SCOPE,
            "I only look up what the report and its evidence say. Please ask about their contents.",
        )
    return None
