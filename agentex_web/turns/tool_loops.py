"""The event loops and threads on which a worker runs tools, separate from its own.

Each file or folder in agents/ has one event loop, so that clients in global variables work. A coroutine
that blocks the loop delays its running tools; further calls get another loop. Plain functions run in
threads, at most ``MOST_THREADS`` per loop. All threads are daemons, so that a function that never returns
cannot keep the worker from exiting.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from agentex_web.exception_groups import words_of
from agentex_web.turns.authors_modules import file_of

T = TypeVar("T")

MOST_THREADS = 32
MOST_LOOPS = 8
"""The maximum number of loops per file. If all are blocked, further calls use the last one."""
RESPONSE_SECONDS = 0.25
"""A loop that takes longer to answer counts as blocked."""


_running: Counter[str] = Counter()
_used: set[str] = set()
"""The files whose tools and activities run, and those of which any ran since the last ``take_used``."""
_counting = threading.Lock()
_after_each: Callable[[], object] = lambda: None  # noqa: E731  (replaced by call_after_each)


def call_after_each(call: Callable[[], object]) -> None:
    """Sets what is called after each call of a tool or an author's activity, in its thread."""
    global _after_each  # noqa: PLW0603  (the only writer)
    _after_each = call


def are_running() -> bool:
    """True if any tool or activity of an author runs in this process."""
    return _running.total() > 0


@contextmanager
def counted(module: str) -> Iterator[None]:
    """Counts the block as a tool or an activity of this module that runs."""
    file = file_of(module)
    with _counting:
        _running[file] += 1
    try:
        yield
    finally:
        with _counting:
            _running[file] -= 1
            _used.add(file)
        _after_each()


def take_used() -> list[str]:
    """The files in agents/ whose tools and activities ran since the last call, by module name."""
    with _counting:
        used = sorted(_used)
        _used.clear()
    return used


class ToolExit(Exception):
    """A tool raised SystemExit, KeyboardInterrupt or the like. That ends only its call."""


class ToolThreads(ThreadPoolExecutor):
    """Executor of ``asyncio.to_thread``: runs each call in a daemon thread, ``MOST_THREADS`` at a time."""

    def __init__(self) -> None:
        super().__init__(1)
        self._free = threading.Semaphore(MOST_THREADS)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        future: Future[T] = Future()

        def work() -> None:
            with self._free:
                if not future.set_running_or_notify_cancel():
                    return
                try:
                    # In this block, because an interrupt of the function may come when that has just ended.
                    future.set_result(fn(*args, **kwargs))
                except Exception as error:  # noqa: BLE001  (the caller's, whatever it is)
                    _fail(future, error)
                except BaseException as error:  # noqa: BLE001
                    _fail(future, _exit_of(error))

        threading.Thread(target=work, name="tool", daemon=True).start()
        return future


def _fail(future: "Future[Any]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


class ToolLoop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(ToolThreads())
        threading.Thread(target=self._serve, name="tools", daemon=True).start()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        while not self._loop.is_closed():
            try:
                self._loop.run_forever()
            except (Exception, SystemExit, KeyboardInterrupt):  # noqa: BLE001, S112
                # Raised by a task that the author's code started and nobody awaits; or an interrupt of the
                # author's code (worker/memory_limit.py) came when that had just given back the thread.
                continue

    async def responds(self) -> bool:
        """True if the loop is not blocked."""
        answered: Future[None] = Future()
        self._loop.call_soon_threadsafe(answered.set_result, None)
        done, _ = await asyncio.wait({asyncio.wrap_future(answered)}, timeout=RESPONSE_SECONDS)
        return bool(done)

    async def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine on this loop and returns its result. If the caller is cancelled, so is it."""
        # run_coroutine_threadsafe copies the caller's context variables.
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(contained(coroutine), self._loop))


async def contained(coroutine: Coroutine[Any, Any, T]) -> T:
    """Awaits a coroutine. Turns SystemExit and the like into an ordinary exception: asyncio would raise them
    out of the event loop.
    """
    try:
        return await coroutine
    except (Exception, asyncio.CancelledError, GeneratorExit):
        raise
    except BaseException as error:
        if type(error).__module__.startswith("temporalio."):
            # Temporal's own, such as that of ``activity.raise_complete_async()``.
            raise
        raise _exit_of(error) from error


class _LoopsOfFile:
    def __init__(self, module: str) -> None:
        self._module = module
        self._loops: list[ToolLoop] = []

    async def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine on the file's loop, or on another one if that is blocked."""
        loop = await self._free()
        with counted(self._module):
            return await loop.run(coroutine)

    async def _free(self) -> ToolLoop:
        for each in self._loops:
            if await each.responds():
                return each
        if len(self._loops) == MOST_LOOPS:
            return self._loops[-1]
        self._loops.append(ToolLoop())
        return self._loops[-1]


_files: dict[str, _LoopsOfFile] = {}


def loop_of(module: str) -> _LoopsOfFile:
    """The loops for a module's tools and activities. They live as long as the process.

    The modules of a folder in agents/ have the same ones, because they share clients.
    """
    module = file_of(module)
    return _files.setdefault(module, _LoopsOfFile(module))


def _exit_of(error: BaseException) -> ToolExit:
    return ToolExit(words_of(error))
