"""A worker ends within its grace period after SIGTERM, even if its loop, a thread or its interpreter hangs."""

import io
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agentex_web.worker import watchdog
from tests.support.forked import start
from tests.support.waiting import PATIENCE, until

WORKERS = """
import asyncio, concurrent.futures, json, os, re, sys, threading, time, types
from agentex_web.worker import stopping, watchdog
watchdog.GIL_SECONDS = 0.3
watchdog.WATCH_SECONDS = 0.1

def slow_pattern():
    re.match(r"(a+)+$", "a" * 40 + "b")

async def clock_jumps():
    looks = []
    def later():
        looks.append(1)
        return time.monotonic() + 1000
    watchdog.time = types.SimpleNamespace(monotonic=later, sleep=time.sleep)
    while len(looks) < 3:
        await asyncio.sleep(0.01)

looks = []

def look():
    looks.append(1)
    raise AttributeError("what it needs is gone")

async def main(how):
    with stopping.stopped_by_signals(0.2) as stop:
        async with watchdog.ended_if_hung(look=look, glance=look):
            while how == "the looks fail" and len(looks) < 30:
                await asyncio.sleep(0.01)
            if how == "it was paused":
                await clock_jumps()
            print("ready", flush=True)
            match how:
                case "loop turns" | "it was paused" | "the looks fail":
                    await stop.wait()
                case "loop is blocked":
                    time.sleep(300)
                case "a thread does not end":
                    concurrent.futures.ThreadPoolExecutor().submit(time.sleep, 300)
                    await stop.wait()
                case "the interpreter hangs":
                    slow_pattern()
    print("ended in order", flush=True)

# Importing costs a second, so it is done once.
orders = os.open(sys.argv[1], os.O_RDWR)
for line in os.fdopen(orders):
    how, watchdog.HUNG_SECONDS, output = json.loads(line)
    process = os.fork()
    if process == 0:
        file = os.open(output, os.O_WRONLY | os.O_CREAT)
        os.dup2(file, 1)
        os.dup2(file, 2)
        asyncio.run(main(how))
        break
    print(process, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
"""


class Workers:
    """The process that forks the others. It prints the id and the exit code of each, a line each.

    Args:
        folder: where its files are.
    """

    def __init__(self, folder: Path) -> None:
        self._orders, self._log = folder / "orders", folder / "log"
        os.mkfifo(self._orders)
        program = folder / "workers.py"
        program.write_text(WORKERS)
        self.process = start([str(program), str(self._orders)], os.environ, self._log)
        self._read = 0

    def order(self, *words: object) -> None:
        with os.fdopen(until(self._opened, self._log.read_text), "w") as orders:
            print(json.dumps(words), file=orders)

    def _opened(self) -> int | None:
        """None until the process has opened it. One that could not start would be waited for without end."""
        try:
            return os.open(self._orders, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return None

    def number(self) -> int:
        """Waits for the next line."""
        line = until(lambda: self._log.read_text().split("\n")[self._read : -1], self._log.read_text)[0]
        self._read += 1
        return int(line)


@dataclass
class Worker:
    """A process that does what `WORKERS` says."""

    parent: Workers
    output: Path
    pid: int

    def said(self) -> str:
        return self.output.read_text() if self.output.exists() else ""

    def code(self) -> int:
        """Waits for the end. Returns the exit code."""
        return self.parent.number()


Start = Callable[..., Worker]


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    parent = Workers(tmp_path_factory.mktemp("workers"))
    yield parent
    parent.process.kill()


@pytest.fixture
def started(workers: Workers, tmp_path: Path) -> Iterator[Start]:
    timers: list[threading.Timer] = []

    def started(how: str, hung: float = 300.0) -> Worker:
        workers.order(how, hung, str(tmp_path / "output"))
        worker = Worker(workers, tmp_path / "output", workers.number())
        # One that hangs for ever would keep the next one waiting.
        timers.append(threading.Timer(PATIENCE, os.kill, (worker.pid, signal.SIGKILL)))
        timers[-1].start()
        return worker

    yield started
    for timer in timers:
        timer.cancel()


@pytest.mark.parametrize(
    ("how", "code", "said"),
    [
        ("loop turns", 0, "ended in order"),
        ("it was paused", 0, "ended in order"),
        ("the looks fail", 0, "ended in order"),
        ("loop is blocked", 1, "in main"),
        ("a thread does not end", 1, "ended in order"),
    ],
)
def test_sigterm_ends_it(started: Start, how: str, code: int, said: str) -> None:
    worker = started(how)
    until(lambda: "ready\n" in worker.said(), worker.said)
    os.kill(worker.pid, signal.SIGTERM)
    assert worker.code() == code
    assert said in worker.said()


@pytest.mark.parametrize(
    ("how", "code"), [("the interpreter hangs", -signal.SIGPROF), ("loop is blocked", 1)]
)
def test_one_that_hangs_ends_with_a_traceback(started: Start, how: str, code: int) -> None:
    worker = started(how, hung=0.5 if code == 1 else 300)
    assert worker.code() == code
    assert "in main" in worker.said()


def test_faulty_notes_of_the_workflow_tasks_do_not_end_the_watch(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Faulty:
        stack = sys.stderr

        def longest(self) -> float:
            raise MemoryError if len(looks) == 1 else AttributeError("what it needs is gone")

    looks: list[int] = []

    def look() -> str:
        looks.append(1)
        if len(looks) == 3:
            watching.stop.set()
        return ""

    monkeypatch.setattr(watchdog, "WATCH_SECONDS", 0.01)
    monkeypatch.setattr(watchdog.signal, "setitimer", lambda *_: None)
    watching = watchdog._Watchdog(Faulty(), look, lambda: "")  # type: ignore[arg-type]
    watching.watch()
    assert len(looks) == 3
    assert [each.message for each in caplog.records] == ["The process could not be watched"]


def test_a_process_that_hangs_ends_even_if_the_reason_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watchdog.os, "_exit", sys.exit)
    with pytest.raises(SystemExit):
        watchdog._end(io.StringIO(), "the worker hangs")  # It has no file descriptor for the stacks.
