"""Exports as downloads: the reader's own and nobody else's, named, and never kept by a cache."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, unquote

import docx
import pytest

from report_qa import AnswerStatus
from report_qa.doors import downloads
from report_qa.doors.chat import service
from report_qa.doors.chat.export_routes import EXPORT_ROUTES
from report_qa.doors.chat.owner import COOKIE, new_token, owner_of
from report_qa.doors.chat.service import Service
from report_qa.errors import FrozenAnswerAltered
from report_qa.evidence import EvidenceView
from tests.report_qa.doors.chat import asked
from tests.report_qa.doors.chat.fakes import NOTE, PROSE, REPORT, ROW, SENTENCE, FakeShelf, answer_to, make_service

QUESTION = "Wie groß ist die Lücke? “£3.2m”"
ABSENT = b"There is nothing of yours to export under this address."
TOKEN = new_token()


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Service]:
    made = make_service(tmp_path)
    service.install(made)
    yield made
    made.close()
    service.install(None)


@pytest.fixture
def told(held: Service) -> tuple[str, str]:
    """Return a conversation and its only turn, which belong to the token."""
    return _asked(held)


def _asked(held: Service, status: AnswerStatus = AnswerStatus.ANSWERED) -> tuple[str, str]:
    owner = owner_of(TOKEN)
    assert owner
    conversation_id = held.conversations().begin(owner)
    turn = held.conversations().append(owner, conversation_id, answer_to(QUESTION, status), None)
    return conversation_id, turn.turn_id


def get(address: str, token: str = TOKEN) -> tuple[int, dict[str, str], bytes]:
    headers = {"host": "127.0.0.1:8501"} | ({"cookie": f"other=1; {COOKIE}={token}"} if token else {})
    return asked.get(address, EXPORT_ROUTES, **headers)


def test_an_answer_is_a_file_with_its_words_its_sources_and_where_they_stand(told: tuple[str, str]) -> None:
    status, headers, body = get(f"/export/answer/{told[1]}?format=docx")
    assert status == 200
    words = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(body)).paragraphs)
    assert SENTENCE in words
    assert REPORT.title in words
    assert (
        f"http://127.0.0.1:8501/evidence?cite={quote(PROSE.cite, safe='')}".encode()
        in get(f"/export/answer/{told[1]}?format=markdown")[2]
    )
    assert headers["content-type"].startswith("application/vnd.openxmlformats")
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


def test_the_file_is_named_for_old_clients_and_as_it_is(told: tuple[str, str]) -> None:
    named = get(f"/export/answer/{told[1]}?format=csl")[1]["content-disposition"]
    kind, plain, whole = named.split("; ")
    assert kind == "attachment"
    assert plain == 'filename="Wie gro_ ist die Lucke __3.2m_ - 2026-11-24.csl.json"'
    assert whole.startswith("filename*=UTF-8''")
    assert unquote(whole.removeprefix("filename*=UTF-8''")) == "Wie groß ist die Lücke “£3.2m” - 2026-11-24.csl.json"


def test_a_conversation_is_a_file(told: tuple[str, str]) -> None:
    status, headers, body = get(f"/export/conversation/{told[0]}?format=json")
    assert (status, headers["content-type"]) == (200, "application/json")
    assert SENTENCE in json.dumps(json.loads(body), ensure_ascii=False)


@pytest.mark.parametrize("format_name", ["docx", "ris"])
@pytest.mark.parametrize("token", ["", new_token(), "short"], ids=["nobody", "another", "no token"])
def test_what_is_somebody_elses_is_as_absent_as_what_is_unknown(
    told: tuple[str, str], token: str, format_name: str
) -> None:
    of_another = [get(f"/export/{kind}/{id_}?format={format_name}", token) for kind, id_ in _both(told)]
    unknown = [get(f"/export/{kind}/{'0' * 32}?format={format_name}", token) for kind in ("answer", "conversation")]
    mine_unknown = [get(f"/export/{kind}/{'0' * 32}?format={format_name}") for kind in ("answer", "conversation")]
    assert of_another == unknown == mine_unknown
    assert {(status, body) for status, _, body in of_another} == {(404, ABSENT)}
    assert all(get(f"/export/{kind}/{id_}?format=csv")[0] == 200 for kind, id_ in _both(told))


def _both(told: tuple[str, str]) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("conversation", told[0]), ("answer", told[1])


def test_an_empty_conversation_has_nothing_to_export(held: Service) -> None:
    conversation_id = held.conversations().begin(str(owner_of(TOKEN)))
    assert get(f"/export/conversation/{conversation_id}?format=pdf")[::2] == (404, ABSENT)


def test_a_refusal_can_be_exported(held: Service) -> None:
    turn_id = _asked(held, AnswerStatus.REFUSED_NO_EVIDENCE)[1]
    assert b"nothing about the Moon" in get(f"/export/answer/{turn_id}?format=markdown")[2]


@pytest.mark.parametrize("query", ["", "?format=", "?format=exe", "?format=DOCX", "?format=../docx"])
def test_an_unknown_format_is_one_sentence(told: tuple[str, str], query: str) -> None:
    status, headers, body = get(f"/export/answer/{told[1]}{query}")
    assert (status, headers["content-type"]) == (422, "text/plain; charset=utf-8")
    assert body.startswith(b"There is no export as")
    assert b"docx" in body


def test_pages_are_drawn_where_they_are_wanted_and_can_be_shown(
    told: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []

    def none_drawn(content: object, draw: object) -> tuple[()]:
        drawn.append(1)
        return ()

    monkeypatch.setattr(FakeShelf, "marked_page", lambda self, *_: b"", raising=False)
    monkeypatch.setattr(downloads, "page_pictures", none_drawn)
    for query in ("format=pdf", "format=pdf&pages=0", "format=csv&pages=1"):
        assert get(f"/export/answer/{told[1]}?{query}")[0] == 200
    assert drawn == []
    assert get(f"/export/answer/{told[1]}?format=pdf&pages=1")[1]["content-type"] == "application/pdf"
    assert drawn == [1]


def test_a_checked_text_is_its_readers_own(held: Service) -> None:
    assert get("/export/check?format=json")[0] == 404
    draft = held.drafts.check(str(owner_of(TOKEN)), "A draft.")
    for _ in range(500):
        if not draft.pending:
            break
        time.sleep(0.01)
    status, _, body = get(f"/export/check?format=json&draft={draft.draft_id}")
    assert status == 200
    assert "contradicted" in body.decode()
    assert get("/export/check?format=json")[0] == 200
    assert get(f"/export/check?format=json&draft={'0' * 32}")[0] == 404
    assert get("/export/check?format=json", new_token())[0] == 404
    assert get("/export/check?format=json", "")[0] == 404


def test_chosen_citations_are_listed_in_their_order_for_everybody(held: Service) -> None:
    status, headers, body = get(f"/export/evidence?format=csv&cite={quote(ROW.cite)}&cite={quote(PROSE.cite)}", "")
    assert status == 200
    text = body.decode("utf-8-sig")
    assert text.index(NOTE.publisher) < text.index(SENTENCE)
    assert 'filename="Chosen evidence Neighbourhoods briefing notes - ' in headers["content-disposition"]


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("", 422, b"No citation was chosen."),
        ("&cite=nonsense", 404, b"None of these citations opens anything on the shelf."),
        ("".join(f"&cite={number}" for number in range(201)), 422, b"Choose at most 200 citations at once."),
    ],
)
def test_citations_that_are_none_or_too_many(held: Service, query: str, status: int, said: bytes) -> None:
    assert get(f"/export/evidence?format=ris{query}")[::2] == (status, said)


def test_the_address_puts_no_words_into_a_file(held: Service) -> None:
    body = get(f"/export/evidence?format=markdown&cite={quote(PROSE.cite)}&title=Approved&shelf=Approved")[2]
    assert b"Approved" not in body


def test_an_error_of_the_server_names_none_of_its_files(
    told: tuple[str, str], held: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def altered(*_: object) -> Mapping[str, EvidenceView]:
        raise FrozenAnswerAltered("An answer stored in /srv/library/conversations.sqlite is not the one.")

    monkeypatch.setattr(type(held.conversations()), "turn", altered)
    status, _, body = get(f"/export/answer/{told[1]}?format=csv")
    assert (status, body) == (500, b"This could not be exported. Please try again.")
