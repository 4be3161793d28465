"""Hides the running event loop from the code of a block.

The worker imports the files of agents while its event loop runs. A script that starts its own loop would get
an error about the worker's loop. asyncio stores the running loop per thread; its functions for that are meant
for implementers of event loops.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_running_loop() -> Iterator[None]:
    """In the block, asyncio reports that no event loop is running."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)
