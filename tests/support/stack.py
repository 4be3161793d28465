"""The whole product as processes (services, worker, web) with a scripted model."""

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import urlopen

from agentex_web.delivery.client import temporal_client
from tests.support.forked import NURSERY, start
from tests.support.model_server import ModelServer
from tests.support.ports import free_port
from tests.support.process import Forked
from tests.support.running import STARTED
from tests.support.waiting import PATIENCE, until

if TYPE_CHECKING:
    from agentex_web.tasks.models import Turn

__all__ = ["PARTS", "Stack", "free_port"]

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("services", "worker", "web")
"""In the order in which they start."""
START_PATIENCE = 2 * PATIENCE
"""Seconds that one part may take to start. All test processes start their stacks at the same time."""


class Stack:
    """
    Args:
        data: the data directory; each process writes its log there.

    Attributes:
        model: the scripted model. It starts when the stack is created.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.model = ModelServer()
        self._processes: dict[str, subprocess.Popen[bytes] | Forked] = {}
        self.shared: set[str] = set()
        """Additional processes that the tests of a module share, so that `restore` does not kill them."""

    def start(self) -> None:
        """Starts all parts and returns when they serve.

        Raises:
            AssertionError: a part ended or did not serve within `START_PATIENCE`; the message holds the logs.
        """
        self.restore()

    def restore(self) -> None:
        """Starts the parts that are not running, and kills processes that a test has started in addition."""
        for name in self._processes.keys() - set(PARTS) - self.shared:
            self.kill(name)
        gone = [name for name in PARTS if name not in self._processes or self._ended(name)]
        for name in gone:
            getattr(self, f"start_{name}")()
        if gone:
            until(self.is_healthy, lambda: f"{self.health()}\n{self.logs()}", START_PATIENCE)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "OPENAI_BASE_URL": self.model.url,
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            "AGENTEX_TEMPORAL_UI": "True",
            "DJANGO_SETTINGS_MODULE": "tests.support.settings",
            # The product's workers do not run in debug mode.
            "TEMPORAL_DEBUG": "",
            # Browser tests set this for their own process only (tests/support/browser.py).
            "DJANGO_ALLOW_ASYNC_UNSAFE": "",
            # Temporal spends less CPU on collecting garbage.
            "GOGC": "400",
        }

    def start_services(self, **environment: str) -> None:
        self._start("services", "manage.py", "services", settings=None, **environment)
        self._wait("services", lambda: "All services are ready" in self.log("services"))

    def start_worker(
        self,
        name: str = "worker",
        *options: str,
        settings: Mapping[str, Any] | None = None,
        **environment: str,
    ) -> None:
        """Starts a worker and returns when it serves.

        Args:
            settings: settings that the product reads each time it needs them. A process with an environment of its own
                costs 2 s of CPU more, because it imports the product.
        """
        self._start(name, "manage.py", "runworker", *options, settings=settings, **environment)
        self._wait(name, lambda: "The worker serves" in self.log(name))

    def start_other_worker(self, script: Path) -> None:
        """Starts an author's own worker instead of ours, and returns at once."""
        self._start("worker", str(script))

    def start_web(
        self,
        name: str = "web",
        port: int | None = None,
        settings: Mapping[str, Any] | None = None,
        **environment: str,
    ) -> None:
        """Arguments as for `start_worker`."""
        port = port or self.port
        command = ("-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "agentex_web.asgi:application")
        self._start(name, *command, settings=settings, **environment)
        self._wait(name, lambda: self._answers(port))

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Sends a signal to one process, by default SIGKILL, and returns when the process is gone."""
        process = self._processes.pop(name)
        process.send_signal(number)
        try:
            process.wait(PATIENCE)
        finally:
            # A process that ignores the signal must not outlive the tests.
            process.kill()

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """Freezes a process while the block runs; ``name`` as for `pid`."""
        process = self.pid(name)
        os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(process, signal.SIGCONT)

    def until_ended(self, turn: "Turn") -> str:
        """Waits for the end of a turn whose worker was frozen, and returns its status.

        A worker that was frozen for more than 9 s ends itself when it continues; it is started again here.
        """

        def over() -> str:
            self.restore()
            turn.refresh_from_db()
            return "" if turn.status in turn.OPEN else turn.status

        return until(over, self.logs)

    def pid(self, name: str) -> int:
        """The process id of one of our processes, or of a service that they started ("temporal", "redis")."""
        if name in self._processes:
            return self._processes[name].pid
        return int(next(pid for part, pid in reversed(STARTED.findall(self.log("services"))) if part == name))

    def runs(self, name: str) -> bool:
        return name in self._processes and not self._ended(name)

    def terminate_workflow(self, workflow_id: str) -> None:
        """Terminates a workflow, as an operator would in Temporal's UI."""

        async def terminate() -> None:
            client = await temporal_client()
            await client.get_workflow_handle(workflow_id).terminate("a test")

        asyncio.run(terminate())

    def model_call_of(self, workflow_id: str) -> tuple[str, dict[str, str]]:
        """The summary of the workflow's first activity and its memo, as Temporal's UI shows them."""

        async def read() -> tuple[str, dict[str, str]]:
            handle = (await temporal_client()).get_workflow_handle(workflow_id)
            memo = dict(await (await handle.describe()).memo())
            async for event in handle.fetch_history_events():
                if event.HasField("activity_task_scheduled_event_attributes"):
                    return json.loads(event.user_metadata.summary.data), memo
            raise AssertionError("no activity was scheduled")

        return asyncio.run(read())

    def is_healthy(self) -> bool:
        return self.health() == "200"

    def health(self) -> str:
        """The status code of /healthz, with its text if it reports a problem; or why there was no response."""
        try:
            with urlopen(f"{self.url}/healthz", timeout=PATIENCE) as answer:
                return str(answer.status)
        except HTTPError as error:
            return f"{error.code} {error.read().decode()}"
        except OSError as error:
            return str(error)

    def log(self, name: str) -> str:
        path = self.data / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def logs(self) -> str:
        return "\n".join(f"--- {name}\n{self.log(name)[-3000:]}" for name in ("services", "worker", "web"))

    def stop(self) -> None:
        with ExitStack() as stack:
            stack.callback(self.model.stop)
            stack.callback(NURSERY.stop)
            self.rest()

    def rest(self) -> None:
        """Stops all processes, in reverse order. `restore` starts the parts again."""
        with ExitStack() as stack:
            for name in list(self._processes):
                stack.callback(self.kill, name, signal.SIGTERM)

    def _start(
        self, name: str, *command: str, settings: Mapping[str, Any] | None = None, **environment: str
    ) -> None:
        self._processes[name] = start(
            command,
            {**self.environment, **environment},
            self.data / f"{name}.log",
            product=None if environment else True,
            settings=settings,
        )

    def _wait(self, name: str, serves: Callable[[], bool]) -> None:
        """Waits until the part serves. If it ended, the failure shows its log."""

        def lives_and_serves() -> bool:
            assert not self._ended(name), f"{name} ended:\n{self.log(name)[-3000:]}"
            return serves()

        until(lives_and_serves, lambda: f"{name} to serve\n{self.logs()}", START_PATIENCE)

    def _ended(self, name: str) -> bool:
        return self._processes[name].poll() is not None

    def _answers(self, port: int) -> bool:
        try:
            urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=PATIENCE).close()
        except OSError:
            return False
        return True
