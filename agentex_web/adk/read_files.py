"""Notes which files agents' code reads while it is imported: `runworker --reload` serves their changes."""

import builtins
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

MOST_FILES = 1_000


@contextmanager
def noted_reads(paths: set[str]) -> Iterator[None]:
    """Adds the real path of each file that the block opens for reading, at most MOST_FILES in all."""
    original = builtins.open

    @wraps(original)
    def noting(file: Any, *args: Any, **kwargs: Any) -> Any:
        mode = args[0] if args else kwargs.get("mode", "r")
        if isinstance(file, str | os.PathLike) and "r" in str(mode) and len(paths) < MOST_FILES:
            paths.add(os.path.realpath(os.fsdecode(file)))
        return original(file, *args, **kwargs)

    builtins.open = io.open = noting
    try:
        yield
    finally:
        # What the file itself has replaced is put back, and reported, by `restored_process_state`.
        if builtins.open is noting:
            builtins.open = original
        if io.open is noting:
            io.open = original
