"""What is told of an error to people whom a service knows by sign-in or key: the same, but for what only its keepers can mend.

Those errors name folders, servers and commands. On somebody's own machine that is what helps; to a department's readers it says
nothing, and to strangers too much. The log has the whole sentence.
"""

from __future__ import annotations

import copy
import logging
import threading
import time

from report_qa import ReportQAError

_log = logging.getLogger(__name__)
_AGAIN = "Please try again in a moment; if it stays so, tell whoever looks after this service."
_TELL = "Please tell whoever looks after this service."
_UNREADABLE = "The documents can't be read as they should be."
SAID = {
    "library": (_UNREADABLE, _TELL),
    "nothing_published": ("No documents are published here yet.", _TELL),
    "manifest_mismatch": (_UNREADABLE, _TELL),
    "embedder_mismatch": (_UNREADABLE, _TELL),
    "index_damaged": (_UNREADABLE, _TELL),
    "index_unavailable": ("The documents can't be searched at the moment.", _AGAIN),
    "state_unavailable": ("What was asked and answered can't be reached at the moment.", _AGAIN),
    "conversation": ("What was asked and answered can't be reached at the moment.", _AGAIN),
    "frozen_answer_altered": ("Something that is stored here is not what it was when it was given.", _TELL),
    "model_unavailable": ("The model that writes answers can't be reached at the moment.", _AGAIN),
    "model_timeout": ("The model that writes answers did not answer in time.", _AGAIN),
    "model_reply_invalid": ("The model that writes answers gave none that can be used.", _AGAIN),
    "configuration": ("This service isn't set up as it should be.", _TELL),
    "service_misconfigured": ("This service isn't set up as it should be.", _TELL),
    "extra_missing": ("This service isn't set up as it should be.", _TELL),
}
# A page that waits for a server asks for it several times a second.
_NOTED_EVERY_S = 60.0
_noted: dict[str, float] = {}
_lock = threading.Lock()


def told(error: ReportQAError, *, at_home: bool) -> ReportQAError:
    """Return an error as it is told: `at_home`, on somebody's own machine, as it is; what is kept from others is logged."""
    said = None if at_home else SAID.get(error.code)
    if said is None:
        return error
    _note(error)
    other = copy.copy(error)
    other.message, other.hint = said
    other.args = (other.message,)
    return other


def _note(error: ReportQAError) -> None:
    now, whole = time.monotonic(), str(error)
    with _lock:
        if now - _noted.get(whole, -_NOTED_EVERY_S) < _NOTED_EVERY_S:
            return
        if len(_noted) > len(SAID) * 10:
            _noted.clear()
        _noted[whole] = now
    _log.warning("somebody was told that something can't be used: %s", whole)
