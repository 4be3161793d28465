"""A worker ends within its grace period after SIGTERM, even if its loop, a thread or its interpreter hangs."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.environment import ROOT

WORKER = """
import asyncio, concurrent.futures, re, sys, threading, time, types
from agentex_web.worker import stopping
stopping.HUNG_SECONDS = float(sys.argv[2])
stopping.GIL_SECONDS = 0.3
stopping.WATCH_SECONDS = 0.1

def slow_pattern():
    re.match(r"(a+)+$", "a" * 40 + "b")

async def clock_jumps():
    looks = []
    def later():
        looks.append(1)
        return time.monotonic() + 1000
    stopping.time = types.SimpleNamespace(monotonic=later, sleep=time.sleep)
    while len(looks) < 3:
        await asyncio.sleep(0.01)

async def main():
    with stopping.stopped_by_signals(0.2) as stop:
        async with stopping.ended_if_hung():
            if sys.argv[1] == "it was paused":
                await clock_jumps()
            print("ready", flush=True)
            match sys.argv[1]:
                case "loop turns" | "it was paused":
                    await stop.wait()
                case "loop is blocked":
                    time.sleep(300)
                case "a thread does not end":
                    concurrent.futures.ThreadPoolExecutor().submit(time.sleep, 300)
                    await stop.wait()
                case "the interpreter hangs":
                    slow_pattern()
    print("ended in order", flush=True)

asyncio.run(main())
"""


@contextmanager
def worker(how: str, hung: float = 300.0) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, how, str(hung)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("how", "code", "said"),
    [
        ("loop turns", 0, "ended in order"),
        ("it was paused", 0, "ended in order"),
        ("loop is blocked", 1, "in main"),
        ("a thread does not end", 1, "ended in order"),
    ],
)
def test_sigterm_ends_it(how: str, code: int, said: str) -> None:
    with worker(how) as process:
        assert process.stdout and process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert said in out or said in err


@pytest.mark.parametrize(
    ("how", "code"), [("the interpreter hangs", -signal.SIGPROF), ("loop is blocked", 1)]
)
def test_one_that_hangs_ends_with_a_traceback(how: str, code: int) -> None:
    with worker(how, hung=0.5 if code == 1 else 300) as process:
        _, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert "in main" in err
