"""What a plain turn costs. A figure that grows is a decision, and is made here."""

import asyncio
import re
from collections import Counter
from pathlib import Path

from redis import Redis

from agentex_web.services import redis_url
from agentex_web.tasks.models import Task
from agentex_web.temporal.client import temporal_client
from tests.model_server import text
from tests.people import Person
from tests.stack import Stack

# What the worker does every few seconds, whether there are turns or not.
_PERIODIC = re.compile(
    r'UPDATE "tasks_agent"|"tasks_turn"."created_at" < |FROM "tasks_agent" WHERE "tasks_agent"."seen_at"'
)

# Each is watched by a socket for as long as it takes, over connections that are made when needed.
_FREE = ("xadd", "deltas", "xread", "info", "ping", "hello", "client", "select")


def queries(log: Path) -> list[str]:
    return [line for line in log.read_text().splitlines() if not _PERIODIC.search(line)]


def commands() -> Counter[str]:
    stats = Redis.from_url(redis_url()).info("commandstats")
    return Counter({name.removeprefix("cmdstat_"): figures["calls"] for name, figures in stats.items()})


def history(task: Task) -> list[str]:
    """The names of the activities that the task's workflow scheduled, and of the markers it recorded."""

    async def read() -> list[str]:
        client = await temporal_client()
        names = []
        async for event in client.get_workflow_handle(task.workflow_id).fetch_history_events():
            if event.HasField("activity_task_scheduled_event_attributes"):
                names.append(event.activity_task_scheduled_event_attributes.activity_type.name)
            elif event.HasField("marker_recorded_event_attributes"):
                names.append(event.marker_recorded_event_attributes.marker_name)
        return names

    return asyncio.run(read())


def test_a_plain_turn_costs_one_activity_and_twelve_queries(stack: Stack, person: Person) -> None:
    for number in (1, 2):
        stack.model.script(text("A plain answer."), match=f"plain turn {number}")
    task = person.begin("haiku", "plain turn 1")
    log = stack.data / "queries.log"
    with person.socket(task) as socket:
        socket.until_turn("done")
        before, calls = queries(log), len(history(task))
        person.send(task, "plain turn 2")
        socket.until_turn("done")
    made = queries(log)[len(before) :]
    # The test's own look at the turn is none of the product's queries.
    assert len(made) <= 12, "\n".join(made)
    assert history(task)[calls:] == ["invoke_model_activity", "core_local_activity"]


def test_redis_commands_follow_batches_and_not_tokens(stack: Stack, person: Person) -> None:
    words = " ".join(["word"] * 2_000)
    stack.model.script(text("One."), match="short answer")
    stack.model.script(text(words), match="long answer", tokens_per_second=1_000)
    cost = {}
    for name in ("short answer", "long answer"):
        before = commands()
        with person.socket(person.begin("haiku", name)) as socket:
            socket.until_turn("done")
        cost[name] = commands() - before
        cost[name]["deltas"] = sum(frame["type"] == "delta" for frame in socket.frames)
    long, short = cost["long answer"], cost["short answer"]
    # A batch is one XADD and nothing else; 2,000 tokens in 2 s make at most 2 s / 30 ms of them.
    assert long["xadd"] - short["xadd"] == long["deltas"] - short["deltas"]
    assert long["deltas"] < 120
    for command in set(long) | set(short):
        if not command.startswith(_FREE):
            assert long[command] <= short[command] + 2, command
