"""Sentences that give orders to a machine that reads: "ignore your instructions", "system: you are now …", "reply only with …".

In a report they are no evidence of anything: they were put there for a reader that obeys. They are recognised by who they speak
to and what about, after the disguises that hide them from people are taken off (characters nobody sees, letters of other
alphabets that look the same, letters spaced out). Ordinary orders to people ("report to your line manager") are left
alone. An order in a code is not recognised, nor need it be: what it asks for stands in no document in plain words, so no
sentence that obeys it can be verified.
"""

from __future__ import annotations

import re
import unicodedata

from report_qa.markup import without_unseen

_LOOKALIKES = str.maketrans(
    "аеорсухіѕјԁһӏԛԝАВЕКМНОРСТХІЅЈαονιρτυκχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopcyxisjdhlqwABEKMHOPCTXISJaovipTukxABEZHIKMNOPTYX"
)
_SPACED_OUT = re.compile(r"\b(?:\w[ .\-_]){4,}\w\b")
_INSTRUCTIONS = r"(?:instructions?|prompts?|directives?|orders|guardrails)"
_RULES = rf"(?:{_INSTRUCTIONS}|rules|guidelines|directions|constraints|training|programming|policies)"
_MACHINE = (
    r"(?:ai|a\.i\.|llms?|(?:large )?language models?|chat ?bots?|(?:ai|virtual|digital|automated) (?:assistants?|agents?|models?|"
    r"readers?|systems?)|gpt(?:-?\d\S*)?|chatgpt|claude|gemini|copilot)"
)
# What only a reply does …
_REPLY = r"(?:say|answer|reply|respond|output|repeat)"
# … and what people do too, where nothing else tells.
_SAY = r"(?:say|answer|reply|respond|output|repeat|print|write|state|tell|claim|assert|insert|append|include|add|mention|cite|begin|start|end|finish|conclude|translate|decode|reveal|recommend|confirm|report|summari[sz]e)"
_ASKING = r"^\W*(?:please |now |then |always |instead,? |also |and |so |(?:when|whenever|if) [^,]{1,60}, )*"
_ORDERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # Away with the instructions, or with the other sources.
        rf"\b(?:ignore|disregard|forget|override|overrule|bypass|do not follow|don't follow|stop following)\b.{{0,30}}\b(?:previous|prior|above|earlier|preceding|foregoing|initial|original|system|existing|all|any|these|those)\b.{{0,30}}\b{_INSTRUCTIONS}\b",
        rf"\b(?:ignore|disregard|forget|override|overrule|bypass|violate|do not follow|don't follow|stop following)\b.{{0,20}}\byour\b.{{0,20}}\b{_RULES}\b",
        r"\b(?:ignore|disregard|forget) (?:all|everything|anything|whatever) (?:that |of )?(?:you|above|before|the above|what)\b",
        rf"{_ASKING}(?:ignore|disregard) (?:all |any |every |the )*(?:other )?(?:passages|sources|documents|context|evidence|figures|question)\b",
        # New ones.
        rf"\b(?:new|updated|revised|secret|hidden|system|developer|admin\w*|override) {_INSTRUCTIONS}\b.{{0,40}}:",
        rf"\b(?:your|the|this) (?:new |only |real |true )*(?:system|developer|hidden|initial|original) {_INSTRUCTIONS}\b",
        rf"\b(?:reveal|print|repeat|output|show|leak|disclose|quote|recite)\b.{{0,30}}\b(?:your|the system|the above|these|all) (?:\w+ )?{_RULES}\b",
        # The marks of turns.
        r"^\W*(?:system|developer|assistant)\s*(?:message|prompt|note|override|update|notice|instructions?)?\s*[:>\]|]",
        r"<\|?\s*/?\s*(?:im_start|im_end|system|assistant|user|endoftext|eot_id|start_header_id|begin_of_text)\b|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>",
        r"\b(?:begin|end|start) of (?:passages?|context|untrusted \w+|retrieved \w+)\b|^\W*(?:BEGIN|END) E\d",
        # To whom it speaks.
        rf"\b(?:dear|attention|hey|hello|note (?:to|for)|message (?:to|for)|instructions? (?:to|for)|if you are|you are|as)\b.{{0,15}}\b(?:an? |the |any |all )?{_MACHINE}\b.{{0,80}}\b(?:must|should|shall|please|you|{_SAY})\b",
        rf"{_ASKING}(?:any |all |every |the )?{_MACHINE}\W{{1,3}}(?:please |you )?(?:must |should |shall |now |will )*{_SAY}\b",
        rf"\b{_MACHINE}s? (?:reading|processing|summari[sz]ing|answering|(?:that|which|who) reads?)\b",
        r"\byou are now\b|^\W*act as (?:a|an|if|though)\b|\bfrom now on,? (?:you|answer|reply|respond|say)\b|\bpretend (?:to be|that you|you)\b",
        # What it wants said.
        rf"{_ASKING}(?:{_REPLY}|print|write|state|tell)\b.{{0,25}}\b(?:only|just|exactly|instead|verbatim|the (?:following|words?|phrase|sentence|user|reader)|to (?:the|any|every|all) (?:question|user|reader)s?|(?:every|any|all|each) (?:question|answer)s?|that the answer)\b",
        rf"{_ASKING}(?:{_REPLY}|write|tell|append|insert|claim)\s+(?:\w.{{0,25}})?[:\"“‘']|{_ASKING}(?:print|state|include|add|mention|end|begin|start|finish|conclude)\s+(?:\w.{{0,25}} )?[\"“]",
        rf"{_ASKING}(?:{_REPLY}|claim) that\b",
        rf"\b(?:when|whenever|if) (?:you are |you're )?(?:asked|anyone asks|the user asks|someone asks|answering|summari[sz]ing)\b.{{0,80}}\b(?:always |you (?:must|should) |please )?{_REPLY}\b",
        rf"\b(?:you must|you should|you shall|you have to|you will|you are to|make sure (?:to|you)|be sure to) (?:always |only |now |also |first |instead )*(?:{_REPLY}|claim|assert)\b",
        rf"\b(?:in|as|with|to|of|at the (?:end|start|beginning) of) your (?:answers?|repl(?:y|ies)|responses?|output)\b.{{0,30}}\b{_SAY}\b|{_ASKING}{_SAY}\b.{{0,60}}\b(?:in|to|as|of|with) your (?:answers?|repl(?:y|ies)|responses?|output)\b",
        rf"{_ASKING}(?:begin|start|end|finish|prefix|append) (?:your|every|each|the|all) (?:answers?|repl(?:y|ies)|responses?|sentences?|output)\b",
        r"\byour (?:answers?|repl(?:y|ies)|responses?|output|task|job) (?:must|should|shall|is|will|are) (?:be|to|now|always|only|say|state|contain|include)\b",
        rf"\b(?:decode|decrypt|decipher|execute|obey)\b.{{0,40}}(?:\bbase ?64\b|\brot ?13\b|\b(?:and|then) (?:obey|follow|execute|do|{_REPLY})\b|\b{_INSTRUCTIONS}\b)",
    )
)  # fmt: skip


def is_order(sentence: str) -> bool:
    """Return whether a sentence speaks to a machine that is to obey it."""
    seen = bare(sentence)
    return any(order.search(seen) for order in _ORDERS)


def bare(text: str) -> str:
    """Return a text without the disguises that fool a pattern but not a reader."""
    text = unicodedata.normalize("NFKC", without_unseen(text)).translate(_LOOKALIKES)
    text = _SPACED_OUT.sub(lambda match: re.sub(r"[ .\-_]", "", match[0]), text)
    return " ".join(text.split())
