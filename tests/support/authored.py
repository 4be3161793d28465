"""Files that a test puts into agents/, as an author would, with a worker that has loaded them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.stack import Stack


class Authored:
    """
    Attributes:
        folder: one of the folders of agents, which this process of the tests has to itself.
    """

    def __init__(self, stack: Stack) -> None:
        self.folder = Path(stack.environment["AGENTEX_AGENT_DIRS"].split(",")[-1])
        self._stack = stack
        self._written: set[Path] = set()

    def write(self, sources: Mapping[str, str | None]) -> None:
        """Writes ``name.py`` with its source, or removes it where that is None."""
        for name, source in sources.items():
            path = self.folder / f"{name}.py"
            if source is None:
                path.unlink(missing_ok=True)
            else:
                path.write_text(source)
                self._written.add(path)

    def restart(self) -> None:
        """Kills the worker, and starts one that has read what is there now."""
        if self._stack.runs("worker"):
            self._stack.kill("worker")
        self._stack.start_worker()

    def remove(self) -> None:
        for path in self._written:
            path.unlink(missing_ok=True)


@contextmanager
def authored(stack: Stack) -> Iterator[Authored]:
    """Afterwards the files are gone; the next test that needs a worker starts one without them."""
    files = Authored(stack)
    try:
        yield files
    finally:
        files.remove()
        if stack.runs("worker"):
            stack.kill("worker")
