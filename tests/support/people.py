"""A signed-in person without a browser: sends requests with a session and a CSRF token, and opens the socket."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.middleware.csrf import _get_new_csrf_string
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from agentex_web.tasks.models import Task, Turn
from tests.support.waiting import PATIENCE, until

Frame = dict[str, Any]


class Person:
    """
    Attributes:
        user: the account.
        http: a client with the person's cookies, which does not follow redirects.
    """

    def __init__(self, url: str, user: User) -> None:
        self.url = url
        self.user = user
        token = _get_new_csrf_string()
        self.cookies = {settings.SESSION_COOKIE_NAME: session_of(user), settings.CSRF_COOKIE_NAME: token}
        self.http = httpx2.Client(
            base_url=url,
            cookies=self.cookies,
            headers={"X-CSRFToken": token, "Referer": url, "HX-Request": "true"},
            timeout=PATIENCE,
            # No test uses TLS here, and loading the certificates costs 25 ms of CPU.
            verify=False,
        )

    def begin(self, agent: str, content: str) -> Task:
        """Sends the first message of a new task."""
        answer = self.http.post("/tasks/", data={"id": str(uuid.uuid4()), "agent": agent, "content": content})
        assert answer.status_code == 201, answer.text
        return Task.objects.get(pk=answer.headers["HX-Redirect"].split("/")[2])

    def send(self, task: Task, content: str, message_id: uuid.UUID | None = None) -> Turn:
        data = {"id": str(message_id or uuid.uuid4()), "content": content}
        answer = self.http.post(f"/tasks/{task.pk}/messages/", data=data)
        assert answer.status_code in (200, 201), answer.text
        return Turn.objects.get(pk=data["id"])

    def stop(self, task: Task) -> None:
        assert self.http.post(f"/tasks/{task.pk}/stop/").status_code == 204

    @contextmanager
    def socket(
        self, task: Task, cursor: str = "0-0", origin: str = "", version: int | None = None
    ) -> Iterator["Socket"]:
        address, headers = self.handshake(task, cursor)
        if version is not None:
            address += f"&version={version}"
        with connect(address, additional_headers={**headers, "Origin": origin or self.url}) as connection:
            yield Socket(connection)

    def handshake(self, task: Task, cursor: str = "0-0") -> tuple[str, dict[str, str]]:
        """The address of a task's socket and the headers to open it with."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        address = self.url.replace("http", "ws", 1)
        return f"{address}/ws/tasks/{task.pk}/?cursor={cursor}", {"Cookie": cookie, "Origin": self.url}


class Socket:
    """A task's socket, with the frames that its page would get."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.frames: list[Frame] = []

    def until(self, condition: Callable[[Frame], object], seconds: float = PATIENCE) -> Frame:
        """Reads frames until one satisfies ``condition``, and returns that one."""
        deadline = time.monotonic() + seconds
        while True:
            # Pings never stop, so the deadline is for the whole wait and not for each frame.
            frame: Frame = json.loads(self.connection.recv(max(0.01, deadline - time.monotonic())))
            self.frames.append(frame)
            if condition(frame):
                return frame

    def until_turn(self, status: str) -> Frame:
        return self.until(lambda frame: frame["type"] == "turn" and frame["status"] == status)

    def until_text(self, text: str) -> None:
        """Reads frames until the deltas so far contain ``text``."""
        self.until(lambda frame: text in self.streamed())

    def streamed(self) -> str:
        return "".join(frame["text"] for frame in self.frames if frame["type"] == "delta")


def session_of(user: User) -> str:
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.create()
    assert session.session_key
    return session.session_key


@contextmanager
def new_person(url: str, **attributes: Any) -> Iterator[Person]:
    user = User.objects.create_user(f"person-{uuid.uuid4().hex[:12]}", password=None, **attributes)
    person = Person(url, user)
    with person.http:
        yield person


def ended(turn: Turn) -> Turn:
    """Waits until the turn has ended, and returns it."""

    def over() -> Turn | None:
        turn.refresh_from_db()
        return None if turn.status in Turn.OPEN else turn

    return until(over, lambda: f"the end of a turn that is {turn.status}")


def last_turn(task: Task) -> Turn:
    return task.turns.latest("created_at")
