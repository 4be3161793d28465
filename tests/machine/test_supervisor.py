"""`manage.py services` and `manage.py run` as a person uses them: started, killed, stopped.

test_installed.py starts, kills and stops the whole product.
"""

import http.client
import json
import os
import signal
import socket
import stat
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.support.environment import AGENTS, ROOT
from tests.support.running import STARTED, Running, lives
from tests.support.tables import tables_in
from tests.support.waiting import PATIENCE, until

EXAMPLES = {"AGENTEX_AGENT_DIRS": str(AGENTS)}
"""Each worker imports them. The other tests' agents are seven times as many."""


@pytest.fixture
def start() -> Iterator[Callable[..., Running]]:
    """Starts supervisors, and kills them after the test."""
    started: list[Running] = []

    def start(command: list[str], **environment: str) -> Running:
        running = Running(command, **EXAMPLES, **environment)
        started.append(running)
        return running

    yield start
    for running in started:
        running.process.kill()
        running.process.wait()
        running.gone()


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Path]]:
    """The services of a folder that anyone could read before, for tests that leave them running."""
    folder = tmp_path_factory.mktemp("services")
    folder.chmod(0o755)
    (folder / "agentex.sqlite3").touch(mode=0o644)
    running = Running(manage("services"), **EXAMPLES, AGENTEX_DATA_DIR=str(folder))
    try:
        running.said("All services are ready")
        yield running, folder
    finally:
        running.process.kill()
        running.process.wait()
        running.gone()


TOYS = """
import asyncio, sys
from pathlib import Path
from agentex_web.embedded import lock
from agentex_web.embedded.leash import leashed
from agentex_web.embedded.part import Part
from agentex_web.embedded.supervisor import Supervisor

folder = Path(sys.argv[1])
parts = [
    Part("program", leashed("sleep", "1000")),
    Part("service", [sys.executable, str(folder / "service.py")]),
    Part("mild", [sys.executable, str(folder / "mild.py")], is_service=False),
    Part("stubborn", [sys.executable, str(folder / "stubborn.py")], is_service=False),
]

async def main(descriptor):
    return await Supervisor(parts, lock=descriptor, folder=".", grace=1).run()

with lock.supervising(folder, "toys", print) as descriptor:
    sys.exit(asyncio.run(main(descriptor)))
"""
SERVICE = """
import os, signal, sys
from pathlib import Path
from agentex_web.embedded import leash
folder = Path(__file__).parent
def last_words(*_):
    mild = int((folder / "mild.pid").read_text())
    try:
        os.kill(mild, 0)
    except ProcessLookupError:
        (folder / "served-to-the-end").touch()
    sys.exit()
signal.signal(signal.SIGTERM, last_words)
leash.hold()
print("up", flush=True)
while True:
    signal.pause()
"""
MILD = """
import os, signal, subprocess
from pathlib import Path
from agentex_web.embedded import leash
leash.hold()
Path(__file__).with_suffix(".pid").write_text(str(os.getpid()))
# A process of its own, which has our output open.
helper = subprocess.Popen(["sleep", "1000"])
print("up, with a helper", helper.pid, flush=True)
signal.pause()
"""
STUBBORN = """
import signal
from agentex_web.embedded import leash
signal.signal(signal.SIGTERM, signal.SIG_IGN)
leash.hold()
print("up", flush=True)
while True:
    signal.pause()
"""


@pytest.fixture
def toys(start: Callable[..., Running], tmp_path: Path) -> Running:
    """A supervisor of small programs that are all running."""
    return start_toys(start, tmp_path)


def start_toys(start: Callable[..., Running], tmp_path: Path, *under: str, **environment: str) -> Running:
    for name, code in {"toys": TOYS, "service": SERVICE, "mild": MILD, "stubborn": STUBBORN}.items():
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(code))
    command = [*under, sys.executable, str(tmp_path / "toys.py"), str(tmp_path)]
    running = start(command, PYTHONPATH=str(ROOT), **environment)
    running.said(r"service +\| up")
    running.said(r"mild +\| up")
    running.said(r"stubborn +\| up")
    running.said(r"program started")
    return running


MAKE = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))"


def test_a_killed_process_comes_back(toys: Running) -> None:
    (first,) = toys.children("mild")
    helper = int(toys.said(r"mild +\| up, with a helper (\d+)"))
    os.kill(first, signal.SIGKILL)
    toys.said(r"system +\| mild was killed by SIGKILL; starting it again at once")
    until(lambda: len(toys.children("mild")) == 2, lambda: toys.log)
    assert toys.children("mild")[1] != first
    assert not lives(helper)
    assert len(toys.children()) == 5, "another process was started again too"


def test_an_interrupt_ends_all_the_services_last(toys: Running, tmp_path: Path) -> None:
    assert toys.interrupt() == 0
    assert not any(map(lives, toys.children()))
    assert (tmp_path / "served-to-the-end").exists()
    assert "Traceback" not in toys.log
    assert "starting it again" not in toys.log


def test_sigterm_is_a_stop_too(toys: Running) -> None:
    toys.process.terminate()
    assert toys.process.wait(PATIENCE) == 0
    assert not any(map(lives, toys.children()))


def test_a_killed_supervisor_leaves_nothing(toys: Running) -> None:
    helper = int(toys.said(r"mild +\| up, with a helper (\d+)"))
    assert all(map(lives, [*toys.children(), helper]))
    toys.process.kill()
    toys.process.wait()
    toys.gone()
    until(lambda: not lives(helper), lambda: f"left behind: {helper}")


def test_a_killed_make_leaves_nothing(start: Callable[..., Running], tmp_path: Path) -> None:
    toys = start_toys(start, tmp_path, sys.executable, "-c", MAKE, MAKELEVEL="1")
    toys.process.kill()
    toys.process.wait()
    toys.gone()
    assert (tmp_path / "served-to-the-end").exists()


def manage(*command: str) -> list[str]:
    return [sys.executable, "manage.py", *command]


def addresses(data_dir: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((data_dir / "services.json").read_text())
    return found


def test_two_checkouts_have_their_own_services_which_come_back_where_they_were(
    start: Callable[..., Running], services: tuple[Running, Path], tmp_path: Path
) -> None:
    _, other = services
    running = start(manage("services"), AGENTEX_DATA_DIR=str(tmp_path))
    running.said("All services are ready")
    before = addresses(tmp_path)
    assert not set(before.values()) & set(addresses(other).values())
    assert stat.S_IMODE((tmp_path / "services.json").stat().st_mode) == 0o600
    for folder in (tmp_path, other):
        with Redis.from_url(addresses(folder)["redis"]) as client:
            client.set("whose", folder.name)
    with Redis.from_url(before["redis"], decode_responses=True) as client:
        assert client.get("whose") == tmp_path.name

    second = start(manage("services"), AGENTEX_DATA_DIR=str(tmp_path))
    assert second.process.wait(PATIENCE) == 1
    second.said(rf"already running for .*process {running.process.pid}")

    # They come back after the supervisor was killed, and after they were.
    running.process.kill()
    running.process.wait()
    running.gone()
    again = start(manage("services"), AGENTEX_DATA_DIR=str(tmp_path))
    again.said("All services are ready")
    assert addresses(tmp_path) == before
    for part in ("temporal", "redis", "model"):
        os.kill(again.children(part)[0], signal.SIGKILL)
    until(lambda: len(again.children()) == 6, lambda: again.log)
    assert addresses(tmp_path) == before

    assert again.interrupt() == 0
    assert not any(map(lives, again.children()))
    assert not (tmp_path / "services.json").exists()


def test_only_its_user_reads_the_data(services: tuple[Running, Path]) -> None:
    _, folder = services
    readable = [path for path in [folder, *folder.rglob("*")] if path.lstat().st_mode & 0o077]
    assert [path for path in readable if not path.is_socket()] == []


def test_temporal_answers_no_other_site(services: tuple[Running, Path]) -> None:
    """In a DNS rebinding attack, the page's own host name is sent as the Host header."""
    running, folder = services
    assert set(addresses(folder)) == {"redis", "temporal", "model"}, "the web UI is off unless asked for"
    (process,) = running.children("temporal")
    command = Path(f"/proc/{process}/cmdline").read_bytes().decode().split("\0")
    port = int(command[command.index("--http-port") + 1])
    path = "/api/v1/namespaces/default"
    assert get(port, path) == 200
    assert get(port, path, Host=f"rebound.example:{port}") == 403


def test_run_uses_the_services_that_run_already_and_ends_if_a_part_cannot_start(
    start: Callable[..., Running], services: tuple[Running, Path]
) -> None:
    before_it, folder = services
    before = addresses(folder)
    account = {"DJANGO_SUPERUSER_USERNAME": "x" * 200, "DJANGO_SUPERUSER_PASSWORD": "lovelace-1843"}
    tables_in(folder)
    running = start(manage("run"), AGENTEX_DATA_DIR=str(folder), PORT=str(free_port()), **account)
    assert running.process.wait(PATIENCE) == 1
    running.said("web +\\| The account of DJANGO_SUPERUSER_\\* cannot be created")
    running.gone()
    assert {part for part, _ in STARTED.findall(running.log)} == {"worker", "web"}
    assert addresses(folder) == before
    assert all(map(lives, before_it.children()))


def test_where_all_have_addresses_there_is_nothing_to_run(
    start: Callable[..., Running], tmp_path: Path
) -> None:
    running = start(
        manage("services"),
        AGENTEX_DATA_DIR=str(tmp_path),
        REDIS_URL="redis://localhost:1",
        TEMPORAL_ADDRESS="localhost:2",
        OPENAI_API_KEY="key",
    )
    assert running.process.wait(PATIENCE) == 0
    assert running.said("nothing to run")


def test_a_taken_web_port_is_said_in_one_line(start: Callable[..., Running], tmp_path: Path) -> None:
    with socket.socket() as another_program:
        another_program.bind(("127.0.0.1", 0))
        another_program.listen()
        port = another_program.getsockname()[1]
        running = start(manage("run"), AGENTEX_DATA_DIR=str(tmp_path), PORT=str(port))
        assert running.process.wait(PATIENCE) == 1
    running.said(rf"Port {port} of 127.0.0.1 is taken by another program; choose another: PORT={port + 1}")
    assert len(running.lines) == 1
    assert not (tmp_path / "services.json").exists()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def get(port: int, path: str, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path, headers=headers)
    return connection.getresponse().status
