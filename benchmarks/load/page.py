"""A reader's page without a browser: it speaks to the chat as Streamlit's own page does.

What a browser sends was recorded in Chromium and is sent here in the same way: the first run with nothing, a question as the
value of the chat's input, and further runs of a part of the page so many seconds after its last one came with the component
that asks for them. What is shown is read from the messages, as JSON of the conversation's component.
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import websocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from report_qa.doors.chat.owner import COOKIE, owner_of
from report_qa.doors.chat.texts import text

_CONVERSATION = "report_qa_conversation"
_LOOK_AGAIN = "report_qa_look_again"
_INPUT = "question"
# A run of the page and its answer are over long before; a page that says nothing for so long hangs.
_PATIENCE_S = 60.0


class PageError(Exception):
    """The page did not do what a reader waits for."""


@dataclass
class Page:
    """One open page. `cookies` are the browser's, none for one that was never here; opening the page sets them."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    runs: int = 0
    bytes_received: int = 0

    def __post_init__(self) -> None:
        self._socket: websocket.WebSocket | None = None
        self._input_id = ""
        self._new_id = ""
        self._script = ""
        # What has the page run again, and when.
        self._next: tuple[BackMsg, float] | None = None
        self._drawn_again = False
        self._input_fragment = ""

    @property
    def owner(self) -> str:
        """Whose conversations this browser shows, as the database knows them."""
        return str(owner_of(self.cookies.get(COOKIE)))

    @property
    def is_open(self) -> bool:
        """Whether the stream is open, as far as is known."""
        return self._socket is not None

    @property
    def turns(self) -> list[dict[str, Any]]:
        """The turns that are shown, questions under way among them."""
        return list(self.data.get("turns", ()))

    def open(self) -> None:
        """Open the page as a browser does: its HTML with the cookie, then the stream, then the first run."""
        request = urllib.request.Request(self.address, headers={"Accept": "text/html", **self._cookies()})
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:
            answer.read()
            for line in answer.headers.get_all("set-cookie") or ():
                name, _, value = line.split(";")[0].partition("=")
                self.cookies[name] = value
        self.connect()

    def connect(self) -> None:
        """Open the stream (anew) and let the page run once."""
        self.close()
        place = urlsplit(self.address)
        # What was shown before says nothing of how it stands now.
        self._next, self.data = None, {}
        self._socket = websocket.create_connection(
            f"ws://{place.netloc}/_stcore/stream",
            timeout=_PATIENCE_S,
            origin=self.address,
            subprotocols=["streamlit"],
            header=[f"{name}: {value}" for name, value in self._cookies().items()],
        )
        self._send(BackMsg())
        self._until_run_over()

    def ask(self, question: str) -> dict[str, Any]:
        """Ask a question and return the turn that is shown once its answer is finished.

        Raises:
            PageError: it failed, or nothing came.
            websocket.WebSocketException, OSError: the server went away.
        """
        before = {turn["id"] for turn in self.turns}
        message = BackMsg()
        widget = message.rerun_script.widget_states.widgets.add()
        widget.id = self._input_id
        widget.chat_input_value.data = question
        widget.chat_input_value.file_uploader_state.SetInParent()
        message.rerun_script.fragment_id = self._input_fragment
        self._send(message)
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            self._step()
            new = [turn for turn in self.turns if turn["id"] not in before and turn["question"] == question]
            if new and new[-1]["kind"] not in ("pending", "writing"):
                if new[-1]["kind"] == "failure":
                    raise PageError(f"failed: {new[-1]['lead']}")
                return new[-1]
            refused = [turn for turn in self.turns if turn["id"] == "problem"]
            if refused:
                raise PageError(f"refused: {refused[0]['lead']}")
        raise PageError("no answer in time")

    def begin(self) -> None:
        """Press the button for a new conversation."""
        message = BackMsg()
        widget = message.rerun_script.widget_states.widgets.add()
        widget.id = self._new_id
        widget.trigger_value = True
        self._send(message)
        self._until_run_over()

    def rest(self, seconds: float) -> None:
        """Leave the page open; it runs again as often as it was told to."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._step(longest_s=left)

    def close(self) -> None:
        """Close the stream."""
        if self._socket is not None:
            gone, self._socket = self._socket, None
            with suppress(OSError, websocket.WebSocketException):
                gone.close(timeout=1)

    def _cookies(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}

    def _send(self, message: BackMsg) -> None:
        if self._socket is None:
            raise PageError("the page is closed: nobody answered when it was to be opened again")
        run = message.rerun_script
        run.widget_states.SetInParent()
        run.page_script_hash = self._script
        run.context_info.timezone = "UTC"
        run.context_info.locale = "en-US"
        run.context_info.url = f"{self.address}/"
        run.context_info.color_scheme = "light"
        self._socket.send_binary(message.SerializeToString())

    def _step(self, longest_s: float = _PATIENCE_S) -> None:
        """Take the next message, or have the page run again where that is due first."""
        if self._socket is None:
            raise PageError("the page is closed: nobody answered when it was to be opened again")
        wait = longest_s
        if self._next is not None:
            message, due = self._next
            wait = min(wait, due - time.monotonic())
            if wait <= 0:
                self._next = None
                self._send(message)
                return
        self._socket.settimeout(max(wait, 0.001))
        try:
            received = self._socket.recv()
        except websocket.WebSocketTimeoutException:
            return
        if not received:
            raise websocket.WebSocketConnectionClosedException("the server closed the stream")
        self._take(received if isinstance(received, bytes) else received.encode())

    def _until_run_over(self) -> None:
        deadline, runs = time.monotonic() + _PATIENCE_S, self.runs
        while self.runs == runs or not self._input_id or not self.data:
            if time.monotonic() > deadline:
                raise PageError("the page was not there in time")
            self._step(longest_s=deadline - time.monotonic())

    def _take(self, received: bytes) -> None:
        self.bytes_received += len(received)
        message = ForwardMsg()
        message.ParseFromString(received)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._script = message.new_session.page_script_hash
            self._drawn_again = False
        elif kind == "script_finished":
            self.runs += 1
            if not self._drawn_again:
                # What the run did not draw is gone from the page, and asks for no further one.
                self._next = None
        elif kind == "delta":
            self._draw(message)

    def _draw(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "chat_input" and element.chat_input.id.endswith(f"-{_INPUT}"):
            self._input_id = element.chat_input.id
            self._input_fragment = message.delta.fragment_id
        elif kind == "button" and element.button.label == text("page.new"):
            self._new_id = element.button.id
        elif kind == "bidi_component" and element.bidi_component.component_name == _CONVERSATION:
            self.data = json.loads(element.bidi_component.json)
        elif kind == "bidi_component" and element.bidi_component.component_name == _LOOK_AGAIN:
            self._look_again(
                element.bidi_component.id, message.delta.fragment_id, json.loads(element.bidi_component.json)
            )

    def _look_again(self, component_id: str, fragment_id: str, data: Mapping[str, Any]) -> None:
        message = BackMsg()
        widget = message.rerun_script.widget_states.widgets.add()
        widget.id = f"$$STREAMLIT_INTERNAL_KEY_{component_id}__events"
        widget.json_trigger_value = json.dumps([{"event": "again", "value": data["run"]}])
        message.rerun_script.fragment_id = fragment_id
        self._drawn_again = True
        self._next = message, time.monotonic() + data["after_s"]
