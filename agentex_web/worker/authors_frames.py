"""Where authors' code runs at the moment: the stacks of this process's threads."""

import functools
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType

from agentex_web.adk import agent_paths

is_authors = functools.lru_cache(10_000)(agent_paths.is_authors)
"""Cached, because it is called for each frame of each thread."""


@dataclass(frozen=True)
class AuthorsThread:
    """A thread that runs an author's code.

    Attributes:
        name: the thread's name, which says whose it is.
        native_id: the operating system's id of the thread; 0 if it is not known.
        call: identifies the call that brought the thread into the author's code.
        finalizer: identifies the ``__del__`` that runs there; 0 if none does.
        where: the innermost of the author's lines, such as ``agents/shop.py, line 12``.
    """

    ident: int
    name: str
    native_id: int
    call: int
    finalizer: int
    where: str


def authors_threads() -> Iterator[AuthorsThread]:
    """Yields the threads that run an author's code, without the current one."""
    threads = {each.ident: each for each in threading.enumerate()}
    for ident, top in sys._current_frames().items():  # noqa: SLF001  (the documented way)
        frames = [each for each in _stack(top) if is_authors(each.f_code.co_filename)]
        if not frames or ident == threading.get_ident():
            continue
        inner, thread = frames[0], threads.get(ident)
        where = f"{agent_paths.shown(inner.f_code.co_filename)}, line {inner.f_lineno}"
        finalizers = [id(each) for each in frames if each.f_code.co_name == "__del__"]
        yield AuthorsThread(
            ident,
            thread.name if thread else "",
            (thread.native_id if thread else None) or 0,
            id(frames[-1]),
            finalizers[-1] if finalizers else 0,
            where,
        )


def _stack(top: FrameType) -> Iterator[FrameType]:
    """From the innermost frame to the outermost."""
    frame: FrameType | None = top
    while frame is not None:
        yield frame
        frame = frame.f_back
