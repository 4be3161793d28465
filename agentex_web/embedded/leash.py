"""No process outlives its supervisor, however that ends.

Each process gets the read end of a pipe as its standard input, and the supervisor alone has the write end.
Nothing is ever written: the pipe ends when the supervisor does, even after SIGKILL.

- Our own processes call `hold()`: a thread waits for the end of the pipe and then ends the process.
- Programs that are not ours run as `python leash.py program …`. On Linux this becomes the program, and
  the kernel kills it when its parent ends (`prctl(2)`, PR_SET_PDEATHSIG). Elsewhere it stays the program's
  parent and kills it.

Only the standard library is imported here, because the second form is part of the start of each service.
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

# Set by the supervisor: the seconds between SIGTERM and SIGKILL for a process that has lost it.
LEASH_VARIABLE = "AGENTEX_LEASH"
_PR_SET_PDEATHSIG = 1
_STDIN = 0


def hold() -> None:
    """End this process when its supervisor is gone: SIGTERM first, SIGKILL if that is not enough.

    Does nothing if no supervisor started the process, or when called again.
    """
    grace = os.environ.pop(LEASH_VARIABLE, "")
    if not grace:
        return
    # What this process starts inherits neither the variable nor the pipe.
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
        # Not sys.stdin.read(): its buffer's lock, held by this thread, would abort the exit of Python.
        while os.read(pipe, 1):
            pass
        action()

    threading.Thread(target=wait, name="leash", daemon=True).start()


def _end_group(number: signal.Signals) -> None:
    # With what it has started, as the supervisor does. A group that it does not lead is not its own.
    if os.getpgrp() == os.getpid():
        os.killpg(0, number)
    else:
        os.kill(os.getpid(), number)


def leashed(*command: str) -> list[str]:
    """The command that runs a program which knows nothing of leashes."""
    # Isolated, without site-packages: it starts in 15 ms, and imports no file of the working directory.
    return [sys.executable, "-I", "-S", __file__, *command]


def become(command: Sequence[str]) -> NoReturn:
    """Turn into the program, which the kernel kills when the thread that started it ends. Linux only."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl: {os.strerror(number)}")
    # The kernel does not report a supervisor that was gone before the call; the pipe does.
    if select.select([_STDIN], [], [], 0)[0]:
        sys.exit(1)
    os.execvp(command[0], [*command])


def guard(command: Sequence[str]) -> int:
    """Run the program and kill it when the supervisor ends. Returns its exit code."""
    # A handler that does nothing, not SIG_IGN, which the program would inherit. The supervisor signals
    # the whole process group, so the program gets SIGTERM too.
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
