"""Reads an export in a child process, one conversation at a time."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from agentex_web.files.queue import OneEach
from agentex_web.transfer.conversation import TOO_MUCH, NotReadable

AT_A_TIME = 2
"""Files that one process reads at the same time, at most one per person."""
SECONDS = 180.0
LINE_BYTES = 64_000_000
"""Maximum size of one conversation's line."""
_ROOT = Path(__file__).resolve().parents[2]

_queues: WeakKeyDictionary[asyncio.AbstractEventLoop, OneEach] = WeakKeyDictionary()


async def read_export(body: bytes, owner: object) -> AsyncIterator[dict[str, Any]]:
    """The conversations of a file, as dicts with the fields of ``Conversation``; turns also have ``html``.

    Args:
        owner: a hashable key of the person who imports the file.

    Raises:
        NotReadable: the format is unknown, or reading it exceeds the limits.
    """
    queue = _queues.setdefault(asyncio.get_running_loop(), OneEach(AT_A_TIME))
    async with queue.place(owner):
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "agentex_web.transfer.child",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=_ROOT,
            limit=LINE_BYTES,
        )
        assert child.stdin is not None and child.stdout is not None
        feeding = asyncio.create_task(_feed(child.stdin, body))
        try:
            async with asyncio.timeout(SECONDS):
                async for line in child.stdout:
                    found: dict[str, Any] = json.loads(line)
                    if "error" in found:
                        raise NotReadable(str(found["error"]))
                    yield found
                if await child.wait():
                    raise NotReadable(TOO_MUCH)
        except (TimeoutError, ValueError):
            raise NotReadable(TOO_MUCH) from None
        finally:
            feeding.cancel()
            if child.returncode is None:
                child.kill()
                await child.wait()


async def _feed(pipe: asyncio.StreamWriter, body: bytes) -> None:
    # A child that ended early does not read the rest.
    with suppress(ConnectionError):
        pipe.write(body)
        await pipe.drain()
        pipe.close()
