"""Fetching originals from a real server that misbehaves in each way (threat 15)."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.addresses import AddressRefused, Reach, check_url, is_public
from ingest.catalogue import read_catalogue
from ingest.download import Limits
from ingest.fetch import FetchReport, fetch_originals
from ingest.roots import read_root
from report_qa.errors import CatalogueInvalid
from tests.ingest.misbehaving_server import OTHER_PDF, PDF, Server, misbehaving

LIMITS = Limits(most_bytes=1_000_000, seconds=0.6, silence=0.3, attempts=3)
HOST = "reports.example"


class Shelf:
    """A folder with a catalogue of originals, all on the misbehaving server."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder = folder
        self.server = server
        self.waits: list[float] = []
        self.lookups = 0

    def resolve(self, host: str, port: int) -> list[str]:
        self.lookups += 1
        assert host == HOST
        return ["127.0.0.1"]

    def fetch(self, *paths: str, url: str = "", reach: Reach | None = None) -> FetchReport:
        originals = [
            f'[[original]]\nid = "original-{number}"\ntitle = "No. {number}"\nlicence = "CC0"\n'
            f'url = "{url or f"http://{HOST}:{self.server.port}{path}"}"\n'
            for number, path in enumerate(paths or ("",), 1)
        ]
        (self.folder / "catalogue.toml").write_text("schema = 1\n" + "".join(originals), encoding="utf-8")
        allowed = (ipaddress.ip_network("127.0.0.1/32"),)
        return fetch_originals(
            self.folder,
            limits=LIMITS,
            reach=reach or Reach(resolve=self.resolve, allowed=allowed),
            sleep=self.waits.append,
        )

    def failure(self, *paths: str, url: str = "", reach: Reach | None = None) -> str:
        report = self.fetch(*paths, url=url, reach=reach)
        assert list(report.failed) == ["original-1"]
        assert not [path for path in (self.folder / "originals").iterdir() if path.suffix in (".pdf", ".html")]
        return report.failed["original-1"]

    def content(self, name: str = "original-1.pdf") -> bytes:
        return (self.folder / "originals" / name).read_bytes()


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with misbehaving() as server:
        yield Shelf(tmp_path, server)


def test_an_original_is_kept_with_its_record(shelf: Shelf) -> None:
    report = shelf.fetch("/moved")
    assert (report.fetched, report.failed) == (("original-1",), {})
    assert shelf.content() == PDF
    (record,) = json.loads((shelf.folder / "originals" / "fetched.json").read_text())
    base = f"http://{HOST}:{shelf.server.port}"
    assert (record["asked"], record["hops"], record["url"]) == (
        f"{base}/moved",
        [f"{base}/moved"],
        f"{base}/report.pdf",
    )
    assert (record["licence"], record["bytes"], record["content_type"]) == ("CC0", len(PDF), "application/pdf")
    assert shelf.server.headers_of["/report.pdf"]["Host"] == f"{HOST}:{shelf.server.port}"
    assert shelf.server.headers_of["/report.pdf"]["User-Agent"].startswith("report-qa/")


def test_the_ingest_takes_it_up_with_what_the_catalogue_says(shelf: Shelf) -> None:
    shelf.fetch("/report.pdf")
    (file,) = read_root(shelf.folder).files
    assert (file.entry.document_id, file.entry.title, file.entry.licence) == ("original-1", "No. 1", "CC0")
    assert file.entry.source_url.endswith("/report.pdf")


@pytest.mark.parametrize("path", ["/report.pdf", "/dated.pdf"])
def test_what_has_not_changed_is_not_sent_again(shelf: Shelf, path: str) -> None:
    shelf.fetch(path)
    assert shelf.fetch(path).unchanged == ("original-1",)
    asked = shelf.server.headers_of[path]
    assert "If-None-Match" in asked or "If-Modified-Since" in asked


def test_what_has_changed_replaces_what_was_there(shelf: Shelf) -> None:
    shelf.fetch("/new.pdf")
    assert shelf.fetch("/new.pdf").changed == ("original-1",)
    assert shelf.content() == OTHER_PDF


def test_one_failure_costs_that_original_only(shelf: Shelf) -> None:
    report = shelf.fetch("/nowhere", "/report.pdf")
    assert report.fetched == ("original-2",)
    assert report.failed == {"original-1": "it is not there any more."}
    assert "not had    original-1: it is not there any more." in report.as_text()
    assert json.loads(json.dumps(report.as_json()))["failed"] == dict(report.failed)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/to-loopback", "leads to 127.0.0.2, which is not a public address"),
        ("/to-link-local", "leads to 169.254.169.254, which is not a public address"),
        ("/to-private", "leads to 10.0.0.1, which is not a public address"),
        ("/to-file", "only http and https are fetched, not file"),
        ("/loop", "it leads from address to address"),
        ("/stairs", "it leads from address to address"),
        ("/endless", "it is larger than 1 MB"),
        ("/silent", "the server stopped answering, 3 times"),
        ("/slow", "it was not there within 0.6 seconds"),
        ("/always-cut.pdf", "the connection failed (RemoteProtocolError), 3 times"),
        ("/bomb.pdf", "it was sent compressed, which was not asked for"),
        ("/empty.pdf", "the server sent nothing"),
        ("/broken.pdf", "the server is busy or broken (503), 3 times"),
        ("/secret.pdf", "it asks for a sign-in"),
        ("/headers.pdf", "the connection failed"),
        ("/soft-404", "it turned into a page that says that there is nothing"),
        ("/program", "it is application/octet-stream, which can't be read"),
    ],
)
def test_threat_15_what_a_server_can_do_is_one_sentence(shelf: Shelf, path: str, reason: str) -> None:
    assert reason in shelf.failure(path)


def test_threat_15_a_busy_server_is_waited_for_as_it_asks(shelf: Shelf) -> None:
    assert shelf.fetch("/busy.pdf").fetched == ("original-1",)
    assert shelf.waits == [7.0, 7.0]


def test_a_cut_connection_goes_on_where_it_was_cut(shelf: Shelf) -> None:
    assert shelf.fetch("/cut.pdf").fetched == ("original-1",)
    assert shelf.content() == PDF
    assert shelf.server.headers_of["/cut.pdf"]["Range"] == "bytes=4000-"


def test_what_changed_while_it_was_cut_begins_anew(shelf: Shelf) -> None:
    assert shelf.fetch("/cut-changed.pdf").fetched == ("original-1",)
    assert shelf.content() == OTHER_PDF


def test_a_body_without_a_length_is_taken(shelf: Shelf) -> None:
    assert shelf.fetch("/no-length.pdf").fetched == ("original-1",)


@pytest.mark.parametrize("path", ["/turned.pdf", "/turned"])
def test_a_report_that_turned_into_a_page_is_reported_and_stays(shelf: Shelf, path: str) -> None:
    shelf.fetch(path)
    report = shelf.fetch(path)
    assert (
        "it turned into a web page" in report.failed["original-1"]
        or "is a HTML file now" in report.failed["original-1"]
    )
    assert shelf.content() == PDF


def test_a_web_page_is_an_original_too(shelf: Shelf) -> None:
    assert shelf.fetch("/page").fetched == ("original-1",)
    assert b"The pub is open" in shelf.content("original-1.html")


def test_threat_15_a_name_is_looked_up_once_for_each_connection(shelf: Shelf) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    reach = Reach(resolve=lambda host, port: next(answers), allowed=(ipaddress.ip_network("127.0.0.1/32"),))
    assert shelf.fetch("/report.pdf", reach=reach).fetched == ("original-1",)
    assert next(answers) == ["10.0.0.1"]


def test_threat_15_one_address_that_is_not_public_is_enough(shelf: Shelf) -> None:
    reach = Reach(resolve=lambda host, port: ["93.184.216.34", "192.168.0.1"])
    assert "leads to 192.168.0.1" in shelf.failure("/report.pdf", reach=reach)
    assert shelf.server.asked["/report.pdf"] == 0


def test_threat_15_loopback_is_not_fetched_from_as_it_comes(shelf: Shelf) -> None:
    assert "127.0.0.1" in shelf.failure(url=f"http://127.0.0.1:{shelf.server.port}/report.pdf", reach=Reach())
    assert shelf.server.asked["/report.pdf"] == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://a@127.0.0.1/",
        "http://example.com\\@127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://１２７.0.0.1/",
        "http://example.com\n/",
        "http://exa mple.com/",
        "http://example.com:99999/",
        "http://[::1/",
        "http:///report.pdf",
        "ftp://example.com/",
        "gopher://example.com/",
        "//example.com/report.pdf",
        "http://example..com/",
        "http://-example.com/",
    ],
)
def test_threat_15_addresses_that_programs_read_differently_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_url(url)


@pytest.mark.parametrize(
    "url", ["https://example.com/a%20b.pdf?x=1#y", "http://example.com:8080/", "http://[2001:db8::1]/"]
)
def test_plain_addresses_are_taken(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_threat_15_only_public_addresses_are_reached(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_catalogue_without_originals_says_so(tmp_path: Path) -> None:
    with pytest.raises(CatalogueInvalid, match=r"lists no originals to fetch"):
        fetch_originals(tmp_path)


@pytest.mark.parametrize("original_id", ["", "../up", ".hidden", "a/b"])
def test_an_original_needs_an_id_that_is_a_file_name(tmp_path: Path, original_id: str) -> None:
    (tmp_path / "catalogue.toml").write_text(f'schema = 1\n[[original]]\nid = "{original_id}"\n')
    with pytest.raises(CatalogueInvalid, match="needs an id of letters"):
        read_catalogue(tmp_path)
