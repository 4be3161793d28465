"""The installed wheel in an empty folder: `run` is everything. It is killed, and a checkout goes on with its data."""

import http.client
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.support.running import STARTED, Running, lives
from tests.support.stack import free_port
from tests.support.waiting import PATIENCE, until
from tests.support.wheel import build_wheel

PASSWORD = "lovelace-1843"
PEOPLE = ("ada", "eve")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path, for Redis's socket."""
    with tempfile.TemporaryDirectory(prefix="ax") as path:
        yield Path(path)


def test_run_in_an_empty_folder_and_a_checkout_after_its_loss(folder: Path) -> None:
    packages, empty = folder / "packages", folder / "empty"
    empty.mkdir()
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", packages]
    subprocess.run([*install, build_wheel(folder)], check=True)
    command = str(packages / "bin" / "agentex-web")
    places = {"PYTHONPATH": str(packages), "AGENTEX_DATA_DIR": "", "AGENTEX_AGENT_DIRS": ""}
    port = free_port()
    with ended(Running([command, "run"], str(empty), **places, PORT=str(port))) as running:
        link = running.said(rf"first account: +http://127\.0\.0\.1:{port}(/setup/\S+/)")
        first = first_of_two(f"http://127.0.0.1:{port}{link}")
        running.said(rf"ready: +http://127\.0\.0\.1:{port}/")
        running.said("demo model")
        parts = {part for part, _ in STARTED.findall(running.log)}
        assert parts == {"temporal", "redis", "model", "worker", "web"}
        assert sorted(path.name for path in empty.iterdir()) == [".data", "agents"]
        assert [path.name for path in (empty / "agents").glob("*.py")] == ["haiku.py"]
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True) as browser:
            for path in ("css/base.css", "vendor/katex/katex.min.css", "admin/css/base.css"):
                assert browser.get(f"/static/{path}").status_code == 200, path
            assert "Haiku" in log_in(browser, first)

        assert "Traceback" not in running.log
        running.process.kill()
        running.process.wait()

        # A checkout goes on with the data, at the port that the killed web process had.
        places_now = {"AGENTEX_DATA_DIR": str(empty / ".data"), "AGENTEX_AGENT_DIRS": str(empty / "agents")}
        checkout = Running([sys.executable, "manage.py", "run"], **places_now, PORT=str(port))
        with ended(checkout) as again:
            again.said("is ready")
            running.gone(0)
            again.said("Model:")
            until(lambda: is_healthy(port), lambda: again.log)
            assert "first account" not in again.log
            assert again.interrupt() == 0
            assert not any(map(lives, again.children()))
            assert "Traceback" not in again.log


@contextmanager
def ended(running: Running) -> Iterator[Running]:
    """Kills the supervisor at the end, and waits until its processes are gone."""
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()
        running.gone()


def first_of_two(setup: str) -> str:
    """Has two people fill in the set-up page at the same moment. Returns the name of the one who got the account."""
    # Hashing the password takes longest, so the second form arrives before the first is done.
    together = threading.Barrier(len(PEOPLE))
    with ThreadPoolExecutor(len(PEOPLE)) as pool:
        answers = dict(
            zip(PEOPLE, pool.map(lambda name: make_account(setup, name, together), PEOPLE), strict=True)
        )
    assert sorted(answers.values()) == [302, 410]
    return next(name for name, status in answers.items() if status == 302)


def make_account(url: str, name: str, when: threading.Barrier) -> int:
    """Fills in the setup page, submits it at the same time as the others, and returns the response's status."""
    browser = httpx2.Client(follow_redirects=False, timeout=PATIENCE)
    form = {"username": name, "password1": PASSWORD, "password2": PASSWORD}
    token = token_in(browser.get(url).text)
    when.wait()
    return browser.post(url, data={**form, "csrfmiddlewaretoken": token}).status_code


def log_in(browser: httpx2.Client, name: str) -> str:
    """Logs in and returns the next page."""
    form = {"username": name, "password": PASSWORD}
    token = token_in(browser.get("/accounts/login/").text)
    page = browser.post("/accounts/login/", data={**form, "csrfmiddlewaretoken": token})
    assert page.status_code == 200 and page.url.path == "/"
    return page.text


def token_in(page: str) -> str:
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    return token[1]


def is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
