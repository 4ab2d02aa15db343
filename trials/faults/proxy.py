"""A line between the desk and one of its servers, which can be cut, slowed or made a black hole while it runs."""

import asyncio
import contextlib
from collections.abc import Coroutine, Iterator
from enum import Enum
from typing import Self

from plumbing.ports import LOOPBACK, free_port

PIECE = 64 * 1024
LATE_SECONDS = 0.15


class Flow(Enum):
    """What the line does with what it is given."""

    OPEN = "open"
    CUT = "cut"
    SLOW = "slow"
    BLACK_HOLE = "black hole"


class Line:
    """One TCP port that leads to another."""

    def __init__(self, to: int) -> None:
        self.port = free_port()
        self.flow = Flow.OPEN
        self.carried = 0
        self._to = to
        self._passable = asyncio.Event()
        self._passable.set()
        self._ends: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, LOOPBACK, self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.switch(Flow.CUT)

    def switch(self, flow: Flow) -> None:
        """From now on; what a black hole held back flows on when it ends, as the network would send it again."""
        self.flow = flow
        if flow is Flow.BLACK_HOLE:
            self._passable.clear()
            return
        self._passable.set()
        if flow is Flow.CUT:
            for end in tuple(self._ends):
                end.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with self._kept(writer):
            await self._passable.wait()
            if self.flow is Flow.CUT:
                return
            try:
                there, back = await asyncio.open_connection(LOOPBACK, self._to)
            except OSError:
                return
            with self._kept(back):
                await self._both(self._pump(reader, back), self._pump(there, writer))

    @contextlib.contextmanager
    def _kept(self, end: asyncio.StreamWriter) -> Iterator[None]:
        """An end that is broken off when the line is cut, and closed when it is done with."""
        self._ends.add(end)
        try:
            yield
        finally:
            self._ends.discard(end)
            end.close()

    async def _both(self, *ways: Coroutine[None, None, None]) -> None:
        """Until one of the two has nothing more to say."""
        tasks = [asyncio.create_task(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(PIECE):
                if self.flow is Flow.SLOW:
                    await asyncio.sleep(LATE_SECONDS)
                await self._passable.wait()
                writer.write(piece)
                await writer.drain()
                self.carried += len(piece)
