"""What answers golden questions worse than it may is not published, and the refusal says which and how."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ingest.gate import Gate
from ingest.pool import ReadHere
from ingest.receipt import Receipt
from ingest.remake import rebuild
from ingest.run import ingest
from report_qa.errors import PublishRefused, SettingInvalid
from report_qa.library.switch import Switch
from report_qa.settings import load_settings
from report_qa.wiring import ask_golden
from tests.small_library import GAP, NOT_THERE, SmallLibrary

LIBRARIES = "How many public libraries were there in England in 2019?"
QUESTIONS = [
    {"id": "gap", "question": GAP, "answerable": True, "must_contain": ["4.2 billion"], "source": "big-plan.md"},
    {"id": "libraries", "question": LIBRARIES, "answerable": True, "must_contain": ["3,600"], "source": "libraries.md"},
    {"id": "penguins", "question": NOT_THERE, "answerable": False},
]


def gate_over(own: SmallLibrary, *, share: float = 1.0, allowed: bool = False, questions: Any = QUESTIONS) -> Gate:
    file = own.notes.parent / "gate.jsonl"
    file.write_text("\n".join(map(json.dumps, questions)), encoding="utf-8")
    ask = partial(ask_golden, load_settings(library=own.library.folder), file)
    return Gate(
        file=file,
        share=share,
        ask=lambda library, embedder, only: ask(library, embedder or own.embedder, only),
        allowed=allowed,
    )


def publish(own: SmallLibrary, gate: Gate) -> Receipt:
    return ingest(
        [own.notes],
        library=own.library,
        embedder_digest=own.embedder.digest,
        make_embedder=lambda: own.embedder,
        readers=ReadHere(),
        gate=gate,
    )


@pytest.fixture
def fresh(tmp_path: Path) -> SmallLibrary:
    return SmallLibrary(tmp_path)


def stored(own: SmallLibrary) -> Any:
    folder = own.library.editions_folder / own.library.current_edition_id()
    return json.loads((folder / "receipt.json").read_text(encoding="utf-8"))["gate"]


def test_an_edition_that_passes_says_so_in_its_receipt(fresh: SmallLibrary) -> None:
    receipt = publish(fresh, gate_over(fresh))
    assert receipt.gate == stored(fresh)
    assert (stored(fresh)["passed"], stored(fresh)["of"], stored(fresh)["was"]) == (3, 3, None)
    assert "3 of 3 golden questions pass" in receipt.as_text()
    fresh.write("new.md", "# New\n\nSomething new.\n")
    assert "3 of 3 golden questions pass (was 3)" in publish(fresh, gate_over(fresh)).as_text()


def test_a_worse_edition_is_refused_and_the_live_one_stays(fresh: SmallLibrary) -> None:
    publish(fresh, gate_over(fresh))
    fresh.replace("big-plan.md", "£4.2 billion", "£9.9 billion")
    with pytest.raises(PublishRefused) as caught:
        publish(fresh, gate_over(fresh))
    said = str(caught.value)
    assert "Only 2 of 3 golden questions pass (was 3); 100% have to." in said
    assert f"gap: {GAP}" in said
    assert "£9.9 billion" in said.partition("now:")[2].partition("before:")[0]
    assert "£4.2 billion" in said.partition("before:")[2]
    assert "libraries" not in said
    assert "--allow-gate" in said
    assert fresh.library.current_edition_id() == "000001"
    assert fresh.library.editions() == ("000001",)
    assert not list(fresh.library.editions_folder.glob("*.building"))


def test_what_is_allowed_is_published_and_the_receipt_says_that_too(fresh: SmallLibrary) -> None:
    publish(fresh, gate_over(fresh))
    fresh.replace("big-plan.md", "£4.2 billion", "£9.9 billion")
    receipt = publish(fresh, gate_over(fresh, allowed=True))
    assert stored(fresh)["allowed"] is True
    assert [item["id"] for item in stored(fresh)["failed"]] == ["gap"]
    assert "2 of 3 golden questions pass (was 3), published all the same" in receipt.as_text()


def test_a_share_of_them_may_be_enough(fresh: SmallLibrary) -> None:
    publish(fresh, gate_over(fresh))
    fresh.replace("big-plan.md", "£4.2 billion", "£9.9 billion")
    assert publish(fresh, gate_over(fresh, share=0.6)).gate == stored(fresh)
    assert stored(fresh)["allowed"] is False


def test_an_answer_to_what_the_documents_do_not_answer_fails(fresh: SmallLibrary) -> None:
    publish(fresh, gate_over(fresh))
    fresh.write("penguins.md", "# Penguins\n\nAbout 20 million penguins live in Antarctica.\n")
    with pytest.raises(PublishRefused, match="penguins: How many penguins"):
        publish(fresh, gate_over(fresh))


def test_other_questions_are_asked_of_the_edition_before_too(fresh: SmallLibrary) -> None:
    publish(fresh, gate_over(fresh))
    fresh.replace("big-plan.md", "£4.2 billion", "£9.9 billion")
    with pytest.raises(PublishRefused, match=r"1 of 2 golden questions pass \(was 2\)"):
        publish(fresh, gate_over(fresh, questions=QUESTIONS[:2]))


def test_editions_made_from_what_is_stored_pass_the_gate_as_well(own: SmallLibrary) -> None:
    assert rebuild(own.library, gate=gate_over(own)).gate == stored(own)
    wrong = [{**QUESTIONS[0], "must_contain": ["5.2 billion"]}]
    with pytest.raises(PublishRefused):
        rebuild(own.library, gate=gate_over(own, questions=wrong))


def test_the_gate_asks_also_while_readers_may_not(fresh: SmallLibrary) -> None:
    Switch(fresh.library.folder).turn_off()
    assert publish(fresh, gate_over(fresh)).edition


def test_a_file_that_is_no_set_of_questions_publishes_nothing(fresh: SmallLibrary) -> None:
    gate = gate_over(fresh)
    gate.file.write_text("{}", encoding="utf-8")
    with pytest.raises(SettingInvalid, match="line 1 is not a gold question"):
        publish(fresh, gate)
    assert not fresh.library.has_current()
