"""Exports as downloads: an answer, a conversation, the reader's last checked text, and citations that somebody picked.

What is a reader's own is found by the owner whose request it is, so an address alone hands nothing over: somebody
else's answer is as absent as one that nobody was given. Picked citations are the shelf's and open for everybody, as each of
them does under its permanent link.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from report_qa import ReportQAError, Shelf
from report_qa.audit import Deed
from report_qa.doors.chat import seeing, which_library
from report_qa.doors.chat.doorkeeper import person_of
from report_qa.doors.chat.routes import INERT
from report_qa.doors.chat.texts import text
from report_qa.doors.deeds import note
from report_qa.doors.downloads import MOST_CHOSEN, download
from report_qa.errors import ConversationNotFound, LibraryNotFound, SettingInvalid
from report_qa.exporting.collect import OpenEvidence, of_answer, of_checked, of_conversation, of_evidence
from report_qa.exporting.content import Content
from report_qa.exporting.formats import Format, format_named

# Gathers what is exported; the shelf's evidence, its title and the chat's address are given.
Collect = Callable[..., Content]
# What one reader was told is nobody else's to find in a cache, and the same address may hold more tomorrow.
_HEADERS = INERT | {"cache-control": "no-store"}
_FORMAT, _PAGES, _DRAFT, _CITE = "format", "pages", "draft", "cite"


class _Refused(Exception):
    """Why there is no file: a status and one sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


async def answer(request: Request) -> Response:
    """Return one answer of the reader's as a file."""
    return await _file(request, _answer)


async def conversation(request: Request) -> Response:
    """Return a conversation of the reader's as a file."""
    return await _file(request, _conversation)


async def check(request: Request) -> Response:
    """Return the verdicts on the reader's last text as a file; `draft` says which text is meant."""
    return await _file(request, _check)


async def evidence(request: Request) -> Response:
    """Return the quotations behind the citations `cite`, in their order, as a file."""
    return await _file(request, _evidence)


EXPORT_ROUTES = (
    Route("/export/answer/{turn_id}", answer),
    Route("/export/conversation/{conversation_id}", conversation),
    Route("/export/check", check),
    Route("/export/evidence", evidence),
)


async def _file(request: Request, find: Callable[[Request], Collect]) -> Response:
    return await run_in_threadpool(_made, request, find)


def _made(request: Request, find: Callable[[Request], Collect]) -> Response:
    try:
        form = format_named(request.query_params.get(_FORMAT, ""))
        collect = find(request)
        held = seeing.route(request)
        shelf = held.shelf()
        # Permanent links begin where this server is reached; which names it answers to is settled before (see `server`).
        address = which_library.start(held, str(request.base_url))
        content = collect(shelf.evidence, shelf=shelf.title, address=address)
        made = _download(content, form, shelf, pages=request.query_params.get(_PAGES) == "1")
        note(held, person_of(request), Deed.EXPORTED, f"{_what(request)} {form.name}")
        return made
    except _Refused as refused:
        return _sentence(refused.status, str(refused))
    except SettingInvalid as error:
        return _sentence(422, str(error))
    except (ConversationNotFound, LibraryNotFound):
        return _sentence(404, text("export.absent"))
    except (ReportQAError, OSError):
        # Its message may name files of the server.
        return _sentence(500, text("export.failed"))


def _what(request: Request) -> str:
    """Return what was exported by the end of its address ("answer/<id>"), and nothing of what it holds."""
    return request.url.path.removeprefix("/export/")


def _answer(request: Request) -> Collect:
    turn = seeing.route(request).conversations().turn(_owner(request), request.path_params["turn_id"])
    return partial(of_answer, turn.answer)


def _conversation(request: Request) -> Collect:
    loaded = seeing.route(request).conversations().load(_owner(request), request.path_params["conversation_id"])
    if not loaded.turns:
        raise _Refused(404, text("export.absent"))
    return partial(of_conversation, loaded)


def _check(request: Request) -> Collect:
    draft = seeing.route(request).drafts.of(_owner(request))
    meant = request.query_params.get(_DRAFT, "")
    if draft is None or draft.checked is None or (meant and meant != draft.draft_id):
        raise _Refused(404, text("export.no_check"))
    return partial(of_checked, draft.checked)


def _evidence(request: Request) -> Collect:
    cites = tuple(dict.fromkeys(request.query_params.getlist(_CITE)))
    if not cites:
        raise _Refused(422, text("export.none_chosen"))
    if len(cites) > MOST_CHOSEN:
        raise _Refused(422, text("export.too_many", most=MOST_CHOSEN))
    if not any(seeing.route(request).shelf().evidence(cite) for cite in cites):
        raise _Refused(404, text("export.no_evidence"))
    return partial(_of_chosen, cites)


def _of_chosen(cites: tuple[str, ...], open_evidence: OpenEvidence, *, shelf: str, address: str) -> Content:
    # No words of the address go into the file, so that nobody can be sent a link to a file that says what they made up.
    title = text("export.title_of", shelf=shelf) if shelf else text("export.title")
    return of_evidence(cites, open_evidence, title=title, chosen_at=datetime.now(UTC), shelf=shelf, address=address)


def _owner(request: Request) -> str:
    return person_of(request).owner


def _download(content: Content, form: Format, shelf: Shelf, *, pages: bool) -> Response:
    written, disposition = download(content, form, shelf, pages=pages)
    return Response(written, media_type=form.media_type, headers=_HEADERS | {"content-disposition": disposition})


def _sentence(status: int, words: str) -> Response:
    return PlainTextResponse(words, status_code=status, headers=_HEADERS)
