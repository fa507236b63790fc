"""Pub/Sub's push: the request body it sends, and a function called with it through its WSGI app."""

import base64
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

import functions_framework
from functions_framework import exceptions as framework_errors
from werkzeug.test import create_environ

from shared.adapters.embedded.delivery import PROJECT, Delivery, timestamp_text
from shared.domain.errors import InvalidInput

# 202 is not among them: the emulator redelivers after it.
ACKNOWLEDGING_STATUSES: Final = frozenset({102, 200, 201, 203, 204})
# What loading a function leaves behind in the process, to the next function's confusion.
FRAMEWORK_VARIABLES: Final = ("FUNCTION_TARGET", "FUNCTION_SIGNATURE_TYPE")


def envelope(delivery: Delivery) -> bytes:
    """Return the body that a push subscription with a dead-letter policy sends for this delivery."""
    published_at = timestamp_text(delivery.published_at)
    message = {
        "data": base64.b64encode(delivery.text.encode()).decode(),
        "attributes": dict(delivery.attributes),
        "messageId": delivery.message_id,
        "message_id": delivery.message_id,
        "publishTime": published_at,
        "publish_time": published_at,
    }
    subscription = f"projects/{PROJECT}/subscriptions/{delivery.function}.{delivery.topic}"
    body = {"subscription": subscription, "message": message, "deliveryAttempt": delivery.attempt}
    return json.dumps(body).encode()


def acknowledges(status: int) -> bool:
    """Return whether a push answered with this HTTP status counts as acknowledged."""
    return status in ACKNOWLEDGING_STATUSES


class FunctionApp:
    """One function, loaded once from its source file by functions-framework, as it is when deployed."""

    def __init__(self, name: str, source_path: Path) -> None:
        """Load the function `name` from `source_path`; raises InvalidInput when it is not there."""
        with process_kept(source_path.stem):
            try:
                self._app = functions_framework.create_app(name, str(source_path)).wsgi_app  # type: ignore[no-untyped-call]
            except framework_errors.FunctionsFrameworkException as error:
                raise InvalidInput("function", name, f"a function of that name in {source_path} ({error})") from error
        self._environs: dict[str, dict[str, Any]] = {}
        self._calls = count(1)

    def call(self, body: bytes, topic: str) -> int:
        """Push `body` as a message of `topic`; return the HTTP status. A function's exception is status 500."""
        environ = dict(self._environ(topic))
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ["HTTP_FUNCTION_EXECUTION_ID"] = f"local-{next(self._calls)}"
        statuses: list[str] = []
        response: Iterable[bytes] = self._app(environ, lambda status, *_: statuses.append(status))
        for _ in response:
            pass
        if hasattr(response, "close"):
            response.close()
        return int(statuses[-1][:3])

    def _environ(self, topic: str) -> dict[str, Any]:
        # The CloudEvent's source names the topic only when the path does.
        known = self._environs.get(topic)
        if known is None:
            path = f"/projects/{PROJECT}/topics/{topic}"
            known = create_environ(path, method="POST", content_type="application/json")
            self._environs[topic] = known
        return known


@contextmanager
def process_kept(module: str) -> Iterator[None]:
    """Undo what the framework does to the process for the sake of its one function.

    It sets environment variables that are the next function's defaults, registers the source file as a
    top-level module (`main`, for every function), and adds its folder to the import path.
    """
    variables = {name: os.environ.get(name) for name in FRAMEWORK_VARIABLES}
    path, loaded = list(sys.path), sys.modules.get(module)
    try:
        yield
    finally:
        sys.path[:] = path
        sys.modules.pop(module, None)
        if loaded is not None:
            sys.modules[module] = loaded
        for name, value in variables.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
