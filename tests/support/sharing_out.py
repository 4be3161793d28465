"""Which process gets which file of tests next. The order is that of tests/support/order.py, with one preference.

Starting a browser and filling its cache costs 2 s of CPU, and a process stops its browser before tests that use none. So a
process goes on with files of its kind: every third with services alone, whose tests wait for much, the others with a browser.
"""

from collections.abc import Sequence
from typing import Any

from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

SERVICES = ("chaos", "crashes", "streams", "turns", "upgrade")
"""Folders with services and without a browser."""
WITHOUT_STACK = ("machine", "web")
"""Neither services nor a browser, and they wait for little. Some of their files use the database only, and are first in order."""
BROWSER = ("browser",)


class SharingOut(LoadFileScheduling):  # type: ignore[misc]
    """Gives each process files of its kind while there are some."""

    _services_began = False

    def _assign_work_unit(self, node: Any) -> None:
        files = list(self.workqueue)
        self._services_began = self._services_began or _folder(files[0]) in (*SERVICES, *BROWSER)
        if self._services_began:
            kinds = (
                [SERVICES] if int(node.gateway.id.removeprefix("gw")) % 3 == 0 else [BROWSER, WITHOUT_STACK]
            )
            self.workqueue.move_to_end(next_file(files, kinds), last=False)
        super()._assign_work_unit(node)


def next_file(files: Sequence[str], kinds: Sequence[tuple[str, ...]]) -> str:
    """The first file of the first kind that has some, or else the first of all."""
    return next((each for kind in kinds for each in files if _folder(each) in kind), files[0])


def _folder(file: str) -> str:
    """The folder in ``tests/`` that a file is in."""
    return file.removeprefix("tests/").partition("/")[0]
