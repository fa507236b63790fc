"""The functions as servers of their own, started from the very files that a deployment uploads."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from shared.adapters.topology import Function, Topology
from shared.config import REPOSITORY_ROOT
from tests.emulators.process import HOST, free_port, server, stop


def upload(folder: Path) -> Path:
    """Return a copy of the files that `gcloud functions deploy --source=.` would send, .gcloudignore applied."""
    listed = subprocess.run(
        ["gcloud", "meta", "list-files-for-upload", str(REPOSITORY_ROOT)], capture_output=True, text=True, check=True
    )
    target = folder / "source"
    for name in listed.stdout.splitlines():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(REPOSITORY_ROOT / name, target / name)
    return target


class FunctionServers:
    """One functions-framework server a function; each can be killed and started again on its port."""

    def __init__(self, topology: Topology, source: Path, logs: Path, environment: Mapping[str, str]) -> None:
        self._functions = topology.functions
        self._source, self._logs = source, logs
        self._environment = dict(environment)
        self._ports = {name: free_port() for name in topology.functions}
        self._running: dict[str, tuple[subprocess.Popen[bytes], ExitStack]] = {}
        self._starts = 0

    def url(self, name: str) -> str:
        """Return where a function is served."""
        return f"http://{HOST}:{self.port(name)}"

    def port(self, name: str) -> int:
        """Return the port of a function's server."""
        return self._ports[name]

    def start(self, name: str, source: Path | None = None, extra: Mapping[str, str] | None = None) -> None:
        """Start a function's server and wait until it listens; `source` in place of its own main.py."""
        function = self._functions[name]
        self._starts += 1
        stack = ExitStack()
        process = stack.enter_context(
            server(
                _argv(function, self._ports[name], source),
                self._ports[name],
                self.log(name, self._starts),
                environment={**self._environment, **_python(function, self._source), **(extra or {})},
                folder=self._source,
            )
        )
        self._running[name] = (process, stack)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a function's server and its workers a signal."""
        os.killpg(self._running[name][0].pid, number)

    def kill(self, name: str) -> None:
        """Kill a function's server and its workers, whatever they are doing."""
        process, stack = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        stack.close()

    def stop(self) -> None:
        """Stop every server."""
        for process, _ in self._running.values():
            process.terminate()
        for process, stack in self._running.values():
            stop(process)
            stack.close()
        self._running.clear()

    def log(self, name: str, start: int) -> Path:
        """Return the file of what a server wrote since one of its starts."""
        return self._logs / f"{name}.{start}.log"


def _python(function: Function, source: Path) -> dict[str, str]:
    return {"THREADS": str(function.settings.concurrency), "PYTHONPATH": str(source)}


def _argv(function: Function, port: int, source: Path | None) -> list[str]:
    kind = "http" if function.http else "cloudevent"
    main = source or Path("functions") / function.name / "main.py"
    framework = [sys.executable, "-m", "functions_framework", "--target", function.name, "--source", str(main)]
    return [*framework, "--signature-type", kind, "--host", HOST, "--port", str(port)]
