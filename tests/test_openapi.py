"""The committed schema of the HTTP interface is the one that is served."""

from __future__ import annotations

import json

from docs.make_openapi import PAGE, page


def test_the_schema_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run docs/make_openapi.py"


def test_every_operation_says_what_it_returns_and_how_it_fails() -> None:
    schema = json.loads(page())
    operations = [(path, operation) for path, methods in schema["paths"].items() for operation in methods.values()]
    assert len(operations) > 12
    for path, operation in operations:
        assert operation["description"], path
        if path.startswith("/v1"):
            assert {"401", "403", "429", "503"} <= set(operation["responses"]), path
