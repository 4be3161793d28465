"""Limits of a process that reads files of others. Imports only the standard library."""

import os
from contextlib import suppress


def limit_process(cpu_seconds: int, memory_bytes: int) -> None:
    """Limits this process's CPU time and memory. Without such limits (Windows), only the parent's timeout
    applies.
    """
    try:
        import resource
    except ImportError:
        return
    # Pages come first, but a busy machine must not keep a small file waiting until its limit of time.
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def is_out_of_memory(error: BaseException | None, memory_bytes: int) -> bool:
    """True if an error of a library that read a file may come from the limit of memory.

    Libraries turn a failed allocation into errors of their own, such as lxml's "unknown error". So a process
    that has come near its limit counts as well: a buffer is doubled when it is full.
    """
    while error is not None:
        if isinstance(error, MemoryError):
            return True
        error = error.__cause__ or error.__context__
    with suppress(OSError, StopIteration, ValueError), open("/proc/self/status") as status:
        most = next(line for line in status if line.startswith("VmPeak:"))
        return int(most.split()[1]) * 1024 > memory_bytes // 2
    return False
