"""TCP ports in front of other servers: slow, cut, refusing, or leading elsewhere, as a network may be."""

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from tests.emulators.process import HOST

CHUNK_BYTES = 65_536
HOLD_POLL_SECONDS = 0.05
Result = TypeVar("Result")


class Proxy:
    """One port that leads to another; `latency` seconds pass before each piece of content goes on, either way.

    While `refusing`, connections are cut as they come; while `holding`, they wait. The attributes may be set from any
    thread; who does something to it for a while takes its `turn`.
    """

    def __init__(self, network: "Network", target: int) -> None:
        self.target, self.latency, self.refusing, self.holding = target, 0.0, False, False
        self.port = 0
        self.turn = threading.Lock()
        self._network = network
        self._open: dict[asyncio.StreamWriter, bool] = {}
        self._tasks: set[asyncio.Task[Any] | None] = set()

    @property
    def busy(self) -> bool:
        """Return whether a server has been asked something and has not answered yet."""
        return any(list(self._open.values()))

    def cut(self) -> None:
        """Cut every connection; whoever waits for an answer does not learn what came of the question."""
        self._network.call(self._cut())

    def cut_off(self, seconds: float) -> None:
        """Cut every connection, and refuse others for so long."""
        with self.turn:
            self.refusing = True
            self.cut()
            time.sleep(seconds)
            self.refusing = False

    def slow_down(self, latency: float, seconds: float) -> None:
        """Have everything take longer for a while."""
        with self.turn:
            self.latency = latency
            time.sleep(seconds)
            self.latency = 0.0

    async def listen(self) -> asyncio.Server:
        """Return the listening server of a free port."""
        server = await asyncio.start_server(self._serve, HOST, 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _cut(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Once a connection is cut nobody else holds on to who serves it.
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            await self._lead(reader, writer)
        finally:
            self._tasks.discard(task)

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while self.holding:
                await asyncio.sleep(HOLD_POLL_SECONDS)
            if self.refusing:
                raise ConnectionAbortedError("refused on purpose")
            far_reader, far_writer = await asyncio.open_connection(HOST, self.target)
        except OSError:
            writer.transport.abort()
            return
        self._open[writer] = False
        pumps = (self._pump(reader, far_writer, writer, asks=True), self._pump(far_reader, writer, writer, asks=False))
        try:
            await asyncio.gather(*pumps)
        except OSError:
            writer.transport.abort()
        finally:
            del self._open[writer]
            for each in (far_writer, writer):
                each.close()

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, writer: asyncio.StreamWriter, *, asks: bool
    ) -> None:
        while content := await source.read(CHUNK_BYTES):
            if self.latency:
                await asyncio.sleep(self.latency)
            self._open[writer] = asks
            sink.write(content)
            await sink.drain()
        # An end of the answers ends the connection; an end of the questions leaves the last one to be answered.
        if not asks:
            writer.transport.abort() if writer.transport.is_closing() else writer.close()
        elif sink.can_write_eof():
            with suppress(OSError):
                sink.write_eof()


class Network:
    """The thread on which all proxies run."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._servers: list[asyncio.Server] = []

    def proxy(self, target: int = 0) -> Proxy:
        """Return a proxy of a port, listening."""
        made = Proxy(self, target)
        self._servers.append(self.call(made.listen()))
        return made

    def call(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Return what a coroutine gives on the network's thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        """Close every proxy and its connections."""
        self.call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def network() -> Iterator[Network]:
    """Yield a network; close it afterwards."""
    opened = Network()
    try:
        yield opened
    finally:
        opened.close()
