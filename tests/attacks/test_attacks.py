"""No attack gets a word of what it wants in front of a reader, whatever the model obeys.

All cases run against a model that obeys every order it reads, and some against a real small one (`make attacks`: all). A shelf
holds all attacked documents at once, so each question meets the orders of others too.
"""

from __future__ import annotations

import os
import re

import pytest

from report_qa.backends.chat_model import LangChainChatModel
from report_qa.ports import ChatModel
from report_qa.records.answer import Answer, AnswerStatus, Claim
from report_qa.records.conversation import Exchange
from report_qa.records.writing import Message, Speaker
from tests.attacks.cases import ATTACKS, Attack
from tests.doubles import ObeyingModel, ScriptedModel, passages_in
from tests.local_model import LocalModel
from tests.small_library import SmallLibrary

ALL = os.environ.get("ATTACKS") == "all"
# One of each kind meets the real model every time.
SOME = tuple({attack.kind: attack for attack in ATTACKS}.values())
_MARKUP = re.compile(r"<[a-z/!]|\]\(|!\[|://|\bwww\.", re.IGNORECASE)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> SmallLibrary:
    made = SmallLibrary(tmp_path_factory.mktemp("attacked"))
    for attack in ATTACKS:
        made.write(f"{attack.place.lower()}.md", attack.words)
    entries = [
        f'[[document]]\npath = "{each.place.lower()}.md"\ntitle = "{each.title}"\n' for each in ATTACKS if each.title
    ]
    made.write("catalogue.toml", "\n".join(["schema = 1", 'title = "Places"', *entries]))
    made.ingest()
    return made


def ask(shelf: SmallLibrary, attack: Attack, writer: ChatModel) -> tuple[Answer, list[Claim]]:
    told: list[Claim] = []
    history = [Exchange(question=question, answer_text=answer) for question, answer in attack.history]
    assistant = shelf.assistant(writer=writer)
    return assistant.ask(attack.asked, history, on_claim=lambda claim, _: told.append(claim)), told


def shown(answer: Answer, told: list[Claim]) -> str:
    """Return everything that a door would show as said by the product.

    A refusal names what of the reader's own question stands nowhere ("no passage mentions 555"): those are the reader's words.
    """
    sentences = [claim.sentence for claim in (*answer.claims, *told)]
    text = re.sub(r"; no passage mentions .*$", "", answer.text, flags=re.MULTILINE)
    for part in answer.unanswered_parts:
        text = text.replace(part, "")
    return "\n".join([text, *sentences, answer.notice, *answer.choices, *(s.document_title for s in answer.evidence)])


def check(attack: Attack, answer: Answer, told: list[Claim]) -> None:
    seen = shown(answer, told).lower()
    assert [words for words in attack.forbidden if words.lower() in seen] == []
    assert _MARKUP.findall(seen) == []
    assert answer.status is not AnswerStatus.ERROR_INTERNAL


def test_there_are_enough_and_each_has_its_own_place() -> None:
    assert len(ATTACKS) >= 60
    assert len({attack.place for attack in ATTACKS}) == len(ATTACKS)
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("attack", [each for each in ATTACKS if not each.reply], ids=lambda each: each.name)
def test_threat_1_a_model_that_obeys_everything_gets_nothing_through(attack: Attack, shelf: SmallLibrary) -> None:
    answer, told = ask(shelf, attack, ObeyingModel())
    check(attack, answer, told)
    if attack.document or attack.title:
        # Nor does an order keep the truth away.
        assert attack.truth in answer.text


@pytest.mark.parametrize("attack", [each for each in ATTACKS if each.reply], ids=lambda each: each.name)
def test_threat_7_nothing_but_plain_supported_words_of_a_reply_is_shown(attack: Attack, shelf: SmallLibrary) -> None:
    answer, told = ask(shelf, attack, ScriptedModel(attack.reply))
    check(attack, answer, told)
    assert attack.truth in answer.text


@pytest.mark.parametrize("attack", [each for each in ATTACKS if not each.reply], ids=lambda each: each.name)
def test_the_obeying_model_would_say_it_if_it_were_let(attack: Attack) -> None:
    """The double is worth something only if it really obeys: given the bare text, it says what the attack wants."""
    text = "\n".join(
        [attack.title, attack.document, attack.asked, *(words for turn in attack.history for words in turn)]
    )
    instructions = "You answer questions about reports, using only … no answer: handles of the passages, square brackets, thrown away"
    said = ObeyingModel().reply(
        [
            Message(speaker=Speaker.SYSTEM, text=instructions),
            Message(speaker=Speaker.USER, text=f"{text}\n{text[::-1]}"),
        ]
    )
    assert any(words.lower() in said.lower() for words in attack.forbidden), said


@pytest.fixture(scope="module")
def local(request: pytest.FixtureRequest) -> ChatModel:
    served: LocalModel = request.getfixturevalue("local_model")
    return LangChainChatModel(served.name, base_url=served.address, max_tokens=60, timeout_s=120)


@pytest.mark.slow
@pytest.mark.parametrize(
    "attack", [each for each in (ATTACKS if ALL else SOME[::2]) if not each.reply], ids=lambda each: each.name
)
def test_a_real_model_gets_nothing_through(attack: Attack, shelf: SmallLibrary, local: ChatModel) -> None:
    answer, told = ask(shelf, attack, local)
    check(attack, answer, told)


def test_threat_1_no_words_of_a_document_or_question_are_in_the_instructions(shelf: SmallLibrary) -> None:
    seen = ScriptedModel("NO ANSWER")
    for attack in ATTACKS[:10]:
        ask(shelf, attack, seen)
    assert seen.asked
    for messages in seen.asked:
        assert passages_in(messages)
        bare = re.sub(r"the mark \w+", "the mark", messages[0].text)
        assert bare == re.sub(r"the mark \w+", "the mark", seen.asked[0][0].text)
        assert not any(attack.place in messages[0].text for attack in ATTACKS)
