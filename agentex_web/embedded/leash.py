"""No process outlives its supervisor, however that ends.

Each process gets a pipe from the supervisor as its standard input. Nothing is ever written to it: it
ends when the supervisor does, and the kernel sees to that even after a SIGKILL.

- Ours call `hold()`: a thread waits for the end of that pipe and then ends the process.
- Programs that are not ours run as `python -m agentex_web.embedded.leash program …`, which on Linux
  becomes the program, marked to be killed when its parent goes (`prctl(2)`, PR_SET_PDEATHSIG), and
  elsewhere stays its parent and kills it.

Only the standard library is imported here: the second way is part of the start of each service.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import NoReturn

# Set by the supervisor: the seconds between SIGTERM and SIGKILL for a process that has lost it.
LEASH_VARIABLE = "AGENTEX_LEASH"
_PR_SET_PDEATHSIG = 1
_STDIN = 0


def hold() -> None:
    """End this process when its supervisor is gone: SIGTERM, then, if that is not enough, SIGKILL.

    Does nothing where no supervisor started the process, and nothing when called again.
    """
    grace = os.environ.pop(LEASH_VARIABLE, "")
    if not grace:
        return
    # The pipe is this process's alone: what it starts inherits neither the variable nor the pipe.
    pipe = os.dup(_STDIN)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, _STDIN)
    os.close(nothing)
    threading.Thread(target=_end_with, args=[pipe, float(grace)], name="leash", daemon=True).start()


def _end_with(pipe: int, grace: float) -> None:
    _await_end_of(pipe)
    _end_group(signal.SIGTERM)
    time.sleep(grace)
    _end_group(signal.SIGKILL)


def _end_group(number: signal.Signals) -> None:
    # With what it has started, as the supervisor itself does. A group that it does not lead is not its own.
    if os.getpgrp() == os.getpid():
        os.killpg(0, number)
    else:
        os.kill(os.getpid(), number)


def _await_end_of(pipe: int) -> None:
    # Not sys.stdin.read(): its buffer's lock, held by this thread, would abort the exit of Python.
    while os.read(pipe, 1):
        pass


def leashed(*command: str) -> list[str]:
    """The command that runs a program which knows nothing of leashes."""
    return [sys.executable, "-m", "agentex_web.embedded.leash", *command]


def become(command: Sequence[str]) -> NoReturn:
    """Turn into the program, which the kernel kills when the thread that started it ends. Linux only."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl: {os.strerror(number)}")
    # The mark says nothing about a supervisor that was gone before it was set; the pipe does.
    if select.select([_STDIN], [], [], 0)[0]:
        sys.exit(1)
    os.execvp(command[0], [*command])


def guard(command: Sequence[str]) -> int:
    """Run the program and kill it when the supervisor ends. Returns its exit code."""
    # A handler that does nothing, not SIG_IGN, which the program would inherit. The supervisor signals
    # the whole process group, so the program has had its SIGTERM.
    signal.signal(signal.SIGTERM, lambda *_: None)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def kill() -> None:
        _await_end_of(_STDIN)
        child.kill()

    threading.Thread(target=kill, name="leash", daemon=True).start()
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
