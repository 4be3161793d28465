"""Hides the running event loop from the code of a block.

asyncio keeps it for each thread, behind names that are meant for event loops' implementers. The worker
imports the files of agents while its loop runs; a script that starts a loop of its own, as at a console,
would be told about the worker's.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_running_loop() -> Iterator[None]:
    """In the block, no event loop seems to run."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)
