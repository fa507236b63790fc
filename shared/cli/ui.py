"""`backfill ui`: the dashboard of the cloud, on this machine."""

import signal
import threading
from typing import Annotated

import typer

from shared import bootstrap
from shared.adapters.embedded.interrupt import stop_on_interrupt
from shared.adapters.embedded.page_server import PageServer
from shared.cli.options import Home, Json, reader
from shared.cli.output import say, say_json

PORT = 8080
Port = Annotated[int, typer.Option("--port", metavar="PORT", help="Port on 127.0.0.1; 0 takes a free one.")]


def ui(*, port: Port = PORT, json: Json = False, home: Home = None) -> None:
    """Serve the dashboard on this machine, also while a run works in another process; Ctrl-C ends it.

    It only reads. With the cloud stack it shows the project's ledger and tables with your own credentials.

    Example: backfill ui --port 8080
    """
    bootstrap.use(reader(home))
    server = PageServer(port)
    if json:
        say_json({"address": server.address})
    else:
        say(f"The dashboard is at {server.address} (Ctrl-C ends it)")
    _serve(server)


def _serve(server: PageServer) -> None:
    stopped = threading.Event()
    serving = threading.Thread(target=server.serve, name="pages", daemon=True)
    before = signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    try:
        with stop_on_interrupt(stopped.set):
            serving.start()
            stopped.wait()
        server.stop()
        serving.join()
    finally:
        signal.signal(signal.SIGTERM, before)
        server.close()
