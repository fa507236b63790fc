"""An HTTP server that takes pushes as a function's server does, and answers them as a test says."""

import base64
import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.emulators.process import HOST


class Answer(Enum):
    """What becomes of a push."""

    TAKEN = 204
    FAILED = 500
    NONE = 0  # no answer until long after the deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One delivery as its function saw it; `at` is in seconds from any moment."""

    function: str
    topic: str
    subscription: str
    message_id: str
    body: Mapping[str, Any]
    attributes: Mapping[str, str]
    at: float


class PushReceiver:
    """The pushes so far, by function, and what the next ones are answered: TAKEN when nothing was said."""

    def __init__(self, silence_seconds: float) -> None:
        self.closing = threading.Event()
        self._silence_seconds = silence_seconds
        self._changed = threading.Condition()
        self._answers: dict[str, list[Answer]] = defaultdict(list)
        self._pushes: dict[str, list[Push]] = defaultdict(list)

    def script(self, function: str, *answers: Answer) -> None:
        """Say what the next pushes to a function are answered."""
        with self._changed:
            self._answers[function] += answers

    def pushes(self, function: str, count: int, seconds: float) -> list[Push]:
        """Return all pushes to a function once there are `count`, or when `seconds` have passed."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._pushes[function]) >= count, seconds)
            return list(self._pushes[function])

    def take(self, path: str, content: bytes) -> int:
        """Record a push to `/<function>/projects/<project>/topics/<topic>`; return the HTTP status to answer."""
        function, _, topic = path.strip("/").partition("/")
        pushed = json.loads(content)
        message = pushed["message"]
        push = Push(
            function=function,
            topic=topic.rpartition("/")[2],
            subscription=pushed["subscription"].rpartition("/")[2],
            message_id=message["messageId"],
            body=json.loads(base64.b64decode(message["data"])),
            attributes=message.get("attributes", {}),
            at=time.monotonic(),
        )
        with self._changed:
            answers = self._answers[function]
            answer = answers.pop(0) if answers else Answer.TAKEN
            self._pushes[function].append(push)
            self._changed.notify_all()
        if answer is Answer.NONE:
            self.closing.wait(self._silence_seconds)
            return Answer.FAILED.value
        return answer.value


def _handler(receiver: PushReceiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status = receiver.take(self.path, self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@contextmanager
def push_receiver(silence_seconds: float) -> Iterator[tuple[PushReceiver, str]]:
    """Yield a receiver and its root URL."""
    receiver = PushReceiver(silence_seconds)
    listening = ThreadingHTTPServer((HOST, 0), _handler(receiver))
    listening.daemon_threads = True
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield receiver, f"http://{HOST}:{listening.server_port}"
    finally:
        receiver.closing.set()
        listening.shutdown()
        listening.server_close()
