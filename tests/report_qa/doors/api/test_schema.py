"""The schema keeps its word: whatever is sent, nothing ends in a 500, and every response is one that the schema describes.

schemathesis makes requests from the schema, half of them as it allows and half as it does not, some with ids that exist. Run
it for longer, and with other requests each time, with API=all.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from report_qa.doors.api.application import make_api
from report_qa.doors.api.bounds import TOO_LARGE
from report_qa.doors.parts import Parts
from report_qa.libraries import DEFAULT
from tests.small_library import GAP

SCHEMA = json.loads((Path(__file__).parents[4] / "docs" / "openapi.json").read_text(encoding="utf-8"))
OPERATIONS = [(path, method) for path, methods in SCHEMA["paths"].items() for method in methods]
CASES = [
    (path, method, mode)
    for path, method in OPERATIONS
    for mode in GenerationMode
    # To what takes nothing nothing wrong can be sent.
    if mode is GenerationMode.POSITIVE or {"parameters", "requestBody"} & set(SCHEMA["paths"][path][method])
]
ALL = os.environ.get("API") == "all"
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
BOUNDS = settings(
    max_examples=250 if ALL else 6,
    derandomize=not ALL,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def schema(shared_parts: Parts) -> Any:
    # Without keys set up none is asked for; `test_access` sees to it that each operation needs one where they are.
    keyless = copy.deepcopy(SCHEMA)
    for operations in keyless["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    loaded = schemathesis.openapi.from_dict(keyless)
    loaded.app = make_api(shared_parts)
    return loaded


@pytest.fixture
def existing(client: TestClient, mode: GenerationMode) -> Iterator[dict[str, str]]:
    """Ids of things that are there, for requests as the schema allows them."""
    if mode is GenerationMode.NEGATIVE:
        yield {}
        return
    conversation_id = client.post("/v1/conversations").json()["conversation_id"]
    asked = client.post(f"/v1/conversations/{conversation_id}/turns", json={"question": GAP}).json()
    link = client.post("/v1/links", json={"kind": "conversation", "conversation_id": conversation_id}).json()
    yield {
        "library": DEFAULT,
        "conversation_id": conversation_id,
        "turn_id": asked["turn_id"],
        "link_id": link["link_id"],
        "token": link["token"],
        "sha256": client.get("/v1/documents").json()["documents"][0]["sha256"],
        "cite": asked["answer"]["claims"][0]["citations"][0]["cite"],
    }
    client.delete(f"/v1/conversations/{conversation_id}")


def refuses_what_is_wrong(context: Any, response: Any, case: Any) -> bool | None:
    # A body that is too large is refused too, by a status that the check doesn't expect.
    return None if response.status_code == TOO_LARGE else negative_data_rejection(context, response, case)


def with_existing(given_: Any, existing: dict[str, str]) -> Any:
    """Put ids that exist in the place of made-up ones, in a path, a query or a body."""
    if isinstance(given_, dict):
        return {name: existing.get(name, with_existing(value, existing)) for name, value in given_.items()}
    return given_


@pytest.mark.parametrize(
    ("path", "method", "mode"), CASES, ids=[f"{method} {path} {mode.value}" for path, method, mode in CASES]
)
def test_every_response_is_one_that_the_schema_describes(
    schema: Any, existing: dict[str, str], path: str, method: str, mode: GenerationMode
) -> None:
    operation = schema[path][method]

    @given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())
    @BOUNDS
    def holds(case: Any, real: bool) -> None:
        checks = list(CHECKS)
        if mode is GenerationMode.NEGATIVE:
            checks.append(refuses_what_is_wrong)
        elif real:
            for part in ("path_parameters", "query", "body"):
                setattr(case, part, with_existing(getattr(case, part), existing))
        case.call_and_validate(checks=checks)

    holds()


def test_every_operation_is_tried() -> None:
    assert len(OPERATIONS) > 25
    assert len(CASES) > 45
