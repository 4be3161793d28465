"""Limits of a process that reads files of others. Imports only the standard library."""

import os


def limit_process(cpu_seconds: int, memory_bytes: int) -> None:
    """Limits this process's CPU time and memory. Without such limits (Windows), only the parent's timeout
    applies.
    """
    try:
        import resource
    except ImportError:
        return
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
