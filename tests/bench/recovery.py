"""One part is killed, and a message sent at that moment: how long until it is answered."""

import os
import signal
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator

import httpx2
from django.conf import settings

from agentex_web.tasks.models import Task, Turn
from tests.bench.chats import begin_chats
from tests.bench.dashboard import Dashboard
from tests.bench.figures import Figure
from tests.support.model_server import ModelServer, text
from tests.support.people import Person, ended, new_person
from tests.support.waiting import until

PARTS = ("worker", "web", "redis", "temporal")
QUIET_SECONDS = 31.0
"""After this long a part's next death counts as its first one (embedded/restarts.py)."""
ANSWER = "An answer after a fault."
HOW = (
    "`manage.py run`, a chat with one turn; SIGKILL to the part, a message in that chat at the same moment "
    "(sent again until it is taken), the time until its turn is done. The model answers at once."
)


def measure(runs: int) -> Iterator[Figure]:
    samples: defaultdict[str, list[float]] = defaultdict(list)
    with (
        ModelServer() as model,
        Dashboard(settings.DATA_DIR, OPENAI_BASE_URL=model.url) as dashboard,
        new_person(dashboard.url) as person,
    ):
        model.script(text(ANSWER), times=None)
        [task] = begin_chats(person, 1, "Good morning!")
        for _ in range(runs):
            for part in (*PARTS, "worker, while it answers"):
                time.sleep(QUIET_SECONDS)
                if part in PARTS:
                    samples[part].append(_answered_after(dashboard, person, task, part))
                else:
                    samples[part].append(_call_answered_after(dashboard, person, task, model))
    how = HOW
    for part, values in samples.items():
        yield Figure(f"{part} killed", "s", values, how)
        how = ""


def _answered_after(dashboard: Dashboard, person: Person, task: Task, part: str) -> float:
    kill(dashboard, part)
    began = time.monotonic()
    _finished(send_until_taken(person, task, "After the fault."))
    return time.monotonic() - began


def _call_answered_after(dashboard: Dashboard, person: Person, task: Task, model: ModelServer) -> float:
    words = f"held {uuid.uuid4().hex}"
    model.script(text(ANSWER), match=words, hold_after=2)
    model.script(text(ANSWER), match=words)
    turn = person.send(task, words)
    until(lambda: model.requests(words), dashboard.running.log)
    kill(dashboard, "worker")
    began = time.monotonic()
    _finished(turn)
    return time.monotonic() - began


def kill(dashboard: Dashboard, part: str) -> None:
    os.kill(dashboard.running.children(part)[-1], signal.SIGKILL)


def send_until_taken(person: Person, task: Task, words: str) -> Turn:
    """As a page does that reads "not sent": the same message again until the site takes it."""
    message = uuid.uuid4()

    def taken() -> Turn | None:
        try:
            return person.send(task, words, message)
        except httpx2.TransportError:
            return None

    return until(taken, "a web process", 60)


def _finished(turn: Turn) -> None:
    found = ended(turn)
    if found.status != Turn.Status.DONE:
        raise RuntimeError(f"Turn {turn.pk} is {found.status}: {found.error}")
