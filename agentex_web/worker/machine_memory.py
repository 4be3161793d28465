"""The memory of this machine or container, and what this process uses of it. Linux only."""

import os
import resource
from contextlib import suppress
from pathlib import Path

PAGE = resource.getpagesize()
_CGROUPS = Path("/sys/fs/cgroup")


def total(cgroups: Path = _CGROUPS, own: Path = Path("/proc/self/cgroup")) -> int:
    """Returns the bytes of memory that this process can have at most: the machine's, or its container's."""
    found = [os.sysconf("SC_PHYS_PAGES") * PAGE]
    with suppress(OSError):
        for line in own.read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if not controllers:
                found += _limits(cgroups, path, "memory.max")
            elif "memory" in controllers.split(","):
                found += _limits(cgroups / "memory", path, "memory.limit_in_bytes")
    return min(found)


def _limits(root: Path, path: str, name: str) -> list[int]:
    """The limits of a group and of those that it is in. In a container, the root is the container's own."""
    found = []
    group = root / path.lstrip("/")
    for each in (group, *group.parents):
        with suppress(OSError, ValueError):
            found.append(int((each / name).read_text()))
        if each == root:
            break
    return found


def used(status: Path = Path("/proc/self/status")) -> tuple[int, int]:
    """Returns the bytes of memory that this process uses, and of address space that ``RLIMIT_DATA`` limits.

    Pages of files, such as the mapped weights of a model, do not count: the system takes them back when it
    needs them.

    Raises:
        OSError: this system does not say.
    """
    found = {name: text.split() for name, _, text in (line.partition(b":") for line in _lines(status))}
    try:
        anonymous, shared, data = (
            int(found[name][0]) * 1024 for name in (b"RssAnon", b"RssShmem", b"VmData")
        )
    except (KeyError, IndexError, ValueError) as error:
        raise OSError(f"{status} has no {error}") from None
    return anonymous + shared, data


def _lines(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        return file.read().splitlines()


def cpu_ticks(native_id: int) -> int:
    """The processor time of a thread, in the system's clock ticks; 0 if it has ended."""
    try:
        with open(f"/proc/self/task/{native_id}/stat", "rb") as file:
            # The thread's name, in brackets, may contain spaces.
            fields = file.read().rpartition(b")")[2].split()
        return int(fields[11]) + int(fields[12])
    except (OSError, IndexError, ValueError):
        return 0
