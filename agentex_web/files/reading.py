"""Reads a file in a child process with limits on CPU time, memory and elapsed time.

A file is untrusted input: 282 KB of PDF took 30 s, and 2.6 KB took 5 s. With the limits, such a file is
refused and affects no one else: a process reads a few files at a time, and one per person.
"""

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from agentex_web.files.queue import OneEach
from agentex_web.files.result import TOO_MUCH, Limits, ReadFile, Unreadable
from agentex_web.utf16 import repaired

AT_A_TIME = 2
"""Number of files that one process reads at the same time."""

_ROOT = Path(__file__).resolve().parents[2]


_queues: WeakKeyDictionary[asyncio.AbstractEventLoop, OneEach] = WeakKeyDictionary()


async def read_file(
    body: bytes, *, owner: object, encoding: str = "", limits: Limits | None = None
) -> ReadFile:
    """Reads a file in a child process.

    Args:
        owner: the person who attached the file, as a hashable key.
        encoding: the encoding of a text that a person chose; empty to detect it.

    Raises:
        Unreadable: no agent could use the file, or reading it exceeds the limits.
    """
    queue = _queues.setdefault(asyncio.get_running_loop(), OneEach(AT_A_TIME))
    async with queue.place(owner):
        return await _in_child(body, encoding, limits or Limits())


async def _in_child(body: bytes, encoding: str, limits: Limits) -> ReadFile:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "agentex_web.files.child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=_ROOT,
    )
    request = json.dumps({"encoding": encoding, "limits": asdict(limits)}).encode() + b"\n"
    try:
        output, _ = await asyncio.wait_for(child.communicate(request + body), limits.seconds)
    except TimeoutError:
        raise Unreadable(TOO_MUCH) from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    line, _, converted = output.partition(b"\n")
    if child.returncode != 0 or not line:
        raise Unreadable(TOO_MUCH)
    answer: dict[str, Any] = json.loads(line)
    if "error" in answer:
        raise Unreadable(str(answer["error"]))
    return ReadFile(
        content_type=answer["content_type"],
        text=repaired(answer["text"]),
        encoding=answer["encoding"],
        note=answer["note"],
        body=converted if answer["converted"] else None,
    )
