"""JSON: the public projection, with the numbers of the references."""

from __future__ import annotations

import json
from typing import Any

from report_qa.exporting.collect import of_checked, of_conversation, of_evidence
from report_qa.exporting.content import Content
from report_qa.exporting.json_file import SCHEMA, as_json
from report_qa.projection import answer_json, checked_json
from tests.report_qa.exporting.samples import CHECKED, CONVERSATION, DAY, GAP, HOSTILE, PLAN, open_evidence


def read(content: Content) -> Any:
    return json.loads(as_json(content).decode("utf-8"))


def test_answers_are_what_other_doors_give_with_numbers() -> None:
    found = read(of_conversation(CONVERSATION, open_evidence, address="https://reports.example"))
    assert (found["schema"], found["kind"], found["editions"]) == (SCHEMA, "conversation", ["000007", "000008"])
    for answer, turn in zip(found["answers"], CONVERSATION.turns, strict=True):
        numbers = [claim.pop("references") for claim in answer["claims"]]
        wordings = [claim.pop("wording") for claim in answer["claims"]]
        assert len(numbers) == len(wordings) == len(turn.answer.claims)
        answer.pop("nearest_references")
        public = json.dumps(answer_json(turn.answer), ensure_ascii=False)
        assert answer == json.loads(public.encode("utf-8", "replace"))
    second = found["references"][1]
    assert (second["number"], second["quote"], second["published_on"]) == (2, PLAN.quote, "2019")
    assert second["link"].startswith("https://reports.example/evidence?cite=000007~old-plan~")


def test_checked_texts_and_lists() -> None:
    found = read(of_checked(CHECKED, open_evidence))
    assert [sentence["verdict"] for sentence in found["checked"]["sentences"]] == [
        sentence["verdict"] for sentence in checked_json(CHECKED)["sentences"]
    ]
    assert [sentence["references"] for sentence in found["checked"]["sentences"]] == [[1], [1], [], []]
    listed = read(of_evidence([GAP.cite, "gone"], open_evidence, title=HOSTILE, chosen_at=DAY))
    assert [reference["quote"] for reference in listed["references"]] == [GAP.quote]
    assert listed["missing"] == ["gone"]
