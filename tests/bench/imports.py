"""How long everybody else waits to write while 6,500 chats are imported, and while their owner's account is deleted.

SQLite has one writer at a time. Another connection writes a row every 20 ms, as sent messages do.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from agentex_web.imports import uploads
from agentex_web.imports.models import Import
from agentex_web.tasks.models import Agent, Task
from tests.bench.dashboard import Dashboard
from tests.bench.figures import Figure
from tests.support.people import Person, new_person
from tests.support.waiting import until

CHATS, MESSAGES = 6_500, 12
LONG_TURNS = 5_000
WORDS = "Some words of plain text, as people and agents say them, with a number: {}. " * 10
"""About as long as a message, so that the file has about 80 MB."""
PAUSE = 0.02
LIMIT_SECONDS = 1_800.0
HOW = (
    f"A file of {CHATS:,} chats of {MESSAGES} messages and one of {LONG_TURNS:,} turns (about 80 MB), a worker, and another "
    "connection to the same SQLite file that writes every 20 ms."
)


def measure(_runs: int) -> Iterator[Figure]:
    with Dashboard(settings.DATA_DIR) as dashboard, new_person(dashboard.url) as person:
        agent = Agent.objects.order_by("pk").first()
        assert agent is not None
        body = json.dumps([*_chats(), _long_chat()]).encode()
        print(f"    {len(body) / 1e6:.0f} MB", flush=True)
        row = uploads.keep(person.user, agent, SimpleUploadedFile("conversations.json", body))
        yield from _figures("the import", lambda: _is_imported(row), HOW)
        chats = Task.objects.filter(owner=person.user).count()
        assert chats == CHATS + 1, chats
        with ThreadPoolExecutor(1) as thread:
            deleting = thread.submit(_delete, person)
            yield from _figures(
                "the deletion of the account", lambda: deleting.done() and _is_gone(person.user)
            )


def _figures(name: str, is_over: Callable[[], bool], how: str = "") -> Iterator[Figure]:
    began = time.monotonic()
    waits = _waits_until(is_over)
    yield Figure(f"{name}: seconds", "s", [time.monotonic() - began], how)
    yield Figure(f"{name}: a write of others", "ms", [1_000 * each for each in waits])


def _waits_until(is_over: Callable[[], bool]) -> list[float]:
    """Writes again and again until it is over; returns how long each write took, in seconds."""
    waits: list[float] = []
    database = sqlite3.connect(settings.DATABASES["default"]["NAME"], timeout=300, isolation_level=None)
    checked = time.monotonic()

    def over() -> bool:
        nonlocal checked
        while time.monotonic() - checked < 1:
            began = time.monotonic()
            database.execute("BEGIN IMMEDIATE")
            database.execute("UPDATE django_content_type SET model = model WHERE id = 1")
            database.execute("COMMIT")
            waits.append(time.monotonic() - began)
            time.sleep(PAUSE)
        checked = time.monotonic()
        return is_over()

    until(over, "the end", LIMIT_SECONDS)
    database.close()
    return waits


def _is_imported(row: Import) -> bool:
    row.refresh_from_db()
    return not row.is_open


def _is_gone(user: User) -> bool:
    return not User.objects.filter(pk=user.pk).exists()


def _delete(person: Person) -> None:
    try:
        began = time.monotonic()
        answer = person.http.post("/accounts/delete/", data={"username": person.user.username}, timeout=600)
        print(
            f"    the page answered {answer.status_code} after {time.monotonic() - began:.1f} s", flush=True
        )
    finally:
        connections.close_all()


def _chats() -> Iterator[dict[str, Any]]:
    for number in range(CHATS):
        yield _chat(f"chat {number}", MESSAGES)


def _long_chat() -> dict[str, Any]:
    return _chat("the long one", 2 * LONG_TURNS)


def _chat(title: str, messages: int) -> dict[str, Any]:
    """A chat in ChatGPT's format."""
    nodes = {}
    for number in range(messages):
        message = {
            "author": {"role": "assistant" if number % 2 else "user"},
            "content": {"parts": [WORDS.format(*range(number, number + 10))]},
            "create_time": 1_700_000_000 + number,
        }
        nodes[str(number)] = {"id": str(number), "parent": str(number - 1), "message": message}
    return {"id": title, "title": title, "mapping": nodes, "current_node": str(messages - 1)}
