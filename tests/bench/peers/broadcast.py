"""A server that sends given messages to all its sockets, in a process of its own. It does nothing else."""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection

from websockets.asyncio.server import ServerConnection, broadcast, serve

FIRST_SECONDS = 1.0
"""The first message is sent this long after the last socket was opened."""


@contextmanager
def broadcasting(messages: Sequence[tuple[float, str | bytes]], sockets: int) -> Iterator[str]:
    """Runs the server while the block runs; yields its address.

    Args:
        messages: with the time of each in seconds; only their distances count.
        sockets: how many sockets it waits for.
    """
    context = multiprocessing.get_context("spawn")
    told, tells = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(messages, sockets, tells), daemon=True)
    process.start()
    try:
        yield f"ws://127.0.0.1:{told.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(messages: Sequence[tuple[float, str | bytes]], sockets: int, tells: Connection) -> None:
    asyncio.run(_send(messages, sockets, tells))


async def _send(messages: Sequence[tuple[float, str | bytes]], sockets: int, tells: Connection) -> None:
    opened: set[ServerConnection] = set()
    complete = asyncio.Event()

    async def connected(socket: ServerConnection) -> None:
        opened.add(socket)
        if len(opened) == sockets:
            complete.set()
        await socket.wait_closed()

    async with serve(connected, "127.0.0.1", 0, compression=None) as server:
        tells.send(next(iter(server.sockets)).getsockname()[1])
        await complete.wait()
        later = time.monotonic() + FIRST_SECONDS - messages[0][0]
        for at, message in messages:
            await asyncio.sleep(max(0.0, at + later - time.monotonic()))
            broadcast(opened, message)
        await asyncio.Event().wait()
