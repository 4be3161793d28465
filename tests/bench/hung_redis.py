"""From Send and from Stop until Temporal has the signal, while Redis hangs (neither answers nor refuses)."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext

from django.conf import settings
from django.core.management import call_command

from agentex_web.tasks.models import Task
from agentex_web.turns.payloads import SignalName
from tests.bench.figures import Figure
from tests.support.costs import signals
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn, new_person
from tests.support.stack import Stack
from tests.support.waiting import until


def measure(runs: int) -> Iterator[Figure]:
    call_command("migrate", verbosity=0)
    stack = Stack(settings.DATA_DIR)
    try:
        stack.start()
        with new_person(stack.url) as person:
            for name, once in (("Send", _send), ("Stop", _stop)):
                well = [once(stack, person, nullcontext) for _ in range(runs)]
                hung = [once(stack, person, lambda: stack.frozen("redis")) for _ in range(runs)]
                how = "Reference: until Temporal's history has the signal."
                yield Figure(f"{name} → signal, Redis answers", "ms", well, how)
                how = f"The same while Redis is frozen: {max(hung) / max(well):.1f} times. The product waits 5 s for Redis."
                yield Figure(f"{name} → signal, Redis hangs", "ms", hung, how)
    finally:
        stack.stop()


Frozen = Callable[[], AbstractContextManager[None]]


def _send(stack: Stack, person: Person, frozen: Frozen) -> float:
    stack.model.script(text("Hello."), times=None)
    task = person.begin("haiku", "the first")
    ended(last_turn(task))
    with frozen():
        began = time.monotonic()
        turn = person.send(task, "the second")
        took = _until_signal(task, SignalName.RECEIVE_EVENT, 2, began)
    ended(turn)
    return took


def _stop(stack: Stack, person: Person, frozen: Frozen) -> float:
    stack.model.clear()
    stack.model.script(text("one two three"), match="stop it", hold_after=1)
    task = person.begin("haiku", "stop it")
    stack.model.wait_for(lambda record: record["held"], match="stop it")
    with frozen():
        began = time.monotonic()
        person.stop(task)
        took = _until_signal(task, SignalName.STOP, 1, began)
    ended(last_turn(task))
    stack.model.clear()
    return took


def _until_signal(task: Task, name: str, count: int, began: float) -> float:
    until(lambda: signals(task).count(name) == count, f"signal {name}")
    return 1000 * (time.monotonic() - began)
