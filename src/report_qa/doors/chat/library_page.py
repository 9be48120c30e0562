"""The library: its documents with their quality, its editions and what changed in them, files that could not be read, a search
without an answer, and two editions of a document side by side.

All but the search needs no model and is there at once. Where a reader is stands in the address; a citation opens beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from report_qa import DocumentComparison, Holdings, ReportQAError, Retrieval, Shelf
from report_qa.doors.chat import (
    components,
    masthead,
    off_banner,
    seeing,
    share_dialog,
    unpublished,
    visitor,
    which_library,
)
from report_qa.doors.chat.comparison_view import comparison_data, shared_comparison
from report_qa.doors.chat.evidence_view import open_data
from report_qa.doors.chat.library_address import LibraryAddress, View
from report_qa.doors.chat.library_view import document_data, documents_data, editions_data, unread_data, versions_data
from report_qa.doors.chat.places import Places
from report_qa.doors.chat.reader import Reader
from report_qa.doors.chat.search_view import found_data, search_data
from report_qa.doors.chat.service import Service
from report_qa.doors.chat.texts import counted, text
from report_qa.records.person import Role

_LOOKS_S = 0.8
_PASSAGES = 30
_STATE_FOUND = "library_found"

Data = dict[str, Any]


def show(places: Places) -> None:
    """Draw the page."""
    held = seeing.page()
    opened = unpublished.shelf_of(held)
    if opened is None:
        return
    _, title = opened
    held.start_loading()
    reader = Reader(held)
    if reader.has_proposal:
        st.switch_page(places.ask, query_params=which_library.parameters(held))
    with masthead.line(title, places, places.library):
        pass
    share_dialog.show(held, reader)
    waiting = _waits(held)
    st.fragment(_panes)(held, reader, waiting)


def _panes(held: Service, reader: Reader, waiting: bool) -> None:
    with components.looking_again(_LOOKS_S if waiting else None):
        visitor.stay(held)
        # Of now: who reads, and what they may see, may have changed since the page was drawn.
        held = seeing.page()
        reader.hold_selection()
        if _waits(held) != waiting or reader.has_proposal or share_dialog.is_wanted():
            # A search was asked for or the models are there, a document is to be asked about, or a comparison to be shared.
            st.rerun()
        _draw(held, held.shelf(), held.holdings(), reader)


def _draw(held: Service, shelf: Shelf, holdings: Holdings, reader: Reader) -> None:
    with st.container(key="desk"):
        with st.container(key="talk"):
            off_banner.show(held)
            _holdings(held, shelf, holdings, reader)
        with st.container(key="proof"):
            if reader.cite:
                with st.container(key="sheet"):
                    components.evidence(
                        open_data(shelf, reader.cite),
                        key="evidence",
                        on_cite=reader.select,
                        on_close=lambda _: reader.select(""),
                        on_share=lambda cite: share_dialog.offer_quote(shelf, None, cite),
                    )


def _holdings(held: Service, shelf: Shelf, holdings: Holdings, reader: Reader) -> None:
    with st.container(key="turns"), st.container(key="holdings"):
        components.library(
            _library_data(held, holdings) | {"selected": reader.cite},
            key="library",
            on_go=lambda query: _go(held, query),
            on_cite=reader.select,
            on_ask=lambda document_id: _propose(reader, shelf, document_id),
            on_share=lambda _: _share(holdings),
        )


def _address() -> LibraryAddress:
    given: Mapping[str, str] = st.query_params.to_dict()
    return LibraryAddress.of(given)


def _go(held: Service, query: str) -> None:
    st.query_params.from_dict(LibraryAddress.from_query(query).parameters() | which_library.parameters(held))


def _propose(reader: Reader, shelf: Shelf, document_id: str) -> None:
    document = shelf.find(document_id)
    if document is not None:
        # A title within quotation marks says which document is meant (see `report_qa.restrictions`), if it has none itself.
        title = document.title.translate(dict.fromkeys(map(ord, '"“”'), None))
        reader.propose(text("library.ask_prefilled", title=title))


def _share(holdings: Holdings) -> None:
    compared = _compared(holdings, _address())
    if compared is not None:
        share_dialog.offer(shared_comparison(compared))


def _library_data(held: Service, holdings: Holdings) -> Data:
    address, keeps = _address(), visitor.person(held).may(Role.STEWARD)
    if address.view is View.UNREAD and not keeps:
        address = LibraryAddress()
    try:
        data = _view_data(held, holdings, address)
        # Files that could not be read are for those who look after the library.
        refused = len(holdings.refused()) if keeps else None
    except ReportQAError as error:
        data, refused = {"view": "failure", "lead": str(visitor.told(held, error))}, 0 if keeps else None
    place = "search" if address.view is View.SEARCH else str(sorted(address.parameters().items()))
    return {"view": address.view.value, "place": place, "unread": refused} | data


def _view_data(held: Service, holdings: Holdings, address: LibraryAddress) -> Data:
    match address.view:
        case View.DOCUMENT:
            return document_data(holdings, address.document) or {"document": None}
        case View.COMPARE:
            return _compare_data(holdings, address)
        case View.SEARCH:
            return search_data(address, holdings) | _searched(held, address) | {"longest": _longest(held)}
        case View.EDITIONS:
            return editions_data(holdings)
        case View.UNREAD:
            return unread_data(holdings)
    return documents_data(holdings)


def _compare_data(holdings: Holdings, address: LibraryAddress) -> Data:
    chosen = {"before": address.before, "after": address.after}
    data = {
        "document": address.document,
        "versions": [] if address.earlier else versions_data(holdings.versions(address.document)),
        "chosen": chosen,
    }
    compared = _compared(holdings, address)
    if compared is None:
        return data | {"compared": None, "problem": text("library.not_kept")}
    return data | {"compared": comparison_data(compared)}


def _compared(holdings: Holdings, address: LibraryAddress) -> DocumentComparison | None:
    try:
        return holdings.compare(address.document, address.before, address.after, earlier_id=address.earlier)
    except (ReportQAError, KeyError):
        return None


def _searched(held: Service, address: LibraryAddress) -> Data:
    if not address.words:
        return {"state": "idle", "lead": ""}
    if _waits(held):
        return {"state": "loading", "lead": text("library.models_loading")}
    try:
        found = _search(held, address)
    except ReportQAError as error:
        return {"state": "problem", "lead": str(visitor.told(held, error))}
    if not found.kept:
        return {"state": "none", "lead": text("library.found_none")}
    dated = address.filters().since is not None or address.filters().until is not None
    return {
        "state": "found",
        "lead": counted("library.found", len(found.kept), edition=found.edition_id),
        "undated": text("library.undated") if dated else "",
        "found": found_data(found),
    }


def _search(held: Service, address: LibraryAddress) -> Retrieval:
    """Search, or return what the same search has found before in this session and edition."""
    asked = (held.audience, held.shelf().edition_id, address.words, address.filters())
    kept = st.session_state.get(_STATE_FOUND)
    if kept is None or kept[0] != asked:
        found = held.assistant().search(address.words, top=_PASSAGES, within=address.filters())
        kept = st.session_state[_STATE_FOUND] = (asked, found)
    result: Retrieval = kept[1]
    return result


def _waits(held: Service) -> bool:
    """Return whether a search was asked for that the models are still missing for."""
    address = _address()
    return address.view is View.SEARCH and bool(address.words) and held.loading


def _longest(held: Service) -> int:
    return held.settings.max_question_chars
