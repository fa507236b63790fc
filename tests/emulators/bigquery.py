"""bqemulator from a virtual environment of its own and the proxy in front of it, for tests and rehearsals."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from shared.config import REPOSITORY_ROOT
from tests.emulators.bigquery_proxy import Proxy, serving
from tests.emulators.process import HOST, free_port, missing, server

PYTHON = REPOSITORY_ROOT / ".venv-bigquery" / "bin" / "python"
PROJECT = "demo"
START = Path(__file__).with_name("bigquery_start.py")


@contextmanager
def running(folder: Path) -> Iterator[Proxy]:
    """Yield the proxy of a fresh emulator that keeps its files below `folder`; stop both afterwards."""
    port, grpc_port, proxy_port = free_port(), free_port(), free_port()
    environment = {
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "BQEMU_UPLOAD_STAGING_DIR": str(folder / "uploads"),
        "BQEMU_ENABLE_FORMAT_EXTENSIONS": "false",
        "BQEMU_METRICS_ENABLED": "false",
        "BQEMU_TRACING_ENABLED": "false",
        "OTEL_SDK_DISABLED": "true",
    }
    ports = ["--rest-port", str(port), "--grpc-port", str(grpc_port)]
    argv = [str(PYTHON), str(START), "start", "--rest-host", HOST, "--grpc-host", HOST, *ports, "--log-level", "error"]
    with server(argv, port, folder / "bqemulator.log", environment=environment, ready=_answers, folder=folder):
        proxy = Proxy(port)
        with serving(proxy, proxy_port):
            yield proxy


def client(proxy: Proxy, project: str = PROJECT) -> bigquery.Client:
    """Return a client of the proxy, as production's is but for its address and credentials."""
    options = {"api_endpoint": proxy.endpoint}
    return bigquery.Client(project=project, credentials=AnonymousCredentials(), client_options=options)


@pytest.fixture(scope="session")
def bigquery_proxy() -> Iterator[Proxy]:
    """The proxy of an emulator that a test process starts once, when the first test asks for it."""
    if not PYTHON.is_file():
        missing("bqemulator (make .venv-bigquery/.ready)")
    with TemporaryDirectory(prefix="bqemulator-") as folder, running(Path(folder)) as proxy:
        yield proxy


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://{HOST}:{port}/healthz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
