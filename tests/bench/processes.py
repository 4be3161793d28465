"""Reads from Linux which processes belong together, and their memory and processor time."""

import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_KIB_PER_MIB = 1024


@dataclass(frozen=True)
class Memory:
    """Memory in MiB. ``pss`` counts a page that n processes share as 1/n."""

    rss: float = 0.0
    pss: float = 0.0

    def __add__(self, other: "Memory") -> "Memory":
        return Memory(self.rss + other.rss, self.pss + other.pss)


def belonging(known: Mapping[int, str], mark: str, other: str) -> dict[int, str]:
    """Finds living processes that are known, descend from a known process, or have the mark. Returns their names.

    Args:
        known: names of known processes.
        mark: an environment variable of each process, as ``NAME=value``. Redis overwrites its own with its title.
        other: the name for processes that have the mark but no living known ancestor.
    """
    parents = {pid: parent for pid in _all() if (parent := _parent(pid)) is not None}

    def name(pid: int) -> str:
        while pid and pid not in known:
            pid = parents.get(pid, 0)
        return known.get(pid, "")

    return {
        pid: name(pid) or other
        for pid in parents
        if name(pid) or mark.encode() in _read(pid, "environ").split(b"\0")
    }


def _all() -> list[int]:
    return [int(path.name) for path in _PROC.iterdir() if path.name.isdigit()]


def _parent(pid: int) -> int | None:
    """The parent's process id; None if the process is gone or a zombie."""
    fields = _after_name(pid)
    return int(fields[1]) if fields and fields[0] != "Z" else None


def memory(pid: int) -> Memory:
    rss, pss = _kibibytes(pid, "status")["VmRSS"], _kibibytes(pid, "smaps_rollup")["Pss"]
    return Memory(rss / _KIB_PER_MIB, pss / _KIB_PER_MIB)


def processor_seconds(pid: int) -> float:
    fields = _after_name(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0


def _kibibytes(pid: int, file: str) -> defaultdict[str, int]:
    found: defaultdict[str, int] = defaultdict(int)
    for line in _read(pid, file).decode().splitlines():
        name, _, rest = line.partition(":")
        if rest.endswith(" kB"):
            found[name] = int(rest.split()[0])
    return found


def _after_name(pid: int) -> list[str]:
    """The fields of proc(5)'s stat from the third on. The second, the name, may contain spaces."""
    return _read(pid, "stat").decode().rpartition(")")[2].split()


def _read(pid: int, file: str) -> bytes:
    try:
        return (_PROC / str(pid) / file).read_bytes()
    except OSError:
        # The process has ended or belongs to another user.
        return b""
