"""Over MCP a key reads what is for its groups: what is for others is answered like what there never was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from report_qa.doors.api.keys import add_key
from report_qa.doors.mcp.serving import http_app
from report_qa.doors.parts import Parts
from report_qa.settings import load_settings
from tests.guarded_shelf import STAFF_ANSWER, STAFF_QUESTION, STAFF_WORD, guarded
from tests.served import served


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str]]:
    """Where a server listens, a key of a member of staff, and a key of anybody."""
    folder = tmp_path_factory.mktemp("groups")
    small, keys_file = guarded(folder), folder / "keys.toml"
    staff = add_key(keys_file, "staff", None, groups=["staff"])
    anybody = add_key(keys_file, "anybody", None)
    settings = load_settings(library=small.library.folder, api_keys_file=Path(keys_file))
    with closing(Parts(settings, assistant=lambda _settings: small.assistant())) as parts:
        parts.assistant()
        with served(lambda port: http_app(parts, port)) as address:
            yield f"{address}/mcp", staff, anybody


async def everything(address: str, key: str, question: str, cite: str = "", sha256: str = "") -> tuple[str, str, str]:
    """Return all that a key is told, and of the answer the citation and of the document the hash."""
    told: list[Any] = []
    async with (
        httpx2.AsyncClient(headers={"authorization": f"Bearer {key}"}) as http,
        Client(streamable_http_client(address, http_client=http)) as client,
    ):
        answer = (await client.call_tool("ask", {"question": question})).structured_content or {}
        told += [answer["text"], answer["claims"], answer["nearest"]]
        told.append((await client.call_tool("search", {"question": "programme costs"})).structured_content)
        checked = await client.call_tool("check_claim", {"text": "Twelve libraries close."})
        told.append(checked.structured_content)
        listed = (await client.call_tool("list_documents", {})).structured_content or {}
        told.append(listed)
        cite = cite or answer["claims"][0]["citations"][0]["cite"]
        for document in listed["documents"]:
            sha256 = document["sha256"] if STAFF_WORD in document["title"] else sha256
        told.append((await client.call_tool("read_evidence", {"cite": cite})).content)
        for resource in (f"evidence/{cite}", f"documents/{sha256}/text"):
            try:
                told.append((await client.read_resource(f"report-qa://{resource}")).contents)
            except MCPError as error:
                told.append(error.message)
    return str(told).replace(cite, ""), cite, sha256


def test_a_key_is_told_of_what_is_for_its_groups_and_of_nothing_else(place: tuple[str, str, str]) -> None:
    address, staff, anybody = place

    async def both() -> tuple[str, str]:
        with anyio.fail_after(120):
            hers, cite, sha256 = await everything(address, staff, STAFF_QUESTION)
            his, _, _ = await everything(address, anybody, "What closes libraries?", cite, sha256)
            return hers, his

    hers, his = anyio.run(both)
    assert STAFF_ANSWER in hers
    assert hers.count(STAFF_WORD) > 6
    assert STAFF_WORD.lower() not in his.lower()
    assert his.count("There is no such") == 2
