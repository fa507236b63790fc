"""Servers that tests start: on 127.0.0.1 and a free port, waited for, logged, and stopped by pid."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

import pytest

HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.05


class NotStarted(RuntimeError):
    """A server did not come up; the text holds the end of its log."""


def free_port() -> int:
    """Return a TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Return whether something accepts connections on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


@contextmanager
def server(
    argv: Sequence[str],
    port: int,
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
    ready: Callable[[int], bool] = listens,
    folder: Path | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a running server that is `ready` on `port`; stop it and its children afterwards. Raises NotStarted."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            list(argv),
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
            cwd=folder,
            start_new_session=True,
        )
    try:
        _wait(process, port, log, ready)
        yield process
    finally:
        stop(process)


class Restartable:
    """A server that can be killed and started again on its port; each start writes a log of its own."""

    def __init__(self, name: str, argv: Sequence[str], port: int, logs: Path, folder: Path | None = None) -> None:
        self.port = port
        self._name, self._argv, self._logs, self._folder = name, argv, logs, folder
        self._running: tuple[subprocess.Popen[bytes], ExitStack] | None = None
        self._starts = 0

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """Return the running process."""
        assert self._running is not None, f"{self._name} is not running"
        return self._running[0]

    def start(self, *more: str) -> None:
        """Start it, with further arguments for this start alone, and wait until it listens. Raises NotStarted."""
        self._starts += 1
        stack, log = ExitStack(), self._logs / f"{self._name}.{self._starts}.log"
        argv = [*self._argv, *more]
        self._running = (stack.enter_context(server(argv, self.port, log, folder=self._folder)), stack)

    def kill(self) -> None:
        """Kill it and its children, whatever they are doing."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.stop()

    def stop(self) -> None:
        """Stop it; quiet when it does not run."""
        if self._running is not None:
            self._running[1].close()
            self._running = None


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server and its children: asked first, killed when it does not listen."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        os.killpg(process.pid, number)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def _wait(process: subprocess.Popen[bytes], port: int, log: Path, ready: Callable[[int], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready(port):
        if process.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-2000:]
            raise NotStarted(f"{process.args!r} is not ready on port {port}:\n{tail}")
        time.sleep(POLL_SECONDS)


@lru_cache
def sdk_root() -> Path | None:
    """Return the folder of the Google Cloud SDK, None where there is no gcloud."""
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        return None
    argv = [gcloud, "info", "--format=value(installation.sdk_root)"]
    return Path(subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip())


def missing(what: str) -> NoReturn:
    """Skip a test for want of an emulator, with one line; where CI=true fail, so that absence proves nothing."""
    line = f"{what} is not on this machine"
    if os.environ.get("CI") == "true":
        pytest.fail(line, pytrace=False)
    pytest.skip(line)
