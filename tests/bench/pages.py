"""Page times with 1,000, 100,000 and 1,000,000 messages: in SQLite, or in PostgreSQL with AGENTEX_TEST_POSTGRES=1."""

import time
import uuid
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse

from agentex_web.positions import OPENING, below
from agentex_web.tasks.models import Agent, Message, Task, Turn
from tests.bench.dashboard import Dashboard
from tests.bench.figures import Figure, percentile
from tests.support.people import Person, new_person

SIZES = (1_000, 100_000, 1_000_000)
TURNS = 10
"""Turns per chat. Each turn has two messages."""
OWN = 0.02
"""The share of the chats that belong to the person who opens the pages."""
BATCH = 250
"""Chats per bulk insert."""
WORDS = "Some words of plain text, as people and agents say them. " * 5


def measure(runs: int) -> Iterator[Figure]:
    with (
        Dashboard(settings.DATA_DIR) as dashboard,
        new_person(dashboard.url, is_staff=True, is_superuser=True) as person,
    ):
        other = User.objects.create_user(f"others-{uuid.uuid4().hex[:8]}")
        pages = _pages(person)
        how = f"Wall time of GET with a session, n = {runs}. {OWN:.0%} of the chats are the person's own."
        for size in SIZES:
            _fill(person.user, other, size)
            for name, url in pages.items():
                took = _took(person, url, runs)
                yield Figure(f"{size:,} messages: {name}, p95", "ms", [percentile(took, 0.95)], how)
                yield Figure(f"{size:,} messages: {name}, median", "ms", [percentile(took, 0.5)])
                how = ""


def _pages(person: Person) -> dict[str, str]:
    own = _write(person.user, 1)[0]
    lists = {
        f"admin, {name}s": reverse(f"admin:tasks_{name}_changelist") for name in ("task", "turn", "message")
    }
    one = {"admin, one task": reverse("admin:tasks_task_change", args=[own.pk])}
    chats = {
        "a chat": own.get_absolute_url(),
        "a new chat and the list of chats": "/",
        "the list of chats alone": reverse("chat:sidebar"),
    }
    lists["admin, tasks of one agent"] = f"{lists['admin, tasks']}?agent__name__exact={own.agent_id}"
    return {**chats, "admin, overview": reverse("admin:index"), **lists, **one}


def _took(person: Person, url: str, runs: int) -> list[float]:
    """Milliseconds of each request, without the first, which loads templates."""
    times = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        person.http.get(url).raise_for_status()
        times.append(1000 * (time.perf_counter() - began))
    return times[1:]


def _fill(owner: User, other: User, size: int) -> None:
    """Adds chats until the database has this many messages."""
    missing = (size - Message.objects.count()) // (2 * TURNS)
    for first in range(0, missing, BATCH):
        count = min(BATCH, missing - first)
        own = round(count * OWN)
        _write(owner, own)
        _write(other, count - own)


def _write(owner: User, count: int) -> list[Task]:
    agent = Agent.objects.order_by("pk").first()
    tasks = [Task(owner=owner, agent=agent, title=f"Chat {number}") for number in range(count)]
    Task.objects.bulk_create(tasks)
    turns: list[Turn] = []
    for task in tasks:
        parent = None
        for _ in range(TURNS):
            parent = Turn(id=uuid.uuid4(), task=task, parent=parent, status=Turn.Status.DONE)
            turns.append(parent)
        task.head = parent
    Turn.objects.bulk_create(turns, batch_size=2_000)
    Task.objects.bulk_update(tasks, ["head"], batch_size=100)
    Message.objects.bulk_create(
        [
            message
            for turn in turns
            for message in (
                Message(turn=turn, position=OPENING, author="user", content=WORDS),
                Message(
                    turn=turn,
                    position=below(below("", 1), 0),
                    author="agent",
                    content=WORDS,
                    html=f"<p>{WORDS}</p>",
                ),
            )
        ],
        batch_size=2_000,
    )
    return tasks
