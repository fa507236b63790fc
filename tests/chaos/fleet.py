"""The functions' servers, each reached through a port that leads to whichever instance of it serves at the moment."""

import signal
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from shared.adapters.topology import Topology
from tests.chaos.proxy import Network, Proxy
from tests.rehearsal.servers import FunctionServers

STARTS_AT_ONCE = 3
BUSY_SECONDS = 2.0
BUSY_POLL_SECONDS = 0.005
# How long an instance that stood still goes on beside its successor before it is taken away.
DRAIN_SECONDS = 3.0


class Fleet:
    """One serving instance a function, and at times an earlier one that does not know that it was replaced.

    `main` and `extra` are in the place of each function's main.py and further variables of its server.
    """

    def __init__(
        self,
        topology: Topology,
        network: Network,
        servers: Callable[[Path], FunctionServers],
        logs: Path,
        *,
        main: Path | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        self.functions = tuple(name for name, function in topology.functions.items() if function.topics)
        self.proxies: dict[str, Proxy] = {name: network.proxy() for name in self.functions}
        self._sides = tuple(servers(logs / side) for side in ("one", "other"))
        self._serving = dict.fromkeys(self.functions, 0)
        self._turns = {name: threading.Lock() for name in self.functions}
        self._main, self._extra = main, extra

    def url(self, name: str) -> str:
        """Return where a function is reached, whichever instance serves it."""
        return f"http://127.0.0.1:{self.proxies[name].port}"

    def start(self) -> None:
        """Start every function."""
        with ThreadPoolExecutor(STARTS_AT_ONCE) as starting:
            list(starting.map(self._start, self.functions))

    def stop(self) -> None:
        """Stop every instance."""
        for side in self._sides:
            side.stop()

    def kill(self, name: str, pause: float) -> None:
        """Kill a function's instance, in the middle of a message if one comes soon; start another after the pause."""
        with self._turns[name]:
            self._await_work(name)
            self._side(name).kill(name)
            time.sleep(pause)
            self._start(name)

    def freeze(self, name: str, seconds: float) -> None:
        """Have a function's instance stand still amid a message, if one comes soon, and another serve in its place.

        When it goes on, after so many seconds, it does not know what happened meanwhile.
        """
        with self._turns[name]:
            self._await_work(name)
            began, frozen = time.monotonic(), self._side(name)
            frozen.signal(name, signal.SIGSTOP)
            self._serving[name] = 1 - self._serving[name]
            self._start(name)
            # Who waited for the frozen one does not any more; its message is delivered again.
            self.proxies[name].cut()
            time.sleep(max(0.0, began + seconds - time.monotonic()))
            frozen.signal(name, signal.SIGCONT)
            time.sleep(DRAIN_SECONDS)
            frozen.kill(name)

    def cut(self, name: str) -> None:
        """Cut the connections to a function amid a message, if one comes soon: the answer is lost, the work is not."""
        with self._turns[name]:
            self._await_work(name)
            self.proxies[name].cut()

    def _side(self, name: str) -> FunctionServers:
        return self._sides[self._serving[name]]

    def _start(self, name: str) -> None:
        self._side(name).start(name, self._main, self._extra)
        self.proxies[name].target = self._side(name).port(name)

    def _await_work(self, name: str) -> None:
        until = time.monotonic() + BUSY_SECONDS
        while not self.proxies[name].busy and time.monotonic() < until:
            time.sleep(BUSY_POLL_SECONDS)
