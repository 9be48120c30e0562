"""Write docs/openapi.json, the schema of the HTTP interface: `.venv/bin/python docs/make_openapi.py`."""

from __future__ import annotations

import json
from pathlib import Path

PAGE = Path(__file__).resolve().parent / "openapi.json"


def page() -> str:
    """Return the schema as it is committed."""
    from report_qa.doors.api.application import make_api
    from report_qa.doors.parts import Parts
    from report_qa.settings import Settings

    return json.dumps(make_api(Parts(Settings())).openapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
