"""Which process gets which file of tests next. The order is that of tests/support/order.py, with one preference.

Starting a browser and filling its cache costs 2 s of CPU, and a process stops its browser before tests that use none. So a
process goes on with files of its kind: every third with services alone, whose tests wait for much, the others with a browser.
"""

from collections.abc import Iterable
from typing import Any

from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

SERVICES = ("chaos", "crashes", "streams", "turns", "upgrade")
"""Folders with services and, almost always, without a browser."""
BROWSER = ("browser",)


class SharingOut(LoadFileScheduling):  # type: ignore[misc]
    """Gives each process files of its kind while there are some."""

    def _assign_work_unit(self, node: Any) -> None:
        kind = SERVICES if int(node.gateway.id.removeprefix("gw")) % 3 == 0 else BROWSER
        self.workqueue.move_to_end(next_file(self.workqueue, kind), last=False)
        super()._assign_work_unit(node)


def next_file(files: Iterable[str], kind: tuple[str, ...]) -> str:
    """The first file of a kind; the first of all if there is none, or if other files are first in order."""
    files = list(files)
    if _folder(files[0]) not in (*SERVICES, *BROWSER):
        return files[0]
    return next((each for each in files if _folder(each) in kind), files[0])


def _folder(file: str) -> str:
    """The folder in ``tests/`` that a file is in."""
    return file.removeprefix("tests/").partition("/")[0]
