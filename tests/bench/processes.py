"""What Linux tells of processes: which belong together, their memory, the processor time they took."""

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
    """In MiB. ``pss`` counts a page that n processes share as 1/n."""

    rss: float = 0.0
    pss: float = 0.0

    def __add__(self, other: "Memory") -> "Memory":
        return Memory(self.rss + other.rss, self.pss + other.pss)


def belonging(known: Mapping[int, str], mark: str, other: str) -> dict[int, str]:
    """The living processes that are known, or descend from one, or bear the mark; with what they belong to.

    Args:
        known: names of processes.
        mark: what the environment of each holds, as ``NAME=value``. Redis writes its title over it.
        other: the name of those that bear the mark and descend from none that lives.
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
    """None for one that is gone, or has ended and waits to be noticed."""
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
    """The fields of proc(5)'s stat from the third on: the second, the name, may hold spaces."""
    return _read(pid, "stat").decode().rpartition(")")[2].split()


def _read(pid: int, file: str) -> bytes:
    try:
        return (_PROC / str(pid) / file).read_bytes()
    except OSError:
        # It has ended, or it is somebody else's.
        return b""
