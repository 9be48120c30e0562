"""Page pictures and whole documents: only the shelf's, only as inert bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from report_qa.doors.chat import service
from report_qa.doors.chat.routes import ROUTES
from report_qa.doors.chat.service import Service
from report_qa.doors.pictures import THUMB_SCALE, Pictures
from report_qa.errors import NothingPublished
from tests.report_qa.doors.chat import asked
from tests.report_qa.doors.chat.fakes import HOSTILE, NOTE, REPORT, FakeShelf, make_service


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Service]:
    made = make_service(tmp_path)
    service.install(made)
    yield made
    made.close()
    service.install(None)


def get(address: str) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of a request."""
    return asked.get(address, ROUTES)


def test_a_page_is_a_picture_that_never_changes(held: Service) -> None:
    status, headers, body = get(f"/page/{REPORT.sha256}/1.jpg?scale=3")
    assert (status, body) == (200, b"picture of page 1 at 3.0")
    assert headers["content-type"] == "image/jpeg"
    assert "immutable" in headers["cache-control"]
    assert headers["x-content-type-options"] == "nosniff"


def test_a_small_picture_is_one_of_the_sizes(held: Service) -> None:
    assert get(f"/page/{REPORT.sha256}/1.jpg?scale=0.4")[2] == b"picture of page 1 at 0.4"


@pytest.mark.parametrize(
    "address",
    [
        f"/page/{'c' * 64}/1.jpg",
        f"/page/{REPORT.sha256}/8.jpg",
        f"/page/{REPORT.sha256}/999999.jpg",
        f"/page/{REPORT.sha256}/-1.jpg",
        f"/page/{REPORT.sha256}/1.png",
        f"/page/{REPORT.sha256}/1.jpg?scale=99",
        f"/page/{REPORT.sha256}/1.jpg?scale=2.5",
        f"/page/{NOTE.sha256}/0.jpg",
        "/page/report/1.jpg",
        f"/page/{REPORT.sha256.upper()}/1.jpg",
        "/page/..%2f..%2fetc/1.jpg",
        f"/original/{'c' * 64}",
        f"/original/{'c' * 64}?cite=nonsense",
        "/original/report",
        "/original/../conversations.sqlite",
        "/original/report.pdf",
    ],
)
def test_what_is_not_on_the_shelf_is_not_found(held: Service, address: str) -> None:
    assert get(address)[0] == 404


def test_a_pdf_opens_in_the_browser(held: Service) -> None:
    status, headers, body = get(f"/original/{REPORT.sha256}")
    assert (status, body) == (200, REPORT.title.encode())
    assert headers["content-type"] == "application/pdf"
    assert headers["content-disposition"] == 'inline; filename="report.pdf"'


def test_markdown_is_shown_as_the_text_it_is(held: Service) -> None:
    status, headers, body = get(f"/original/{NOTE.sha256}")
    assert status == 200
    assert HOSTILE.encode() in body
    assert headers["content-type"] == "text/plain; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/xhtml+xml", "application/zip"])
def test_everything_else_is_a_download_and_never_run(
    held: Service, media_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    other = replace(NOTE, media_type=media_type, path="a\r\nb ü.html")
    monkeypatch.setattr(FakeShelf, "documents", lambda self: (other,))
    status, headers, _ = get(f"/original/{NOTE.sha256}")
    assert status == 200
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-disposition"].startswith("attachment")
    assert "\r" not in headers["content-disposition"]


def test_a_document_that_left_the_shelf_is_found_through_its_citation(
    held: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.report_qa.doors.chat.fakes import PROSE, ROW

    monkeypatch.setattr(FakeShelf, "documents", lambda self: ())
    assert get(f"/page/{REPORT.sha256}/1.jpg")[0] == 404
    assert get(f"/page/{REPORT.sha256}/1.jpg?cite={quote(PROSE.cite)}")[0] == 200
    assert get(f"/page/{REPORT.sha256}/1.jpg?cite={quote(ROW.cite)}")[0] == 404


def test_bytes_that_were_purged_are_not_found(held: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "is_file", lambda self: False)
    assert get(f"/original/{REPORT.sha256}")[0] == 404


def test_without_a_library_nothing_is_found(tmp_path: Path) -> None:
    service.install(make_service(tmp_path, missing=NothingPublished("No edition.")))
    assert get(f"/original/{REPORT.sha256}")[0] == 404
    assert get(f"/page/{REPORT.sha256}/1.jpg")[0] == 404
    service.install(None)


def test_readiness_follows_the_models(held: Service) -> None:
    assert get("/ready")[0] == 503
    held.assistant()
    assert get("/ready")[::2] == (200, b'{"ready":true}')


def test_the_last_pages_are_kept(tmp_path: Path) -> None:
    drawn: list[int] = []

    class CountingShelf(FakeShelf):
        def page_picture(self, document: object, page_index: int, scale: float = 2.0) -> bytes:
            drawn.append(page_index)
            return b"picture"

    pictures, shelf = Pictures(), CountingShelf(folder=tmp_path)
    # Small ones do not push out large ones, and are kept for themselves.
    for page_index in (*range(200, 320), 200):
        pictures.page(shelf, REPORT, page_index, THUMB_SCALE)  # type: ignore[arg-type]
    assert drawn == list(range(200, 320))
    drawn.clear()
    for page_index in (1, 1, *range(100), 99):
        pictures.page(shelf, REPORT, page_index, 2)  # type: ignore[arg-type]
    assert drawn == [1, 0, *range(2, 100)]
