"""The libraries of this service that the caller may see. Each of the other operations exists once more under the name of each."""

from __future__ import annotations

from fastapi import APIRouter

from report_qa.doors.api.context import Reading, Seen
from report_qa.doors.api.problems import responses
from report_qa.doors.api.shapes import Json, LibrariesShape
from report_qa.doors.describing import library_json

router = APIRouter(tags=["libraries"])


@router.get("/libraries", response_model=LibrariesShape, responses=responses())
def libraries(seen: Seen, _caller: Reading) -> Json:
    """List the libraries that the caller may see, the default one first: the paths that name no library mean that one."""
    return {"libraries": [library_json(parts) for parts in seen]}
