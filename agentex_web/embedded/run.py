"""The commands `run` and `services`: run the parts of this machine until Ctrl-C.

Both run without Django's apps; the web process does what needs the database (management/commands/runweb.py).
"""

import asyncio
import contextlib
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from agentex_web import places
from agentex_web.embedded import needed, ports
from agentex_web.embedded.lock import AlreadyRunning, supervising
from agentex_web.embedded.part import CannotStart, Part
from agentex_web.embedded.supervisor import Supervisor
from agentex_web.services import SERVICES_FILE

_ASK_EVERY = 0.1
_COMPLAIN_EVERY = 15.0
_COMMANDS = ("run", "services")
_EXAMPLE = Path(__file__).with_name("example_agent.py.txt")


def is_command(arguments: Sequence[str]) -> bool:
    """True for the arguments that `main` handles."""
    return len(arguments) == 1 and arguments[0] in _COMMANDS


def main(command: str) -> int:
    """Runs the command. Returns the exit code."""
    if command == "services" and not needed.needs_any():
        print("Every service has an address in the settings; there is nothing to run.")
        return 0
    if command == "run":
        _add_example()
    _make_private(settings.DATA_DIR)
    try:
        if command == "services":
            return _services()
        return _run()
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        # Ctrl-C before the supervisor handles signals: nothing has been started yet.
        return 0


def _services() -> int:
    with supervising(settings.DATA_DIR, "services", print) as lock:
        services = needed.needed_services(settings.DATA_DIR)
        return asyncio.run(_supervise(services, [], lock))


def _run() -> int:
    reload = ["--reload"] if settings.AGENTEX_RELOAD else []
    ours = [_ours("worker", "runworker", *reload), _ours("web", "runweb", "--migrate")]
    try:
        with supervising(settings.DATA_DIR, "run", print) as lock:
            _need_web_port()
            services = needed.needed_services(settings.DATA_DIR)
            return asyncio.run(_supervise(services, ours, lock))
    except AlreadyRunning as error:
        if error.command != "services" or not (settings.DATA_DIR / SERVICES_FILE).exists():
            raise
    print("Using the services that `services` runs.")
    _need_web_port()
    return asyncio.run(_supervise([], ours, None))


async def _supervise(services: Sequence[Part], ours: Sequence[Part], lock: int | None) -> int:
    supervisor = Supervisor(
        [*services, *ours],
        lock=lock,
        folder=str(settings.BASE_DIR),
        grace=settings.AGENTEX_WORKER_GRACE_SECONDS,
    )
    if lock is None:
        return await supervisor.run()
    needed.publish(settings.DATA_DIR, services)
    try:
        # With `run`, the web process does the announcement.
        announcing = asyncio.create_task(_announce(supervisor, services)) if not ours else None
        try:
            return await supervisor.run()
        finally:
            if announcing:
                announcing.cancel()
    finally:
        needed.withdraw(settings.DATA_DIR)


async def _announce(supervisor: Supervisor, services: Sequence[Part]) -> None:
    """Prints when all services answer, and which ones do not if that takes long."""
    waiting, rounds = list(services), 0
    while waiting := [part for part in waiting if not await asyncio.to_thread(part.is_ready)]:
        rounds += 1
        if rounds % (_COMPLAIN_EVERY / _ASK_EVERY) == 0:
            supervisor.say(f"still waiting for: {', '.join(part.name for part in waiting)}")
        await asyncio.sleep(_ASK_EVERY)
    supervisor.say("All services are ready.")
    for part in services:
        for name, address in part.addresses.items():
            supervisor.say(f"  {name:<12} {address}")


def _ours(name: str, *command: str) -> Part:
    return Part(name, [sys.executable, "-P", "-m", "agentex_web", *command], is_service=False)


def _need_web_port() -> None:
    host, port = settings.HOST, settings.PORT
    try:
        free = ports.is_free(host, port)
    except OSError as error:
        raise CannotStart(f"Nothing can listen at HOST={host}, PORT={port}: {error.strerror}.") from error
    if not free:
        raise CannotStart(
            f"Port {port} of {host} is taken by another program; choose another: PORT={port + 1}."
        )


def _add_example() -> None:
    """If the package is installed and the folder has no agents/ yet, creates one with an example."""
    folder = settings.BASE_DIR / "agents"
    if places.INSTALLED and [folder] == settings.AGENTEX_AGENT_DIRS and not folder.exists():
        folder.mkdir()
        shutil.copyfile(_EXAMPLE, folder / "haiku.py")
        print(f"{folder / 'haiku.py'} is an example agent; `agentex-web startagent NAME` writes another.")


def _make_private(data_dir: Path) -> None:
    """Makes the data readable for this user only: new files, those of child processes, and existing files."""
    os.umask(0o077)
    data_dir.chmod(0o700)
    for path in data_dir.iterdir():
        # Another process may have removed the file, or another user may own it.
        with contextlib.suppress(FileNotFoundError, PermissionError):
            path.chmod(0o700 if path.is_dir() else 0o600)
