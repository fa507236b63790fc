"""The functions' servers, each reached through a port that leads to whichever instance of it serves at the moment."""

import signal
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from shared.adapters.topology import Topology
from tests.chaos.proxy import Network, Proxy
from tests.emulators.process import HOST
from tests.rehearsal.servers import FunctionServers

STARTS_AT_ONCE = 3
BUSY_SECONDS = 5.0
BUSY_POLL_SECONDS = 0.005
# How long an instance that stood still goes on beside its successor before it is taken away.
DRAIN_SECONDS = 3.0


class Fleet:
    """One serving instance a function, and at times an earlier one that does not know that it was replaced.

    `sides` are two sets of servers, of which each function is served by one. `main` and `extra` are in the place of
    each function's main.py and further variables of its server.
    """

    def __init__(
        self,
        topology: Topology,
        network: Network,
        sides: Sequence[FunctionServers],
        *,
        main: Path | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        self.functions = tuple(name for name, function in topology.functions.items() if function.topics)
        self.proxies: dict[str, Proxy] = {name: network.proxy() for name in self.functions}
        self._sides = sides
        self._serving = dict.fromkeys(self.functions, 0)
        self._turns = {name: threading.Lock() for name in self.functions}
        self._main, self._extra = main, extra

    def url(self, name: str) -> str:
        """Return where a function is reached, whichever instance serves it."""
        return f"http://{HOST}:{self.proxies[name].port}"

    def start(self) -> None:
        """Start every function."""
        with ThreadPoolExecutor(STARTS_AT_ONCE) as starting:
            list(starting.map(self._start, self.functions))

    def stop(self) -> None:
        """Stop every instance."""
        for side in self._sides:
            side.stop()

    def await_work(self, name: str) -> None:
        """Wait until a function has been sent a message, or for a while in which none comes."""
        until = time.monotonic() + BUSY_SECONDS
        while not self.proxies[name].busy and time.monotonic() < until:
            time.sleep(BUSY_POLL_SECONDS)

    def kill(self, name: str, pause: float) -> None:
        """Kill a function's instance, whatever it is doing; start another after the pause."""
        with self._turns[name]:
            self._side(name).kill(name)
            time.sleep(pause)
            self._start(name)

    def freeze(self, name: str, seconds: float) -> None:
        """Have a function's instance stand still, whatever it is doing, and another serve in its place.

        When it goes on, after so many seconds, it does not know what happened meanwhile.
        """
        with self._turns[name]:
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
        """Cut the connections to a function: the answer is lost, the work is not."""
        with self._turns[name]:
            self.proxies[name].cut()

    def _side(self, name: str) -> FunctionServers:
        return self._sides[self._serving[name]]

    def _start(self, name: str) -> None:
        self._side(name).start(name, self._main, self._extra)
        self.proxies[name].target = self._side(name).port(name)
