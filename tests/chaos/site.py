"""The interface of a site under test."""

import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol


class Site(Protocol):
    """
    Attributes:
        parts: names of the parts that can be signalled.
        url: address of the site.
        data: the data directory.
    """

    url: str
    data: Path

    @property
    def parts(self) -> Sequence[str]: ...

    def start(self) -> None:
        """Starts the site and returns when it answers."""

    def stop(self) -> None:
        """Stops the site and returns when all its processes are gone."""

    def signal(self, part: str, number: signal.Signals) -> bool:
        """Signals the process group of the part's current process. Returns False if it does not run."""

    def kill_supervisor(self) -> None:
        """Kills the process that supervises the parts, and starts it again."""

    def second_worker_joins(self) -> None: ...

    def second_worker_leaves(self) -> None: ...

    @property
    def log(self) -> str: ...
