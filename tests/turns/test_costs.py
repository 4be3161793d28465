"""What a plain turn costs. If a figure must grow, decide it here."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from agentex_web.streams.stream_writer import BATCH_SECONDS
from agentex_web.tasks.models import Task
from tests.support.costs import activities, commands, history_events, logged, queries
from tests.support.model_server import function_call, step, text
from tests.support.people import Person
from tests.support.stack import Stack
from tests.support.waiting import until

EARLY, LATE = (3, 4, 5), (14, 15, 16)
"""Turns to compare in one chat, by number."""
# Not counted: commands of the sockets that watch a chat, and of new connections.
_FREE = ("xadd", "deltas", "xread", "info", "ping", "hello", "client", "select")


@pytest.fixture
def log(stack: Stack) -> Iterator[Path]:
    with logged(stack.data) as log:
        yield log


def test_a_plain_turn_costs_one_activity_and_fourteen_queries(
    stack: Stack, person: Person, log: Path
) -> None:
    for number in (1, 2):
        stack.model.script(text("A plain answer."), match=f"plain turn {number}")
    task = person.begin("haiku", "plain turn 1")
    with person.socket(task) as socket:
        socket.until_turn("done")
        begun = settled(task)
        before = len(queries(log, task))
        person.send(task, "plain turn 2")
        socket.until_turn("done")
        ended = settled(task)
    made = queries(log, task)[before:]
    # Five accept the message, three store the answer, two mark the turn running, two end it, and two read the messages
    # for the page. This includes the queries that index the words of question and answer.
    assert 0 < len(made) <= 14, "\n".join(made)
    assert activities(ended[len(begun) :]) == ["invoke_model_activity", "core_local_activity"]


def test_a_function_tool_costs_one_activity_more(stack: Stack, person: Person) -> None:
    call = function_call("charge", {"amount": 3}, "call_cost")
    stack.model.script_steps(step(call), step(text("Paid.")), match="charge me once")
    task = person.begin("handyman", "charge me once")
    with person.socket(task) as socket:
        socket.until_turn("done")
    # The tool's card is written in two local activities, before and after the call; the turn's end in a third.
    assert activities(settled(task)) == [
        "invoke_model_activity",
        "core_local_activity",
        # Histories of version 0.1 lack this activity.
        "core_patch",
        "run_tool",
        "core_local_activity",
        "invoke_model_activity",
        "core_local_activity",
    ]


def test_a_later_turn_costs_what_an_early_one_does(stack: Stack, person: Person, log: Path) -> None:
    stack.model.script(text("A plain answer."), match="turn", times=None)
    task = person.begin("haiku", "turn 1")
    asked: dict[int, int] = {}
    steps: dict[int, int] = {}
    begun: dict[int, list[str]] = {}
    with person.socket(task) as socket:
        socket.until_turn("done")
        for number in range(2, LATE[-1] + 1):
            if number in EARLY + LATE:
                before, made = settled(task), len(queries(log, task))
            person.send(task, f"turn {number}")
            socket.until_turn("done")
            if number in EARLY + LATE:
                events = settled(task)[len(before) :]
                asked[number] = len(queries(log, task)) - made
                steps[number], begun[number] = workflow_tasks(events), activities(events)
    settled(task)
    # A busy machine may repeat a write or split a step, so compare the minimum of several turns. The page may read
    # question and answer in one query.
    for cost, spread in ((asked, 1), (steps, 0)):
        early, late = (min(cost[number] for number in numbers) for numbers in (EARLY, LATE))
        assert 0 < late <= early + spread, cost
    assert len({tuple(each) for each in begun.values()}) == 1, begun
    # One for the message, one for the model's answer, one for the end.
    assert min(steps.values()) <= 3


def nothing_written() -> Counter[str]:
    """What Redis has executed, once nobody writes to it: chats of earlier tests may still end or stream."""
    before = commands()
    time.sleep(4 * BATCH_SECONDS)
    after = commands()
    return after if before["xadd"] == after["xadd"] else Counter()


def workflow_tasks(events: list[HistoryEvent]) -> int:
    return sum(event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED for event in events)


def settled(task: Task) -> list[HistoryEvent]:
    """The history once the workflow waits for its next message. The page learns of the turn's end a bit earlier."""

    def at_rest() -> list[HistoryEvent]:
        events = history_events(task)
        kinds = [event.event_type for event in events]
        # The workflow writes the turn's end in a local activity and then waits with a timer.
        ends = kinds[-1] == EventType.EVENT_TYPE_TIMER_STARTED
        return events if ends else []

    return until(at_rest)


def test_redis_commands_follow_batches_and_not_tokens(stack: Stack, person: Person) -> None:
    words = " ".join(["word"] * 2_000)
    stack.model.script(text("One."), match="short answer")
    stack.model.script(text(words), match="long answer", tokens_per_second=1_000)
    cost, took = {}, {}
    for name in ("short answer", "long answer"):
        before = until(nothing_written)
        task = person.begin("haiku", name)
        with person.socket(task) as socket:
            socket.until_turn("done")
        # What follows a turn's end counts for that turn, and not for the next one.
        settled(task)
        cost[name] = commands() - before
        [request] = stack.model.requests(name)
        took[name] = request["ended"] - request["arrived"]
    long, short = cost["long answer"], cost["short answer"]
    # A batch is exactly one XADD. 2,000 tokens in 2 s make at most 2 s / 50 ms = 40 batches, and more if the model
    # takes longer.
    assert 10 < long["xadd"] - short["xadd"] < 13 + took["long answer"] / BATCH_SECONDS
    for command in set(long) | set(short):
        if not command.startswith(_FREE):
            assert long[command] <= short[command] + 2, command
