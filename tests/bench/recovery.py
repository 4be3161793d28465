"""How long a message takes to be answered if a part is killed or paused at the moment when it is sent."""

import os
import signal
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import httpx2
from django.conf import settings

from agentex_web.tasks.models import Task, Turn
from tests.bench.chats import begin_chats
from tests.bench.dashboard import UNLIMITED, Dashboard
from tests.bench.figures import Figure
from tests.support.model_server import ModelServer, text
from tests.support.people import Person, ended, new_person
from tests.support.waiting import until

PARTS = ("worker", "web", "redis", "temporal")
PAUSED_SECONDS = 8.0
KILLED: dict[str, Callable[[Dashboard], None]] = {
    **{f"{part} killed": partial(lambda part, dashboard: kill(dashboard, part), part) for part in PARTS},
    "supervisor killed": Dashboard.kill_supervisor,
    "everything killed": Dashboard.kill_everything,
}
PAUSED: dict[str, Callable[[Dashboard], None]] = {
    f"{part} paused {PAUSED_SECONDS:.0f} s": partial(lambda part, dashboard: pause(dashboard, part), part)
    for part in PARTS
}
ANSWERING = ("worker killed", "supervisor killed", "everything killed")
"""Faults that are also measured while the worker is answering."""
QUIET_SECONDS = 31.0
"""After this pause, the supervisor treats a part's next crash as its first (embedded/restarts.py)."""
SETTLED_SECONDS = 6.0
OPEN_CHATS = (1, 200)
ANSWER = "An answer after a fault."
HOW = (
    "`manage.py run`, a chat with one turn; SIGKILL or SIGSTOP to the part, a message in that chat at the same "
    "moment (sent again until it is taken), the time until its turn is done. The model answers at once. The "
    "supervisor is started again at once. With 200 chats: as many have a turn and are in the worker's memory."
)


def measure(runs: int) -> Iterator[Figure]:
    samples: defaultdict[str, list[float]] = defaultdict(list)
    with (
        ModelServer() as model,
        Dashboard(settings.DATA_DIR, **UNLIMITED, OPENAI_BASE_URL=model.url) as dashboard,
        new_person(dashboard.url) as person,
    ):
        model.script(text(ANSWER), times=None)
        tasks: list[Task] = []
        for chats in OPEN_CHATS:
            tasks += begin_chats(person, chats - len(tasks), "Good morning!")
            for _ in range(runs):
                for name, taken in _faults(dashboard, person, tasks, model):
                    samples[f"{name}, {chats} open {'chats' if chats > 1 else 'chat'}"].append(taken)
                    print(f"    {name}: {taken:.1f} s", flush=True)
    how = HOW
    for name, values in samples.items():
        yield Figure(name, "s", values, how)
        how = ""


def _faults(
    dashboard: Dashboard, person: Person, tasks: Sequence[Task], model: ModelServer
) -> Iterator[tuple[str, float]]:
    """Each fault, and the seconds until a message in the last chat was answered."""
    for name, fault in PAUSED.items():
        time.sleep(SETTLED_SECONDS)
        yield name, _answered_after(partial(fault, dashboard), person, tasks[-1])
    for name, fault in KILLED.items():
        time.sleep(QUIET_SECONDS if name == "worker killed" else SETTLED_SECONDS)
        _speak_in_all(person, tasks)
        yield name, _answered_after(partial(fault, dashboard), person, tasks[-1])
    for name in ANSWERING:
        time.sleep(QUIET_SECONDS)
        _speak_in_all(person, tasks)
        fault = partial(KILLED[name], dashboard)
        yield f"{name}, while it answers", _call_answered_after(fault, dashboard, person, tasks[-1], model)


def _speak_in_all(person: Person, tasks: Sequence[Task]) -> None:
    """So that all chats are in the memory of the present worker."""
    for turn in [person.send(task, "And now?") for task in tasks]:
        _finished(turn)


def _answered_after(fault: Callable[[], None], person: Person, task: Task) -> float:
    began = time.monotonic()
    fault()
    _finished(send_until_taken(person, task, "After the fault."))
    return time.monotonic() - began


def _call_answered_after(
    fault: Callable[[], None], dashboard: Dashboard, person: Person, task: Task, model: ModelServer
) -> float:
    words = f"held {uuid.uuid4().hex}"
    model.script(text(ANSWER), match=words, hold_after=2)
    model.script(text(ANSWER), match=words)
    turn = person.send(task, words)
    until(lambda: model.requests(words), dashboard.running.log)
    began = time.monotonic()
    fault()
    _finished(turn)
    return time.monotonic() - began


def kill(dashboard: Dashboard, part: str) -> None:
    os.kill(dashboard.running.children(part)[-1], signal.SIGKILL)


def pause(dashboard: Dashboard, part: str) -> None:
    """Stops the part, and starts a thread that lets it go on."""
    group = dashboard.running.children(part)[-1]
    os.killpg(group, signal.SIGSTOP)
    threading.Timer(PAUSED_SECONDS, os.killpg, (group, signal.SIGCONT)).start()


def send_until_taken(person: Person, task: Task, words: str) -> Turn:
    """Sends the same message until the site accepts it, like a page that shows "not sent"."""
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
