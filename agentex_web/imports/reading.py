"""Reads an export in a child process, one conversation at a time."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path
from typing import Any

from agentex_web.imports.conversation import LINE_BYTES, TOO_MUCH, NotReadable

LINE_SECONDS = 60.0
"""How long the child may take for one conversation. The time that importing it takes does not count."""
BUFFERED = 1 << 20
"""How much of the child's output is read ahead, about; then it waits until what came before is imported."""
_ROOT = Path(__file__).resolve().parents[2]


async def read_export(body: bytes) -> AsyncGenerator[dict[str, Any], None]:
    """The conversations of a file, as dicts with the fields of ``Conversation``; turns also have ``html``.

    Each dict has ``share``, the share of the file that was read. A conversation that is too large is a dict
    with ``oversized``.

    Raises:
        NotReadable: the format is unknown, or reading it exceeds the limits.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "agentex_web.imports.child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=_ROOT,
        limit=BUFFERED,
    )
    assert child.stdin is not None and child.stdout is not None
    feeding = asyncio.create_task(_feed(child.stdin, body))
    try:
        while line := await asyncio.wait_for(_line(child.stdout), LINE_SECONDS):
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
            # Some versions of Python 3.11 and 3.12 also wait for the end of the output, and pause reading it.
            while await child.stdout.read(BUFFERED):
                pass
            await child.wait()


async def _line(output: asyncio.StreamReader) -> bytes:
    """The next line, which may be longer than the reader's buffer; empty at the end.

    Raises:
        ValueError: it is longer than ``LINE_BYTES``.
    """
    line = bytearray()
    while len(line) <= LINE_BYTES:
        try:
            return bytes(line + await output.readuntil())
        except asyncio.IncompleteReadError as end:
            return bytes(line + end.partial)
        except asyncio.LimitOverrunError as part:
            line += await output.readexactly(part.consumed)
    raise ValueError


async def _feed(pipe: asyncio.StreamWriter, body: bytes) -> None:
    # A child that ended early does not read the rest.
    with suppress(ConnectionError):
        pipe.write(body)
        await pipe.drain()
        pipe.close()
