"""`backfill ui`: the pages on this machine, until it is told to stop."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Backfill

STOP_SECONDS = 20


def started(home: Path, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "shared.cli.main", "ui", "--home", str(home), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)


def in_main_thread_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_address_serves_and_ends_cleanly(home: Path, sent: signal.Signals) -> None:
    with started(home, "--port", "0") as process:
        line = in_main_thread_of(process)
        assert line.startswith("The dashboard is at http://127.0.0.1:")
        asking = http.client.HTTPConnection(line.split()[4].removeprefix("http://").rstrip("/"), timeout=STOP_SECONDS)
        asking.request("GET", "/")
        assert "Season 2024-25" in asking.getresponse().read().decode()
        asking.close()
        process.send_signal(sent)
        assert process.wait(timeout=STOP_SECONDS) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_as_json_it_tells_the_address(home: Path) -> None:
    with started(home, "--port", "0", "--json") as process:
        told = "".join(in_main_thread_of(process) for _ in range(3))
        assert json.loads(told)["address"].startswith("http://127.0.0.1:")
        process.terminate()


def test_a_port_in_use_is_one_clear_error(backfill: Backfill, home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        found = backfill("ui", "--port", port)
    assert found.code == 2
    assert found.err == (
        f"error: --port: got {port}; expected a port that is free on 127.0.0.1; Address already in use\n"
    )


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_is_none_is_refused(backfill: Backfill, home: Path, port: int) -> None:
    found = backfill("ui", f"--port={port}")
    assert (found.code, "a port from 0 (any free one) to 65535" in found.err) == (2, True)
