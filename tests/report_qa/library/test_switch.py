"""One file stops all questions, whoever put it there and whatever it says, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_qa.errors import ServiceOff
from report_qa.library.switch import FILE_NAME, LONGEST_MESSAGE, Switch
from tests.small_library import GAP, SmallLibrary


def test_what_is_switched_off_says_so_until_it_is_on_again(tmp_path: Path) -> None:
    switch, another = Switch(tmp_path / "library"), Switch(tmp_path / "library")
    assert switch.state() is None
    switch.require_on()
    off = switch.turn_off("We are moving\n house.")
    assert another.state() == off
    assert off.message == "We are moving house."
    assert off.since.endswith("+00:00")
    with pytest.raises(ServiceOff, match="moving house") as caught:
        another.require_on()
    assert caught.value.retryable
    assert another.turn_on()
    assert not switch.turn_on()
    switch.require_on()


@pytest.mark.parametrize("content", ["", "[]", "Closed for today.", '{"message": "", "since": ""}', "\udcff"])
def test_a_file_that_somebody_put_there_counts_whatever_it_says(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_bytes(content.encode("utf-8", "surrogateescape"))
    off = Switch(tmp_path).state()
    assert off is not None
    assert off.message


def test_a_message_is_cut(tmp_path: Path) -> None:
    assert len(Switch(tmp_path).turn_off("a" * 2_000).message) == LONGEST_MESSAGE


def test_an_assistant_looks_at_each_question_and_the_shelf_never(own: SmallLibrary) -> None:
    switch = Switch(own.library.folder)
    assistant = own.assistant()
    assistant._require_on = switch.require_on
    cite = assistant.ask(GAP).evidence[0].cite
    switch.turn_off()
    for ask in (assistant.ask, assistant.search, assistant.check, assistant.by_source):
        with pytest.raises(ServiceOff):
            ask(GAP)
    shelf = own.shelf()
    view = shelf.evidence(cite)
    assert view is not None
    assert view.located
    assert assistant.trace(cite) is not None
    switch.turn_on()
    assert assistant.ask(GAP).evidence[0].cite == cite
