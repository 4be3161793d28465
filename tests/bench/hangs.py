"""How long it takes until a turn fails visibly if its code cannot continue or has changed during the chat."""

import os
import time
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from agentex_web.tasks.models import Turn
from tests.bench.figures import Figure
from tests.support.authored import Authored, authored
from tests.support.broken import BREAKS, BROKEN
from tests.support.broken_parts import NO_TOOLS, PARTS, RAISED, TOOLS
from tests.support.changing import CASES, begin
from tests.support.hostile import HOSTILE, KINDS
from tests.support.model_server import function_call, text
from tests.support.people import Person, ended, last_turn, new_person
from tests.support.stack import Stack
from tests.support.waiting import until

BLOCKED, WATCHED_SECONDS = 20, 12.0
"""The latter is how long other chats are watched: a worker whose memory stays full ends within that."""
MEMORY = "1500"
"""Of the worker that runs hostile tools, in MB."""
HOW = (
    "From the message, or from the moment when a worker with the changed code serves, until the turn has its end "
    "in the record."
)


def measure(runs: int) -> Iterator[Figure]:
    call_command("migrate", verbosity=0)
    folder = settings.DATA_DIR / "agents"
    folder.mkdir()
    os.environ["AGENTEX_AGENT_DIRS"] += f",{folder}"
    stack = Stack(settings.DATA_DIR)
    try:
        stack.start()
        with new_person(stack.url) as person, authored(stack) as files:
            for _ in range(runs):
                yield from _broken(files, person)
                yield from _beside_blocked(files, person)
                yield from _parts(stack, files, person)
                yield from _hostile(stack, files, person)
                yield from _changed(stack, files, person)
    finally:
        stack.stop()


def _broken(files: Authored, person: Person) -> Iterator[Figure]:
    files.write({"broken": BROKEN.format(name="Broken")})
    files.restart()
    how = HOW
    for what in BREAKS:
        turn = ended(last_turn(person.begin("broken", what)))
        yield Figure(f"broken code: {what}", "s", [_seconds(turn, turn.created_at)], how)
        how = ""


def _beside_blocked(files: Authored, person: Person) -> Iterator[Figure]:
    files.restart()
    blocked = [last_turn(person.begin("broken", "block")) for _ in range(BLOCKED)]
    for number in range(5):
        turn = ended(last_turn(person.begin("broken", "hello")))
        assert turn.status == "done", turn.error
        yield Figure(
            f"while {BLOCKED} chats block: message {number + 1}", "s", [_seconds(turn, turn.created_at)], ""
        )
    last = max(_seconds(ended(each), each.created_at) for each in blocked)
    yield Figure(f"until the last of the {BLOCKED} has failed", "s", [last], "")


def _parts(stack: Stack, files: Authored, person: Person) -> Iterator[Figure]:
    files.write({"parts": PARTS})
    files.restart()
    for part in NO_TOOLS:
        for what in [f"{part} {kind}" for kind in RAISED]:
            stack.model.script(text("Well."), match=what)
            turn = ended(last_turn(person.begin("parts", what)))
            assert turn.status == "failed" and turn.error, what
            yield Figure(f"{what}: {turn.error}", "s", [_seconds(turn, turn.created_at)], "")
    large = {"words": 5_000_000 * "x"}
    calls = {f"{part} {kind}": (part, {"kind": kind}) for part in TOOLS for kind in (*RAISED, "half", "big")}
    for what, (name, arguments) in {**calls, "echo much": ("echo", large)}.items():
        stack.model.script(function_call(name, arguments), text("Well."), match=what)
        turn = ended(last_turn(person.begin("parts", what)))
        # A tool that runs in the workflow fails the turn if its code wants to end the program.
        assert turn.status == "done" or turn.error, what
        said = turn.error or turn.messages.get(kind="tool_response").content[:80].replace("\n", " ")
        yield Figure(f"{what}: {said}", "s", [_seconds(turn, turn.created_at)], "")


def _hostile(stack: Stack, files: Authored, person: Person) -> Iterator[Figure]:
    files.write({"hostile": HOSTILE})
    for kind in KINDS:
        if stack.runs("worker"):
            stack.kill("worker")
        stack.start_worker(AGENTEX_WORKER_MEMORY=MEMORY)
        stack.model.script(function_call("harm", {"kind": kind}), text("Well."), match=f"harm: {kind}")
        turn, others = last_turn(person.begin("hostile", f"harm: {kind}")), []
        end = time.monotonic() + WATCHED_SECONDS
        while time.monotonic() < end:
            calm = f"{kind}, calm {len(others)}"
            stack.model.script(text("Calm."), match=calm)
            other = last_turn(person.begin("haiku", calm))
            until(partial(_has_ended_with, stack, other), stack.logs)
            assert ended(other).status == "done", other.error
            others.append(_seconds(ended(other), other.created_at))
        said = ended(turn).error or turn.messages.get(kind="tool_response").content[-80:].replace("\n", " ")
        yield Figure(f"a tool, {kind}: {said}", "s", [_seconds(ended(turn), turn.created_at)], "")
        yield Figure(f"a tool, {kind}: answers elsewhere, slowest last", "s", sorted(others), "")


def _has_ended_with(stack: Stack, turn: Turn) -> bool:
    """Starts the worker again if it has ended, as ``make run`` does."""
    if not stack.runs("worker"):
        stack.start_worker(AGENTEX_WORKER_MEMORY=MEMORY)
    turn.refresh_from_db()
    return turn.status not in Turn.OPEN


def _changed(stack: Stack, files: Authored, person: Person) -> Iterator[Figure]:
    files.write({name: case.before(name) for name, case in CASES.items()})
    files.restart()
    begun = {name: begin(stack, person, name) for name in CASES}
    stack.kill("worker")
    sent = {}
    for name, turn in begun.items():
        stack.model.script(text("From an agent."), match=f"after {name}")
        sent[name] = person.send(turn.task, f"after {name}")
    files.write({name: case.after(name) if case.after else None for name, case in CASES.items()})
    stack.start_worker()
    serves = timezone.now()
    for name, case in CASES.items():
        if case.works:
            yield Figure(f"{name}: the turn under way ends", "s", [_seconds(ended(begun[name]), serves)], "")
        yield Figure(f"{name}: the next one ends", "s", [_seconds(ended(sent[name]), serves)], "")


def _seconds(turn: Turn, since: datetime) -> float:
    assert turn.finished_at
    return (turn.finished_at - since).total_seconds()
