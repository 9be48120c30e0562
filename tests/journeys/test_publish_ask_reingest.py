"""A reader's citation and conversation outlive a change of the document."""

from __future__ import annotations

from contextlib import closing

from report_qa.wiring import open_conversations
from tests.small_library import GAP, SmallLibrary

OLD, NEW = "£4.2 billion", "£5.1 billion"


def test_publish_ask_cite_change_ask_again(own: SmallLibrary) -> None:
    assistant, shelf = own.assistant(), own.shelf()
    with closing(open_conversations(library=own.library.folder)) as conversations:
        first = assistant.ask(GAP)
        assert OLD in first.claims[0].sentence
        conversation = conversations.begin("ana")
        turn = conversations.append("ana", conversation, first, parent=None)
        cite = first.evidence[0].cite

        # A new first section moves every offset, too.
        own.replace("big-plan.md", "## Productivity", "## Summary\n\nMuch is to be done.\n\n## Productivity")
        own.replace("big-plan.md", OLD, NEW)
        receipt = own.ingest()
        assert (receipt.edition, receipt.changed) == ("000002", ["big-plan.md"])

        second = assistant.ask(GAP)
        assert NEW in second.claims[0].sentence
        assert OLD not in second.text
        assert second.evidence[0].cite != cite

        for reader in (shelf, own.shelf()):
            old = reader.evidence(cite)
            assert old is not None
            assert (old.located, old.edition_id) == (True, "000001")
            assert OLD in old.quote
            assert OLD in "".join(part.text for part in old.paragraphs)
            new = reader.evidence(second.evidence[0].cite)
            assert new is not None
            assert (new.located, new.edition_id, NEW in new.quote) == (True, "000002", True)
            assert NEW in reader.text("big-plan.md")
            assert OLD in reader.original(old.document).path.read_text(encoding="utf-8")

        conversations.append("ana", conversation, second, parent=turn.turn_id)

    with closing(open_conversations(library=own.library.folder)) as reopened:
        kept = reopened.load("ana", conversation)
        assert kept.turns[0] == turn
        assert [item.answer for item in kept.turns] == [first, second]


def test_without_its_edition_a_citation_of_changed_words_is_not_located(own: SmallLibrary) -> None:
    cite = own.assistant().ask(GAP).evidence[0].cite
    own.replace("big-plan.md", OLD, NEW)
    own.ingest()
    gone = "~".join(["000009", *cite.split("~")[1:]])
    view = own.shelf().evidence(gone)
    assert view is not None
    assert (view.located, view.quote, view.edition_id) == (False, "", "000002")


def test_going_back_to_the_edition_before_brings_its_answers_back(own: SmallLibrary) -> None:
    assistant = own.assistant()
    own.replace("big-plan.md", OLD, NEW)
    own.ingest()
    assert NEW in assistant.ask(GAP).text
    own.library.publish("000001")
    answer = assistant.ask(GAP)
    assert (OLD in answer.text, answer.provenance.edition_id) == (True, "000001")
