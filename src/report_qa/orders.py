"""Sentences that give orders to a machine that reads: "ignore your instructions", "system: you are now …", "reply only with …".

In a report they are no evidence of anything: they were put there for a reader that obeys. They are recognised by who they speak
to and what about, after the disguises that hide them from people are taken off (characters nobody sees, letters of other
alphabets that look the same, letters spaced out). An order in a code is not recognised, nor need it be: what it asks for
stands in no document in plain words, so no sentence that follows it can be verified.
"""

from __future__ import annotations

import re
import unicodedata

from report_qa.markup import without_unseen

_LOOKALIKES = str.maketrans(
    "аеорсухіѕјԁһӏԛԝАВЕКМНОРСТХІЅЈαονιρτυκχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopcyxisjdhlqwABEKMHOPCTXISJaovipTukxABEZHIKMNOPTYX"
)
_SPACED_OUT = re.compile(r"\b(?:\w[ .\-_]){4,}\w\b")
_INSTRUCTIONS = (
    r"(?:instructions?|prompts?|rules|guidelines|directions|directives|orders|guardrails|constraints|training)"
)
_MACHINE = (
    r"(?:ai|a\.i\.|llms?|(?:large )?language models?|chat ?bots?|assistants?|gpt(?:-?\d\S*)?|chatgpt|claude|gemini|copilot|"
    r"(?:ai )?agents?|the model|models?|summari[sz]ers?)"
)
_SAY = (
    r"(?:say|answer|reply|respond|state|write|output|print|repeat|report|tell|claim|assert|insert|append|include|add|mention|"
    r"return|translate|decode|reveal|show|display|cite|begin|start|end|finish|conclude|summari[sz]e|recommend|confirm)"
)
_ORDERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:ignore|disregard|forget|override|bypass|discard|drop|do not follow|don't follow|stop following)\b.{{0,60}}"
        rf"\b(?:{_INSTRUCTIONS}|(?:all|everything|anything|what) (?:that )?(?:you|above|before|else)|(?:other|all|the) "
        r"(?:passages|sources|documents|context|evidence))\b",
        rf"\b(?:new|updated|revised|real|true|secret|hidden|following|special|system|developer|admin\w*) {_INSTRUCTIONS}\b.{{0,40}}:",
        r"^\W*(?:#+\s*)?(?:system|developer|assistant|user|admin\w*|root|instructions?|sys|prompt)\s*(?:message|prompt|note|override|"
        r"update|notice|instructions?)?\s*[:>\]|]",
        r"<\|?\s*/?\s*(?:im_start|im_end|system|assistant|user|endoftext|eot_id|start_header_id)\b|\[/?INST\]|<</?SYS>>",
        rf"\b(?:dear|attention|hey|hello|note (?:to|for)|message (?:to|for)|instructions? (?:to|for)|if you are|you are|as)\b.{{0,15}}"
        rf"\b(?:an? |the |any |all )?{_MACHINE}\b.{{0,80}}\b(?:must|should|shall|please|you|{_SAY})\b",
        rf"^\W*(?:any |all |every |the )?(?:ai |language )?{_MACHINE}\W{{1,3}}(?:please |you )?(?:must |should |shall |now )?{_SAY}\b",
        rf"\b{_MACHINE} (?:reading|processing|summari[sz]ing|answering|that reads?|which reads?)\b",
        r"\byou are now\b|\bact as (?:a|an|the|if)\b|\bfrom now on\b.{0,20}\b(?:you|answer|reply|respond|say)\b|\bpretend (?:to be|that|you)\b",
        rf"\b(?:your|the|this) (?:system|developer|hidden|initial|original) (?:prompt|message|{_INSTRUCTIONS})\b",
        rf"\b(?:reveal|print|repeat|output|show|leak|disclose)\b.{{0,30}}\b(?:your|the system|the above|these) (?:\w+ )?{_INSTRUCTIONS}\b",
        rf"^\W*(?:please |now |then |always |instead,? |also |and |you (?:must|should|shall|will|are to) |when (?:asked|answering|you)[^,]*, )*"
        rf"{_SAY}\b.{{0,25}}(?:\b(?:only|just|exactly|instead|verbatim|the (?:following|words?|phrase|sentence|question|user|reader)|to (?:the|any|every|all) "
        r"(?:question|user|reader)s?|every (?:question|answer)|any question|all questions|with the words?|that the answer)\b|[:\"“‘'])",
        rf"\b(?:when|whenever|if) (?:you are |you're )?(?:asked|anyone asks|the user asks|someone asks|answering|summari[sz]ing)\b.{{0,80}}"
        rf"\b(?:always |you (?:must|should) |please )?{_SAY}\b",
        rf"\b(?:you must|you should|you shall|you have to|you will|you are to|make sure (?:to|you)|be sure to) (?:always |only |now |also |first )?{_SAY}\b",
        rf"\b(?:in|as|with) (?:your|the) (?:answers?|repl(?:y|ies)|responses?|output)\b.{{0,30}}\b{_SAY}\b|\b{_SAY}\b.{{0,60}}\b(?:in|to|as|of|with) your "
        r"(?:answers?|repl(?:y|ies)|responses?|output)\b",
        r"\byour (?:answer|reply|response|output) (?:must|should|shall|is|will)\b",
        r"\b(?:decode|decrypt|execute|obey|follow) (?:and (?:obey|follow|execute)|the following|this|these|it)\b.{0,60}(?:base64|rot ?13|:|\binstructions?\b|\border)",
        r"\b(?:begin|end|start) of (?:passages?|documents?|context|data|evidence|untrusted)\b|^\W*(?:BEGIN|END) E\d",
    )
)


def is_order(sentence: str) -> bool:
    """Return whether a sentence speaks to a machine that is to obey it."""
    seen = bare(sentence)
    return any(order.search(seen) for order in _ORDERS)


def bare(text: str) -> str:
    """Return a text without the disguises that fool a pattern but not a reader."""
    text = unicodedata.normalize("NFKC", without_unseen(text)).translate(_LOOKALIKES)
    text = _SPACED_OUT.sub(lambda match: re.sub(r"[ .\-_]", "", match[0]), text)
    return " ".join(text.split())
