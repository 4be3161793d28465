"""The installed wheel in an empty folder."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.support.running import Running
from tests.support.stack import free_port
from tests.support.wheel import build_wheel

PASSWORD = "lovelace-1843"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path, for Redis's socket."""
    with tempfile.TemporaryDirectory(prefix="ax") as path:
        yield Path(path)


def test_run_in_an_empty_folder(folder: Path) -> None:
    packages, empty = folder / "packages", folder / "empty"
    empty.mkdir()
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", packages]
    subprocess.run([*install, build_wheel(folder)], check=True)
    port = free_port()
    command = packages / "bin" / "agentex-web"
    running = Running(
        [str(command), "run"],
        str(empty),
        PYTHONPATH=str(packages),
        AGENTEX_DATA_DIR="",
        AGENTEX_AGENT_DIRS="",
        PORT=str(port),
        DJANGO_SUPERUSER_USERNAME="ada",
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    )
    try:
        running.said("is ready")
        assert "first account" not in running.log, "an account of the environment needs no link"
        assert sorted(path.name for path in empty.iterdir()) == [".data", "agents"]
        assert [path.name for path in (empty / "agents").glob("*.py")] == ["haiku.py"]
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True) as browser:
            for path in ("css/base.css", "vendor/katex/katex.min.css", "admin/css/base.css"):
                assert browser.get(f"/static/{path}").status_code == 200, path
            assert "Haiku" in log_in(browser)
        environment = {**os.environ, "PYTHONPATH": str(packages), "AGENTEX_AGENT_DIRS": ""}
        environment["AGENTEX_DATA_DIR"] = ""
        subprocess.run([command, "startagent", "travel_desk"], cwd=empty, env=environment, check=True)
        assert (empty / "agents" / "travel_desk.py").exists()
        assert running.interrupt() == 0
    finally:
        running.process.kill()
        running.process.wait()
        running.gone()


def log_in(browser: httpx2.Client) -> str:
    """Logs in and returns the next page."""
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get("/accounts/login/").text)
    assert token
    form = {"username": "ada", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    page = browser.post("/accounts/login/", data=form)
    assert page.status_code == 200 and page.url.path == "/"
    return page.text
