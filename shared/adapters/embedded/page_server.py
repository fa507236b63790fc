"""The `status` function served on this machine, by threads, at one address that nobody else reaches."""

import logging
import socket
from pathlib import Path
from typing import Final

import functions_framework
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from shared.adapters.embedded.push import process_kept
from shared.config import REPOSITORY_ROOT
from shared.domain.errors import InvalidInput

HOST: Final = "127.0.0.1"
PORT_MAX: Final = 65535
PORT_FIELD: Final = "--port"
WAITING_MAX: Final = 128
FUNCTION: Final = "status"
SOURCE: Final = Path(REPOSITORY_ROOT) / "functions" / FUNCTION / "main.py"


class _Quiet(WSGIRequestHandler):
    """Logs no line a request: a page that is open asks every second."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class PageServer:
    """Serves the pages until it is stopped."""

    def __init__(self, port: int) -> None:
        """Take the port, 0 for a free one. Raises InvalidInput when it is none or is taken."""
        self._socket = _listening(port)
        self.port: int = self._socket.getsockname()[1]
        with process_kept(SOURCE.stem):
            made = functions_framework.create_app(FUNCTION, str(SOURCE), "http")  # type: ignore[no-untyped-call]
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server: BaseWSGIServer = make_server(
            HOST, self.port, made, threaded=True, request_handler=_Quiet, fd=self._socket.fileno()
        )

    @property
    def address(self) -> str:
        """Return where a browser finds the pages."""
        return f"http://{HOST}:{self.port}/"

    def serve(self) -> None:
        """Answer requests until `stop` is called from another thread."""
        self._server.serve_forever()

    def stop(self) -> None:
        """Have `serve` return; the port is free afterwards."""
        self._server.shutdown()

    def close(self) -> None:
        """Give the port back."""
        self._server.server_close()
        self._socket.close()


def _listening(port: int) -> socket.socket:
    if not 0 <= port <= PORT_MAX:
        raise InvalidInput(PORT_FIELD, port, f"a port from 0 (any free one) to {PORT_MAX}")
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((HOST, port))
        taken.listen(WAITING_MAX)
    except OSError as error:
        taken.close()
        raise InvalidInput(PORT_FIELD, port, f"a port that is free on {HOST}; {error.strerror}") from error
    return taken
