"""Runs the parts under honcho: one log, a prefix each, and nothing left behind.

Honcho ends everything when one process ends. Here a process that dies is started again, since this is a
product about surviving crashes; and services are stopped after those that use them.
"""

import functools
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Sequence

from honcho.manager import Manager
from honcho.printer import Message, Printer

from agentex_web.embedded.leash import LEASH_VARIABLE
from agentex_web.embedded.part import Part
from agentex_web.embedded.process import LeashedProcess
from agentex_web.embedded.restarts import Restarts
from agentex_web.embedded.stopping import SERVICE_SECONDS, Stopping

# Between the end of a worker's own grace and SIGKILL.
_LAST_SECONDS = 1.0


class Supervisor(Manager):
    """Runs parts until a signal, or until it is told to stop.

    Args:
        parts: what runs.
        lock: the descriptor of the data directory's lock, for the children to inherit (lock.py).
        folder: where they run.
        grace: the seconds that a worker has to hand its work back.
    """

    def __init__(self, parts: Sequence[Part], *, lock: int, folder: str, grace: float) -> None:
        super().__init__(Printer(sys.stdout))  # type: ignore[no-untyped-call]
        # Its processes are threads here; and the put() of this queue may be called in a signal handler.
        self.events: queue.SimpleQueue[Message] = queue.SimpleQueue()  # type: ignore[assignment]
        self._process_ctor = functools.partial(LeashedProcess, lock=lock)  # type: ignore[assignment]
        self._parts = {part.name: part for part in parts}
        self._grace = grace + _LAST_SECONDS
        self._restarts = {part.name: Restarts() for part in parts}
        self._due = {part.name: 0.0 for part in parts}
        self._started: dict[str, float] = {}
        self._pids: dict[str, int] = {}
        self._stopping: Stopping | None = None
        self._parent = os.getppid()
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", LEASH_VARIABLE: str(self._grace)}
        for part in parts:
            process = self.add_process(  # type: ignore[no-untyped-call]
                part.name, list(part.command), env=environment, cwd=folder
            )
            process.mute = tuple(words.encode() for words in part.mute)

    def loop(self) -> None:
        """Run until everything has ended after a signal. Then `returncode` is 0."""
        self.returncode = 0
        while True:
            if self._stopping is None:
                self._start_those_due()
                self._stop_with_make()
            elif self._stopping.go_on():
                break
            try:
                message = self.events.get(timeout=0.1)
            except queue.Empty:
                continue
            self._take(message)
        while not self.events.empty():
            self._take(self.events.get())

    def listen_for_signals(self) -> None:
        """Let Ctrl-C, SIGTERM and the terminal's end stop everything."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stop())
        # Under nohup it is ignored, and stays so.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, lambda *_: self.stop())

    def stop(self) -> None:
        """Begin to end everything; may be called by a signal handler and more than once."""
        if self._stopping is None:
            services = [name for name, part in self._parts.items() if part.is_service]
            others = [name for name, part in self._parts.items() if not part.is_service]
            for name in services:
                # Their complaints about each other's end are of no use to anybody.
                self._processes[name]["obj"].quiet = True
            self.say("stopping")
            waves = [(others, self._grace), (services, SERVICE_SECONDS)]
            self._stopping = Stopping(waves, lambda: set(self._started), self._send)

    @property
    def is_stopping(self) -> bool:
        return self._stopping is not None

    def say(self, text: str) -> None:
        """Print a line of the supervisor's own; from any thread."""
        self.events.put(Message("line", text, self._clock.now(), "system", None))

    def _take(self, message: Message) -> None:
        if message.type == "line":
            self._printer.write(message)
        elif message.type == "start":
            self._pids[message.name] = message.data["pid"]
            self.say(f"{message.name} started (process {message.data['pid']})")
        elif message.type == "stop":
            self._ended(message.name, message.data["returncode"])

    def _start_those_due(self) -> None:
        now = time.monotonic()
        for name in [name for name, due in self._due.items() if due <= now]:
            del self._due[name]
            self._started[name] = now
            run = self._processes[name]["obj"].run
            threading.Thread(target=run, args=[self.events], name=name, daemon=True).start()

    def _ended(self, name: str, returncode: int) -> None:
        self._pids.pop(name, None)
        ran = time.monotonic() - self._started.pop(name)
        if self._stopping is not None:
            return
        restarts = self._restarts[name]
        delay = restarts.next_delay(ran)
        self._due[name] = time.monotonic() + delay
        how = f"ended with {returncode}"
        if returncode < 0:
            how = f"was killed by {signal.Signals(-returncode).name}"
        if restarts.is_hopeless:
            how += f", {restarts.at_once} times at once after its start; its lines above say why"
        self.say(f"{name} {how}; starting it again in {delay:g} s")

    def _send(self, name: str, force: bool) -> bool:
        if name not in self._pids:
            return False
        end = self._procmgr.kill if force else self._procmgr.terminate
        end(self._pids[name])  # type: ignore[no-untyped-call]
        return True

    def _stop_with_make(self) -> None:
        """Stop when `make`, which started this, was killed: for the person it is the program."""
        if "MAKELEVEL" in os.environ and os.getppid() != self._parent:
            self.stop()
