"""Where the code of tools runs in a worker: event loops and threads that are theirs alone.

Each file of an author has one event loop, so clients that it keeps in a global work. A coroutine that blocks
it delays the running tools of that file; the next calls get another loop. Plain functions run in threads, at
most ``MOST_THREADS`` for each loop. All threads are daemons: one that never returns does not keep the worker
from ending.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

MOST_THREADS = 32
MOST_LOOPS = 8
"""Blocked loops of one file that are replaced; further calls wait for the last one."""
RESPONSE_SECONDS = 0.25
"""A loop that takes longer to answer counts as blocked."""


class ToolExit(Exception):
    """A tool raised SystemExit, KeyboardInterrupt or the like, which ends its call and nothing else."""


class ToolThreads(ThreadPoolExecutor):
    """A daemon thread for each call, a bounded number at once; the executor of ``asyncio.to_thread``."""

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
                    result = fn(*args, **kwargs)
                except Exception as error:  # noqa: BLE001  (the caller's, whatever it is)
                    future.set_exception(error)
                except BaseException as error:  # noqa: BLE001
                    future.set_exception(_exit_of(error))
                else:
                    future.set_result(result)

        threading.Thread(target=work, name="tool", daemon=True).start()
        return future


class ToolLoop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(ToolThreads())
        threading.Thread(target=self._serve, name="tools", daemon=True).start()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        while True:
            try:
                self._loop.run_forever()
            except (SystemExit, KeyboardInterrupt):
                # Of a task that an author started and nobody awaits.
                continue

    async def responds(self) -> bool:
        """True if the loop is not blocked."""
        answered: Future[None] = Future()
        self._loop.call_soon_threadsafe(answered.set_result, None)
        done, _ = await asyncio.wait({asyncio.wrap_future(answered)}, timeout=RESPONSE_SECONDS)
        return bool(done)

    async def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """What the coroutine returns, which runs on this loop. It is cancelled with its caller."""
        # The caller's context variables go with it.
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(contained(coroutine), self._loop))


async def contained(coroutine: Coroutine[Any, Any, T]) -> T:
    """What the coroutine returns; SystemExit and its like become an ordinary exception.

    asyncio would raise them out of the event loop.
    """
    try:
        return await coroutine
    except (Exception, asyncio.CancelledError, GeneratorExit):
        raise
    except BaseException as error:
        raise _exit_of(error) from error


class _LoopsOfFile:
    def __init__(self) -> None:
        self._loops: list[ToolLoop] = []

    async def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Runs it on the file's loop, or on another one if that is blocked."""
        return await (await self._free()).run(coroutine)

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
    """The loops of the tools that a module defines; they live as long as the process."""
    return _files.setdefault(module, _LoopsOfFile())


def _exit_of(error: BaseException) -> ToolExit:
    return ToolExit(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)
