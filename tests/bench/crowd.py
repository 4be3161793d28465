"""A worker with 200 chats is killed; then one of the chats gets a message, and the next time 100 at once."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import connections

from agentex_web.tasks.models import Task, Turn
from tests.bench.dashboard import Dashboard
from tests.bench.figures import Figure, percentile
from tests.bench.recovery import ANSWER, kill, send_until_taken
from tests.support.model_server import ModelServer, text
from tests.support.people import Person, ended, last_turn, new_person
from tests.support.waiting import until

CHATS = 200
SPEAKING = 100
TURNS = 3
LIMIT_SECONDS = 120.0
OVERRUN = ("TMPRL1101", "TMPRL1104", "Workflow task not found", "Timeout failing workflow task")
"""Parts of the log lines for a workflow task that took too long."""
OPEN = f"{CHATS} chats of {TURNS} turns are in the worker's memory, and it is killed. "
ONE = OPEN + "A message in one of them: from Send to the end of its turn."
MANY = OPEN + f"A message in {SPEAKING} of them at once: from the first Send to the end of the turns."


def measure(runs: int) -> Iterator[Figure]:
    one, first, middle, last, overruns = [], [], [], [], []
    for _ in range(runs):
        with (
            ModelServer() as model,
            Dashboard(
                settings.DATA_DIR,
                OPENAI_BASE_URL=model.url,
                AGENTEX_MESSAGES_PER_MINUTE="0",
                AGENTEX_OPEN_TURNS="0",
            ) as dashboard,
            new_person(dashboard.url) as person,
        ):
            model.script(text(ANSWER), times=None)
            tasks = _chats(person)
            logged = len(dashboard.running.lines)
            kill(dashboard, "worker")
            one.extend(_speak(person, tasks[-1:]))
            # All chats are in the new worker's memory again.
            _say(person, tasks, "And now?")
            kill(dashboard, "worker")
            waits = _speak(person, tasks[:SPEAKING])
            new = Counter(
                mark for line in dashboard.running.lines[logged:] for mark in OVERRUN if mark in line
            )
            print(f"    {dict(new)}", flush=True)
            first.append(min(waits))
            middle.append(percentile(waits, 0.5))
            last.append(max(waits))
            overruns.append(float(new.total()))
    yield Figure("one message: its answer", "s", one, ONE)
    yield Figure(f"{SPEAKING} messages: first answer", "s", first, MANY)
    yield Figure("median answer", "s", middle)
    yield Figure("last answer", "s", last)
    yield Figure("workflow tasks that overran", "", overruns)


def _chats(person: Person) -> list[Task]:
    tasks = [person.begin("haiku", "Good morning!") for _ in range(CHATS)]
    for task in tasks:
        ended(last_turn(task))
    for number in range(1, TURNS):
        _say(person, tasks, f"And {number}?")
    return tasks


def _say(person: Person, tasks: Sequence[Task], words: str) -> None:
    for task in tasks:
        person.send(task, words)
    for task in tasks:
        ended(last_turn(task))


def _speak(person: Person, tasks: Sequence[Task]) -> list[float]:
    began = time.monotonic()

    def send(task: Task) -> Turn:
        try:
            return send_until_taken(person, task, "And now?")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as senders:
        open_turns = {turn.pk for turn in senders.map(send, tasks)}
    waits: list[float] = []

    def all_ended() -> bool:
        over = Turn.objects.filter(pk__in=open_turns).exclude(status__in=Turn.OPEN)
        for pk in over.values_list("pk", flat=True):
            open_turns.discard(pk)
            waits.append(time.monotonic() - began)
        return not open_turns

    until(all_ended, lambda: f"{len(open_turns)} turns", LIMIT_SECONDS)
    return waits
