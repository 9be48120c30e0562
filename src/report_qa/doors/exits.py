"""Each error's exit status. A test asks for a row for every leaf of the tree."""

from __future__ import annotations

from report_qa.errors import ReportQAError

EXIT_STATUS = {
    "setting_invalid": 2,
    "service_misconfigured": 2,
    "question_rejected": 2,
    "extra_missing": 1,
    "catalogue_invalid": 1,
    "source_changed": 1,
    "publish_refused": 1,
    "library_locked": 1,
    "upload_refused": 1,
    "document_encrypted": 1,
    "no_text_layer": 1,
    "document_too_large": 1,
    "document_unreadable": 1,
    "library_not_found": 2,
    "nothing_published": 1,
    "manifest_mismatch": 1,
    "embedder_mismatch": 1,
    "index_damaged": 1,
    "index_unavailable": 1,
    "model_unavailable": 1,
    "model_timeout": 1,
    "model_reply_invalid": 1,
    "conversation": 1,
    "conversation_not_found": 1,
    "share_not_found": 1,
    "share_refused": 1,
    "state_unavailable": 1,
    "frozen_answer_altered": 1,
    "sign_in_needed": 1,
    "not_allowed": 1,
    "key_refused": 1,
    "key_not_allowed": 1,
    "too_many_requests": 1,
    "busy": 1,
    "service_off": 1,
    "still_running": 1,
    "key_reused": 1,
}


def exit_status(error: ReportQAError) -> int:
    """Return the exit status of an error; families fall back to 1."""
    return EXIT_STATUS.get(error.code, 1)
