"""Ensures that no process outlives its supervisor, however the supervisor ends.

Each process gets the read end of a pipe as its standard input; only the supervisor has the write end. Nothing
is ever written: the pipe reaches its end when the supervisor ends, even after SIGKILL.

- Our own processes call `hold()`: a thread waits for the end of the pipe and then ends the process.
- Other programs run as `python leash.py program …`. On Linux, this process becomes the program, and the
  kernel kills it when its parent ends (`prctl(2)`, PR_SET_PDEATHSIG). Elsewhere, it stays the program's
  parent and kills it.

Imports only the standard library, because the second form is part of the start of each service.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import NoReturn

# Set by the supervisor: the seconds between SIGTERM and SIGKILL for a process whose supervisor is gone.
LEASH_VARIABLE = "AGENTEX_LEASH"
_PR_SET_PDEATHSIG = 1
_STDIN = 0


def hold() -> None:
    """Ends this process when its supervisor is gone: first with SIGTERM, then with SIGKILL if necessary.

    Does nothing if no supervisor started the process, or if it was called before.
    """
    grace = os.environ.pop(LEASH_VARIABLE, "")
    if not grace:
        return
    # Processes that this one starts must inherit neither the variable nor the pipe.
    pipe = os.dup(_STDIN)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, _STDIN)
    os.close(nothing)

    def end() -> None:
        _end_group(signal.SIGTERM)
        time.sleep(float(grace))
        _end_group(signal.SIGKILL)

    _at_end_of(pipe, end)


def _at_end_of(pipe: int, action: Callable[[], None]) -> None:
    def wait() -> None:
        # Not sys.stdin.read(): this thread would hold its buffer's lock, which aborts Python's exit.
        while os.read(pipe, 1):
            pass
        action()

    threading.Thread(target=wait, name="leash", daemon=True).start()


def _end_group(number: signal.Signals) -> None:
    # Signals also the processes that this one has started. A group that it does not lead is not its own.
    if os.getpgrp() == os.getpid():
        os.killpg(0, number)
    else:
        os.kill(os.getpid(), number)


def leashed(*command: str) -> list[str]:
    """Returns the command that runs a program under a leash without the program's cooperation."""
    # Isolated and without site-packages: starts in 15 ms, and imports no file of the working directory.
    return [sys.executable, "-I", "-S", __file__, *command]


def become(command: Sequence[str]) -> NoReturn:
    """Turns into the program, which the kernel kills when the thread that started it ends. Linux only."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl: {os.strerror(number)}")
    # The kernel does not report a supervisor that ended before the call, but the pipe does.
    if select.select([_STDIN], [], [], 0)[0]:
        sys.exit(1)
    os.execvp(command[0], [*command])


def guard(command: Sequence[str]) -> int:
    """Runs the program, and kills it when the supervisor ends. Returns its exit code."""
    # An empty handler, because the program would inherit SIG_IGN. The supervisor signals the whole process
    # group, so the program gets SIGTERM too.
    signal.signal(signal.SIGTERM, lambda *_: None)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    _at_end_of(_STDIN, child.kill)
    return child.wait()


def main(command: Sequence[str]) -> int:
    os.environ.pop(LEASH_VARIABLE, None)
    try:
        if sys.platform == "linux":
            become(command)
        return guard(command)
    except OSError as error:
        print(f"{command[0]} cannot be started: {error.strerror}", file=sys.stderr)
        return 127


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
