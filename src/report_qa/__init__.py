"""Report Q&A: cited answers from a shelf of reports. The names below are the whole public surface.

    from report_qa import open_assistant

    answer = open_assistant().ask("How large is the productivity gap?")
    print(answer.text)

Importing this package loads nothing heavy; models and indexes come with `open_assistant`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from report_qa.assistant import Assistant
    from report_qa.conversations import Conversations
    from report_qa.errors import ReportQAError
    from report_qa.evidence import EvidenceView, PageView, Paragraph
    from report_qa.holdings import Holdings
    from report_qa.records.answer import Answer, AnswerStatus, Citation, Claim, EvidenceSpan, Locator, Verdict
    from report_qa.records.chain import Chain, Link, Outcome, Reference, ReferenceKind
    from report_qa.records.checked import Checked
    from report_qa.records.comparison import DocumentComparison
    from report_qa.records.conversation import Conversation, Exchange, Turn
    from report_qa.records.document import SourceDocument
    from report_qa.records.passage import Retrieval
    from report_qa.records.scope import Within
    from report_qa.settings import Settings, load_settings
    from report_qa.shares import Shares
    from report_qa.shelf import Shelf
    from report_qa.wiring import (
        langchain_retriever,
        open_assistant,
        open_conversations,
        open_holdings,
        open_shares,
        open_shelf,
    )

_HOMES = {
    "Answer": "report_qa.records.answer",
    "AnswerStatus": "report_qa.records.answer",
    "Assistant": "report_qa.assistant",
    "Chain": "report_qa.records.chain",
    "Checked": "report_qa.records.checked",
    "Citation": "report_qa.records.answer",
    "Claim": "report_qa.records.answer",
    "Conversation": "report_qa.records.conversation",
    "Conversations": "report_qa.conversations",
    "DocumentComparison": "report_qa.records.comparison",
    "EvidenceSpan": "report_qa.records.answer",
    "EvidenceView": "report_qa.evidence",
    "Exchange": "report_qa.records.conversation",
    "Holdings": "report_qa.holdings",
    "Link": "report_qa.records.chain",
    "Locator": "report_qa.records.answer",
    "Outcome": "report_qa.records.chain",
    "PageView": "report_qa.evidence",
    "Paragraph": "report_qa.evidence",
    "Reference": "report_qa.records.chain",
    "ReferenceKind": "report_qa.records.chain",
    "ReportQAError": "report_qa.errors",
    "Retrieval": "report_qa.records.passage",
    "Settings": "report_qa.settings",
    "Shares": "report_qa.shares",
    "Shelf": "report_qa.shelf",
    "SourceDocument": "report_qa.records.document",
    "Turn": "report_qa.records.conversation",
    "Verdict": "report_qa.records.answer",
    "Within": "report_qa.records.scope",
    "langchain_retriever": "report_qa.wiring",
    "load_settings": "report_qa.settings",
    "open_assistant": "report_qa.wiring",
    "open_conversations": "report_qa.wiring",
    "open_holdings": "report_qa.wiring",
    "open_shares": "report_qa.wiring",
    "open_shelf": "report_qa.wiring",
}

__all__ = [
    "Answer",
    "AnswerStatus",
    "Assistant",
    "Chain",
    "Checked",
    "Citation",
    "Claim",
    "Conversation",
    "Conversations",
    "DocumentComparison",
    "EvidenceSpan",
    "EvidenceView",
    "Exchange",
    "Holdings",
    "Link",
    "Locator",
    "Outcome",
    "PageView",
    "Paragraph",
    "Reference",
    "ReferenceKind",
    "ReportQAError",
    "Retrieval",
    "Settings",
    "Shares",
    "Shelf",
    "SourceDocument",
    "Turn",
    "Verdict",
    "Within",
    "langchain_retriever",
    "load_settings",
    "open_assistant",
    "open_conversations",
    "open_holdings",
    "open_shares",
    "open_shelf",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
