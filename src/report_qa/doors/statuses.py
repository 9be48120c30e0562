"""Each error's HTTP status. A test asks for a row for every leaf of the tree."""

from __future__ import annotations

from report_qa.errors import ReportQAError

HTTP_STATUS = {
    "setting_invalid": 422,
    "service_misconfigured": 500,
    "question_rejected": 422,
    "extra_missing": 500,
    "catalogue_invalid": 500,
    "source_changed": 409,
    "publish_refused": 409,
    "library_locked": 503,
    "upload_refused": 422,
    "document_encrypted": 422,
    "no_text_layer": 422,
    "document_too_large": 413,
    "document_unreadable": 422,
    "library_not_found": 404,
    "nothing_published": 503,
    "manifest_mismatch": 500,
    "embedder_mismatch": 500,
    "index_damaged": 500,
    "index_unavailable": 503,
    "model_unavailable": 503,
    "model_timeout": 504,
    "model_reply_invalid": 502,
    "conversation": 500,
    "conversation_not_found": 404,
    "share_not_found": 404,
    "share_refused": 409,
    "state_unavailable": 503,
    "frozen_answer_altered": 500,
    "sign_in_needed": 401,
    "not_allowed": 403,
    "key_refused": 401,
    "key_not_allowed": 403,
    "too_many_requests": 429,
    "busy": 503,
    "service_off": 503,
    "still_running": 409,
    "key_reused": 422,
}


def http_status(error: ReportQAError) -> int:
    """Return the status of an error; families fall back to 500."""
    return HTTP_STATUS.get(error.code, 500)
