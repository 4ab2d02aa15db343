"""The campaign's line: it carries both ways, and is cut, slow or a black hole exactly as long as it is told to."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from trials.faults.proxy import Flow, Line

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """A line to a server that says everything back."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(1000):
            writer.write(piece)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server, Line(server.sockets[0].getsockname()[1]) as line:
        yield line


async def connected(line: Line) -> Ends:
    return await asyncio.open_connection("127.0.0.1", line.port)


async def said(ends: Ends, words: bytes) -> bytes:
    """What comes back; nothing where the connection is broken."""
    reader, writer = ends
    writer.write(words)
    try:
        return await reader.read(1000)
    except ConnectionError:
        return b""


async def test_an_open_line_carries_both_ways(line: Line) -> None:
    assert await said(await connected(line), b"hello") == b"hello"


async def test_a_slow_line_carries_everything(line: Line) -> None:
    line.switch(Flow.SLOW)
    assert await said(await connected(line), b"hello") == b"hello"


async def test_a_cut_breaks_what_stands_and_refuses_what_comes(line: Line) -> None:
    ends = await connected(line)
    assert await said(ends, b"before") == b"before"
    line.switch(Flow.CUT)
    assert await said(ends, b"after") == b""
    assert await said(await connected(line), b"anew") == b""
    line.switch(Flow.OPEN)
    assert await said(await connected(line), b"again") == b"again"


async def test_a_black_hole_says_nothing_and_gives_back_what_it_held(line: Line) -> None:
    ends = await connected(line)
    assert await said(ends, b"before") == b"before"
    line.switch(Flow.BLACK_HOLE)
    answer = asyncio.create_task(said(ends, b"into it"))
    carried = line.carried
    newcomer = asyncio.create_task(said(await connected(line), b"me too"))
    done, _ = await asyncio.wait([answer, newcomer], timeout=0.2)
    assert not done
    assert line.carried == carried
    line.switch(Flow.OPEN)
    assert (await answer, await newcomer) == (b"into it", b"me too")


async def test_a_line_to_nobody_breaks_off(line: Line) -> None:
    async with Line(1) as nowhere:
        assert await said(await connected(nowhere), b"hello") == b""
