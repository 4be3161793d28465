"""Tests that measure time run while no other test does, whatever number of processes share the tests.

Each test holds a lock that others may share; one that is marked ``alone`` holds it by itself. Whoever
waits for the lock waits in the doorway, so that those who come later wait behind him.
"""

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FOLDER = Path(tempfile.gettempdir())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    kind = fcntl.LOCK_EX if item.get_closest_marker("alone") else fcntl.LOCK_SH
    with _turn(item.config, kind):
        return (yield)


@contextmanager
def _turn(config: pytest.Config, kind: int) -> Iterator[None]:
    # xdist gives all of its processes one id.
    run = getattr(config, "workerinput", {}).get("testrunuid")
    if run is None:
        yield
        return
    door_path, room_path = (FOLDER / f"agentex-{run}.{name}" for name in ("door", "room"))
    with door_path.open("w") as door, room_path.open("w") as room:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(room, kind)
        fcntl.flock(door, fcntl.LOCK_UN)
        yield
