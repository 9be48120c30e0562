"""People who signed in at a provider, as their browser then says it: Streamlit's own signed cookie."""

from __future__ import annotations

import json
from typing import Any

from streamlit.auth_util import set_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

COOKIE_SECRET = "a-cookie-secret-of-thirty-two-or-more"
ORIGIN = "http://127.0.0.1:8501"
SETTINGS: dict[str, Any] = {
    "sign_in": "oidc",
    "public_url": ORIGIN,
    "oidc_metadata_url": "https://id.example.org/.well-known/openid-configuration",
    "oidc_client_id": "report-qa",
    "oidc_client_secret": "a-secret-of-the-client",
    "cookie_secret": COOKIE_SECRET,
}


def cookie(subject: str, *, secret: str = COOKIE_SECRET, **claims: Any) -> str:
    """Return the Cookie header of somebody's browser; a large one is in pieces."""
    told = {
        "sub": subject,
        "iss": "https://id.example.org",
        "origin": ORIGIN,
        "is_logged_in": True,
        "provider": "default",
        "name": subject.title(),
    } | claims
    pieces: dict[str, str] = {}

    def keep(name: str, value: str) -> None:
        pieces[name] = create_signed_value(secret, name, value).decode()

    set_cookie_with_chunks(
        keep, lambda name, value: create_signed_value(secret, name, value), USER_COOKIE_NAME, told, cookie_attr_size=80
    )
    assert json.dumps(told)
    return "; ".join(f"{name}={value}" for name, value in pieces.items())
