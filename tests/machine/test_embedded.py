"""The embedded services: ports, paths, commands, and the leash that ends them."""

import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from agentex_web.embedded import lock, needed, ports
from agentex_web.embedded.leash import LEASH_VARIABLE, leashed
from agentex_web.embedded.part import CannotStart, Part
from agentex_web.embedded.redis import SOCKET_PATH_BYTES, redis_part, socket_path
from agentex_web.embedded.restarts import HOPELESS_DELAY, LONGEST_DELAY, Restarts
from tests.support.waiting import PATIENCE, until

ROOT = Path(__file__).resolve().parents[2]
NAMES = ["temporal", "temporal_ui", "model"]


@pytest.fixture
def short_dir() -> Iterator[Path]:
    """A folder with a path short enough for a Unix socket; pytest's own folder may be too long."""
    with tempfile.TemporaryDirectory(prefix="ax") as folder:
        yield Path(folder)


def test_ports_are_the_same_at_every_start(tmp_path: Path) -> None:
    first = ports.choose(tmp_path, NAMES)
    assert ports.choose(tmp_path, NAMES) == first
    assert len(set(first.values())) == 3


def test_two_checkouts_have_different_ports(tmp_path: Path) -> None:
    one, other = ports.choose(tmp_path / "one", NAMES), ports.choose(tmp_path / "other", NAMES)
    assert not set(one.values()) & set(other.values())


def test_only_the_service_whose_port_is_taken_moves(tmp_path: Path) -> None:
    before = ports.choose(tmp_path, NAMES)
    with socket.socket() as another_program:
        another_program.bind((ports.LOOPBACK, before["temporal_ui"]))
        another_program.listen()
        after = ports.choose(tmp_path, NAMES)
    assert after["temporal_ui"] != before["temporal_ui"]
    assert after["temporal"] == before["temporal"]
    assert after["model"] == before["model"]


def test_the_addresses_are_private_and_go_with_their_services(tmp_path: Path) -> None:
    path = tmp_path / "services.json"
    path.write_text('{"redis": "left behind by a killed run"}')
    needed.publish(tmp_path, [Part("redis", ["redis-server"], {"redis": "unix:///r.sock"})])
    assert path.read_text().split() == ["{", '"redis":', '"unix:///r.sock"', "}"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    needed.withdraw(tmp_path)
    assert not path.exists()


def test_a_data_directory_has_one_supervisor(tmp_path: Path) -> None:
    refusal = rf"already running .*process {os.getpid()}.*AGENTEX_DATA_DIR"
    with (
        lock.supervising(tmp_path, "run", print),
        pytest.raises(CannotStart, match=refusal),
        lock.supervising(tmp_path, "run", print),
    ):
        pytest.fail("two at once")
    with lock.supervising(tmp_path, "run", print):
        pass


def test_a_start_waits_for_the_processes_of_a_killed_run(tmp_path: Path) -> None:
    """The surviving processes hold the lock; the process that is named in the file is dead."""
    said: list[str] = []
    with lock.supervising(tmp_path, "run", said.append) as descriptor:
        leftover = subprocess.Popen(["sleep", "1000"], pass_fds=[descriptor])
    dead = subprocess.Popen(["true"])
    dead.wait()
    (tmp_path / lock.LOCK_FILE).write_text(str(dead.pid))

    def end_the_leftover(text: str) -> None:
        said.append(text)
        leftover.kill()

    with lock.supervising(tmp_path, "run", end_the_leftover):
        assert leftover.wait() == -signal.SIGKILL
    assert said == ["The processes of an earlier run are still ending; waiting for them."]


def test_a_socket_path_that_is_too_long_is_replaced_by_a_private_one(short_dir: Path) -> None:
    deep = short_dir / ("d" * SOCKET_PATH_BYTES)
    assert socket_path(short_dir) == short_dir / "redis" / "redis.sock"
    path = socket_path(deep)
    assert len(os.fsencode(path)) <= SOCKET_PATH_BYTES
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert socket_path(deep) == path

    path.parent.chmod(0o755)
    with pytest.raises(CannotStart, match="private folder"):
        socket_path(deep)
    path.parent.rmdir()


def test_redis_has_no_port_and_a_limit(short_dir: Path) -> None:
    part = redis_part(short_dir)
    assert not part.is_ready()
    with subprocess.Popen(part.command, stdin=subprocess.PIPE, cwd=ROOT) as process:
        try:
            until(part.is_ready, "Redis")
            with Redis.from_url(part.addresses["redis"]) as client:
                names = ["port", "maxmemory", "maxmemory-policy", "appendonly"]
                found = client.config_get(*names)
            assert found == {
                "port": "0",
                "maxmemory": str(256 * 1024 * 1024),
                "maxmemory-policy": "volatile-ttl",
                "appendonly": "no",
            }
        finally:
            process.kill()


HOLDING = """
import signal, sys
from agentex_web.embedded import leash
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
leash.hold()
leash.hold()
print("up", flush=True)
while True:
    signal.pause()
"""


@pytest.mark.parametrize(("manner", "last_signal"), [("mild", signal.SIGTERM), ("stubborn", signal.SIGKILL)])
def test_our_processes_end_when_their_supervisor_does(manner: str, last_signal: signal.Signals) -> None:
    command = [sys.executable, "-c", HOLDING, manner]
    environment = {**os.environ, LEASH_VARIABLE: "0.2"}
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=environment,
        start_new_session=True,
    ) as process:
        assert process.stdin and process.stdout
        assert process.stdout.readline() == b"up\n"
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(PATIENCE) == -last_signal


def test_without_a_supervisor_nothing_is_held() -> None:
    """A person's own `python manage.py runworker </dev/null` must keep running."""
    code = (
        "import threading; from agentex_web.embedded import leash; leash.hold(); print(threading.enumerate())"
    )
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, cwd=ROOT, check=True).stdout
    assert b"MainThread" in said
    assert b"leash" not in said


def test_other_programs_are_started_through_the_leash() -> None:
    command = leashed("sh", "-c", "echo $0 in $$; exit 7", "it runs")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout
        said = process.stdout.read().decode()
    assert process.returncode == 7
    assert said.startswith("it runs in ")
    if sys.platform == "linux":
        # The leash process became the program: there is no second process.
        assert said.split()[-1] == str(process.pid)


def test_a_program_that_is_not_there_is_named() -> None:
    with subprocess.Popen(
        leashed("no-such-program"), stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stderr
        assert process.stderr.read() == b"no-such-program cannot be started: No such file or directory\n"
    assert process.returncode == 127


GUARDING = """
import sys
from agentex_web.embedded.leash import guard
sys.exit(guard(["sh", "-c", "echo $$; exec sleep 1000"]))
"""


def test_where_the_kernel_does_not_help_a_parent_watches() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", GUARDING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdin and process.stdout
        child = int(process.stdout.readline())
        os.kill(child, 0)
        process.stdin.close()
        assert process.wait(PATIENCE) != 0
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


def test_restarts_come_ever_later_until_a_run_was_long() -> None:
    restarts = Restarts()
    delays = [restarts.next_delay(ran=5) for _ in range(7)]
    assert delays == [0, 0.5, 1, 2, 4, 8, LONGEST_DELAY]
    assert restarts.next_delay(ran=60) == 0


def test_one_that_always_dies_at_once_is_hopeless() -> None:
    restarts = Restarts()
    delays = [restarts.next_delay(ran=0.3) for _ in range(6)]
    assert delays[-2:] == [HOPELESS_DELAY, HOPELESS_DELAY]
    assert restarts.is_hopeless
    restarts.next_delay(ran=5)
    assert not restarts.is_hopeless
