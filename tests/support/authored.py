"""Agent files that a test writes, as an author would, and a worker that loads them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.stack import Stack


class Authored:
    """
    Attributes:
        folder: an agents folder that only this test process uses.
    """

    def __init__(self, stack: Stack) -> None:
        self.folder = Path(stack.environment["AGENTEX_AGENT_DIRS"].split(",")[-1])
        self._stack = stack
        self._written: set[Path] = set()

    def write(self, sources: Mapping[str, str | None]) -> None:
        """Writes ``name.py`` for each name, or deletes the file if the source is None."""
        for name, source in sources.items():
            path = self.folder / f"{name}.py"
            if source is None:
                path.unlink(missing_ok=True)
            else:
                path.write_text(source)
                self._written.add(path)

    def restart(self) -> None:
        """Kills the worker and starts a new one, which loads the current files."""
        if self._stack.runs("worker"):
            self._stack.kill("worker")
        self._stack.start_worker()

    def remove(self) -> None:
        for path in self._written:
            path.unlink(missing_ok=True)


@contextmanager
def authored(stack: Stack) -> Iterator[Authored]:
    """At the end, deletes the files and kills the worker, so that the next test starts one without them."""
    files = Authored(stack)
    try:
        yield files
    finally:
        files.remove()
        if stack.runs("worker"):
            stack.kill("worker")
