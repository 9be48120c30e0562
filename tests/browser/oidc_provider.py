"""A real OpenID provider on loopback, at which everybody on its list signs in with one click."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser.chat_server import free_port, status

PEOPLE = (
    {"sub": "ana-1", "name": "Ana Costa", "groups": ["policy"]},
    {"sub": "ben-2", "name": "Ben Okoye", "groups": ["policy", "librarians"]},
    {"sub": "cat-3", "name": "Cat Novak", "groups": ["visitors"]},
)


@contextmanager
def provider() -> Iterator[str]:
    """Run it and yield its address."""
    port = free_port()
    listed = [argument for person in PEOPLE for argument in ("--user-claims", json.dumps(person))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *listed]
    with subprocess.Popen(command, env={**os.environ, "NO_COLOR": "1"}, stderr=subprocess.DEVNULL) as running:
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(150):
                if status(f"{address}/.well-known/openid-configuration") == 200:
                    break
                time.sleep(0.2)
            else:
                raise AssertionError("the provider was not there within half a minute")
            yield address
        finally:
            running.terminate()
            running.wait(timeout=20)


def settings(provider_address: str) -> dict[str, str]:
    """Return the settings of a chat whose people sign in there."""
    return {
        "REPORT_QA_SIGN_IN": "oidc",
        "REPORT_QA_PUBLIC_URL": "{address}",
        "REPORT_QA_OIDC_METADATA_URL": f"{provider_address}/.well-known/openid-configuration",
        "REPORT_QA_OIDC_CLIENT_ID": "report-qa",
        "REPORT_QA_OIDC_CLIENT_SECRET": "a-secret-of-the-client",
        "REPORT_QA_COOKIE_SECRET": "a-cookie-secret-of-thirty-two-or-more",
        "REPORT_QA_READER_GROUPS": "policy",
        "REPORT_QA_STEWARD_GROUPS": "librarians",
    }
