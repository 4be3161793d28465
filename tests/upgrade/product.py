"""The product's processes with a data directory of an earlier version, and a person who uses it."""

import http.cookiejar
import json
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

from tests.support.forked import run, start
from tests.support.process import Forked
from tests.support.stack import free_port
from tests.support.waiting import PATIENCE, until

Json = dict[str, Any]


class Product:
    """The product's processes with one data directory. Their logs are in a folder next to it."""

    def __init__(self, data: Path, agents: Path) -> None:
        self.data, self.agents = data, agents
        self.logs = data.with_name(data.name + "-logs")
        shutil.rmtree(self.logs, ignore_errors=True)
        self.logs.mkdir()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.model_url = ""
        self._processes: dict[str, subprocess.Popen[bytes] | Forked] = {}

    @property
    def environment(self) -> dict[str, str]:
        # Set to empty instead of removed, so that a `.env` file cannot fill them in.
        nothing = (
            "DATABASE_URL",
            "REDIS_URL",
            "TEMPORAL_ADDRESS",
            "OPENAI_API_KEY",
            "SECRET_KEY",
            "TEMPORAL_DEBUG",
        )
        return {
            **os.environ,
            **dict.fromkeys(nothing, ""),
            "AGENTEX_DATA_DIR": str(self.data),
            "AGENTEX_AGENT_DIRS": str(self.agents),
            "AGENTEX_MODEL_API": "responses",
            "DJANGO_SETTINGS_MODULE": "agentex_web.settings",
            "OPENAI_BASE_URL": self.model_url,
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            # As in tests/support/stack.py: Temporal spends less CPU on collecting garbage.
            "GOGC": "400",
        }

    def start(self, name: str, *command: str) -> None:
        self._processes[name] = start(command, self.environment, self.logs / f"{name}.log")

    def start_model(self) -> None:
        command = ("-m", "tests.support.model_server", "--port", "0", "--tokens-per-second", "0")
        self.start("model", *command)
        found = until(lambda: re.search(r"http://\S+", self.log("model")), "the model's address")
        self.model_url = found[0]

    def migrate(self) -> None:
        code, said = run(["manage.py", "migrate", "--noinput"], self.environment, self.logs / "migrate.log")
        assert code == 0, said

    def start_services(self) -> None:
        self.start("services", "manage.py", "services")
        until(lambda: "All services are ready" in self.log("services"), "the services")

    def start_web(self) -> None:
        command = ("-m", "daphne", "-b", "127.0.0.1", "-p", str(self.port), "agentex_web.asgi:application")
        self.start("web", *command)
        until(lambda: self.health() is not None, "the web process")

    def start_worker(self) -> None:
        self.start("worker", "manage.py", "runworker")

    def health(self) -> Json | None:
        try:
            with urlopen(f"{self.url}/healthz", timeout=PATIENCE) as answer:
                return dict(json.load(answer))
        except HTTPError as error:
            return dict(json.load(error))
        except (URLError, OSError):
            return None

    def log(self, name: str) -> str:
        path = self.logs / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def dead(self) -> list[str]:
        return [name for name, process in self._processes.items() if process.poll() is not None]

    def stop(self) -> None:
        """Stops the worker first, and the services after the processes that use them."""
        for name in ("worker", "web", "services", "model"):
            if (process := self._processes.pop(name, None)) is None:
                continue
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


class Browser:
    """The owner of the chats, logged in with her password."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self.url = url
        self.cookies = http.cookiejar.CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self.cookies))
        self.get("/accounts/login/")
        answer = self.post("/accounts/login/", {"username": name, "password": password})
        assert answer[0] == 200 and "password" not in answer[1], "the password is not taken"

    def get(self, path: str) -> tuple[int, str]:
        return self._ask(Request(self.url + path))

    def post(self, path: str, data: Json) -> tuple[int, str]:
        token = next(each.value for each in self.cookies if "csrf" in each.name) or ""
        headers = {"X-CSRFToken": token, "Referer": self.url, "HX-Request": "true"}
        return self._ask(Request(self.url + path, urlencode(data).encode(), headers))

    def raw(self, path: str) -> bytes:
        with self._opener.open(self.url + path, timeout=PATIENCE) as answer:
            return bytes(answer.read())

    def _ask(self, request: Request) -> tuple[int, str]:
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()
