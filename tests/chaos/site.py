"""What a run needs of a site, however it is made up."""

import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol


class Site(Protocol):
    """
    Attributes:
        parts: what can be signalled, by name.
        url: where people find it.
        data: its data directory.
    """

    url: str
    data: Path

    @property
    def parts(self) -> Sequence[str]: ...

    def start(self) -> None:
        """Returns when the site answers."""

    def stop(self) -> None:
        """Returns when all that it started is gone."""

    def signal(self, part: str, number: signal.Signals) -> None:
        """To the part's process group, as it is now."""

    def kill_supervisor(self) -> None:
        """SIGKILL to whatever keeps the parts, and start it again."""

    def second_worker_joins(self) -> None: ...

    def second_worker_leaves(self) -> None: ...

    @property
    def log(self) -> str: ...
