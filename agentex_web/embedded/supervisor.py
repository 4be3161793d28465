"""Runs the parts as child processes: a common log with prefixes, restarts, and an orderly stop."""

import asyncio
import contextlib
import os
import signal
import time
from asyncio.subprocess import Process
from collections.abc import Sequence
from pathlib import Path

from agentex_web.embedded.leash import LEASH_VARIABLE
from agentex_web.embedded.part import Part
from agentex_web.embedded.printer import Printer
from agentex_web.embedded.restarts import Restarts

# A process that exits with this code (EX_CONFIG of sysexits.h) would fail again after every restart.
CANNOT_START = 78
# When services are stopped, they have no clients left; Temporal takes 1.1 s to close its database.
SERVICE_SECONDS = 2.5
# For a process whose supervisor was killed. Temporal is killed too, so no work can be handed back, and the
# next supervisor waits for all of these processes to end.
ORPHANED_SECONDS = 1.5
# Seconds between the end of a worker's own grace period and SIGKILL.
_LAST_SECONDS = 1.0
_LONGEST_LINE = 2**20
_IMPORT_PATH = str(Path(__file__).parents[2])


class Supervisor:
    """Runs parts until a signal arrives or `stop` is called.

    Args:
        parts: the processes to run.
        lock: the descriptor of the data directory's lock, which the children inherit (lock.py).
        folder: the working directory of the children.
        grace: the seconds that a worker has to hand its work back.
    """

    def __init__(self, parts: Sequence[Part], *, lock: int | None, folder: str, grace: float) -> None:
        self._parts = {part.name: part for part in parts}
        self._lock = [] if lock is None else [lock]
        self._folder = folder
        self._grace = grace + _LAST_SECONDS
        # The children run with -P, so that no file in the person's folder shadows a module.
        path = os.pathsep.join([_IMPORT_PATH, *filter(None, [os.environ.get("PYTHONPATH")])])
        self._environment = {
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": path,
            LEASH_VARIABLE: str(ORPHANED_SECONDS),
        }
        self._running: dict[str, Process] = {}
        self._stop = asyncio.Event()
        self._printer = Printer(["system", *self._parts])
        self._returncode = 0

    async def run(self) -> int:
        """Runs until a signal arrives and everything has ended. Returns the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Under nohup, SIGHUP is ignored and stays ignored.
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, self.stop)
        # The read end is the standard input of every child; it reaches its end with this process (leash.py).
        leash, mine = os.pipe()
        try:
            # An exception in any of these tasks ends the run, and the leash ends the children.
            async with asyncio.TaskGroup() as tasks:
                for part in self._parts.values():
                    tasks.create_task(self._keep(part, leash))
                watcher = tasks.create_task(self._stop_with_make())
                await self._stop.wait()
                self.say("stopping")
                # First the worker hands its work back to Temporal, and the web process closes its sockets.
                services = [name for name, part in self._parts.items() if part.is_service]
                await self._end([name for name in self._parts if name not in services], self._grace)
                await self._end(services, SERVICE_SECONDS)
                watcher.cancel()
        finally:
            os.close(leash)
            os.close(mine)
            self._printer.close()
        return self._returncode

    def stop(self, returncode: int = 0) -> None:
        """Begins to stop everything; may be called more than once."""
        if not self._stop.is_set():
            self._returncode = returncode
            self._stop.set()

    @property
    def is_stopping(self) -> bool:
        return self._stop.is_set()

    def say(self, text: str) -> None:
        """Prints a line from the supervisor itself."""
        self._printer.write("system", text)

    async def _keep(self, part: Part, leash: int) -> None:
        """Runs the part, and restarts it until the supervisor stops."""
        restarts = Restarts()
        while not self.is_stopping:
            began = time.monotonic()
            returncode = await self._run_once(part, leash)
            if self.is_stopping:
                return
            if returncode == CANNOT_START:
                self.stop(returncode=1)
                return
            delay = restarts.next_delay(time.monotonic() - began)
            how = f"ended with {returncode}"
            if returncode < 0:
                how = f"was killed by {signal.Signals(-returncode).name}"
            if restarts.is_hopeless:
                how += f", {restarts.at_once} times at once after its start; its lines above say why"
            self.say(f"{part.name} {how}; starting it again {f'in {delay:g} s' if delay else 'at once'}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), delay)

    async def _run_once(self, part: Part, leash: int) -> int:
        """Runs the part until it ends. Returns its exit code, or minus the number of the ending signal."""
        # Not asyncio's own pipes: its `wait` also waits for their end (3.11), and processes that the part has
        # started may hold them open.
        output, theirs = os.pipe()
        copying = asyncio.create_task(self._copy(part, output))
        try:
            process = await asyncio.create_subprocess_exec(
                *part.command,
                stdin=leash,
                stdout=theirs,
                stderr=theirs,
                cwd=self._folder,
                env=self._environment,
                pass_fds=self._lock,
                start_new_session=True,
            )
        except OSError as error:
            self.say(f"{part.name} cannot be started: {error}")
            return 1
        finally:
            os.close(theirs)
        self._running[part.name] = process
        if self.is_stopping:
            # The stop began while the part was starting, and so did not signal it.
            _signal(process, signal.SIGKILL)
        self.say(f"{part.name} started (process {process.pid})")
        returncode = await process.wait()
        # Kill the rest of its process group, which would hold ports and files that the next run needs.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await copying
        del self._running[part.name]
        return returncode

    async def _copy(self, part: Part, output: int) -> None:
        """Prints the part's output until its end."""
        reader = asyncio.StreamReader(limit=_LONGEST_LINE)
        pipe = os.fdopen(output, "rb")
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
        while True:
            try:
                line = (await reader.readline()).decode(errors="replace")
            except ValueError:
                line = "(a line of more than 1 MiB was left out)\n"
            if not line:
                return
            # During the stop, services only complain about each other's end.
            if not any(words in line for words in part.mute) and not (part.is_service and self.is_stopping):
                self._printer.write(part.name, line.rstrip())

    async def _end(self, names: Sequence[str], seconds: float) -> None:
        """Ends these parts: first with SIGTERM, then with SIGKILL those that take longer than `seconds`."""
        processes = [self._running[name] for name in names if name in self._running]
        for process in processes:
            _signal(process, signal.SIGTERM)
        waiting = [asyncio.create_task(process.wait()) for process in processes]
        if waiting:
            await asyncio.wait(waiting, timeout=seconds)
        for process in processes:
            _signal(process, signal.SIGKILL)
        await asyncio.gather(*waiting)

    async def _stop_with_make(self) -> None:
        """Stops when `make`, which started this process, is killed: to the person, `make` is the program."""
        parent = os.getppid()
        while "MAKELEVEL" in os.environ:
            await asyncio.sleep(0.5)
            if os.getppid() != parent:
                self.stop()


def _signal(process: Process, number: signal.Signals) -> None:
    """Signals the process group, if its leader has not been reaped."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
