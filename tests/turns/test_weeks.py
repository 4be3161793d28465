"""Weeks pass, with Temporal's time-skipping server, the product's worker and the database."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from sys import executable
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from agentex_web.delivery.decisions import deliver_decision
from agentex_web.delivery.messages import deliver_turn
from agentex_web.journal import sent, waits
from agentex_web.tasks.models import Agent, Turn
from agentex_web.tasks.threads import in_database
from agentex_web.turns import registry
from agentex_web.turns.chat_workflow import ChatWorkflow
from agentex_web.waits.models import Wait
from agentex_web.worker import worker
from tests.support.model_server import function_call, step, text
from tests.support.people import Person
from tests.support.replaying import all_agents
from tests.support.stack import Stack

SERVER = Path(executable).with_name("temporal-test-server")
HURRY = 60.0
"""Wall-clock seconds within which everything must happen."""


@asynccontextmanager
async def worker_of(environment: WorkflowEnvironment) -> AsyncIterator[None]:
    """The product's worker, without background loops and without a workflow cache.

    Without the cache, each step replays the steps before it. With it, the server would not skip time while tasks are
    in the sticky queue of a worker that has ended.
    """
    catalog = all_agents()
    registry.put(catalog.agents)
    ours = worker.AgentexWorker()
    client = await ours.connect()
    async with ours.worker(client, catalog.activities(), [ChatWorkflow, *catalog.workflows()]):
        yield


async def waiting(turn: uuid.UUID, kind: str) -> Wait:
    while True:
        rows = Wait.objects.filter(turn_id=turn, kind=kind, status="waiting")
        if (found := await in_database(rows.first)) is not None:
            return found
        await asyncio.sleep(0.05)


async def over(turn: uuid.UUID) -> Turn:
    while True:
        found = await in_database(Turn.objects.get, pk=turn)
        if found.status not in Turn.OPEN:
            return found
        await asyncio.sleep(0.05)


async def weeks_pass(environment: WorkflowEnvironment, count: int) -> None:
    for _ in range(count):
        await environment.sleep(timedelta(weeks=1))


async def weeks(person: Person, environment: WorkflowEnvironment) -> Turn:
    agent = await in_database(Agent.objects.get, pk="weeks")
    accepted = await in_database(
        sent.new_task, person.user, agent, uuid.uuid4(), "write to Ada in three weeks"
    )
    turn = accepted.result.turn.pk
    async with worker_of(environment):
        await deliver_turn(turn)
        await waiting(turn, "timer")
        await weeks_pass(environment, 1)
    # Another worker continues.
    async with worker_of(environment):
        await weeks_pass(environment, 3)
        asked = await waiting(turn, "approval")
        await weeks_pass(environment, 30)
        decided = await in_database(
            waits.decide, asked.task_id, asked.pk, {"verdict": "approve"}, person.user
        )
        await deliver_decision(decided.result)
        await waiting(turn, "form")
        await weeks_pass(environment, 3)
        return await over(turn)


def test_a_turn_waits_for_weeks(
    stack: Stack, person: Person, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.model.script_steps(
        step(function_call("send_letter", {"to": "Ada"})),
        step(text("It is sent.")),
        match="write to Ada in three",
    )
    # The stack's outbox would report the workflow as missing, because the stack's Temporal does not know it.
    stack.kill("worker")
    settings.OPENAI_BASE_URL = stack.model.url
    monkeypatch.setattr(worker, "Worker", partial(worker.Worker, max_cached_workflows=0))
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

    async def scenario() -> Turn:
        environment = await WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(SERVER))
        async with environment:
            monkeypatch.setenv("TEMPORAL_ADDRESS", environment.client.service_client.config.target_host)
            return await asyncio.wait_for(weeks(person, environment), HURRY)

    turn = asyncio.run(scenario())
    assert turn.status == "done", turn.error
    assert [row.content for row in turn.messages.filter(kind="tool_response")] == ["A letter to Ada is sent"]
    said = turn.messages.get(author="system", content__contains="Nobody answered")
    assert said.content == "It is sent. Slept: True. Nobody answered."
    assert sorted(Wait.objects.filter(turn=turn).values_list("kind", "status")) == [
        ("approval", "decided"),
        ("form", "expired"),
        ("timer", "expired"),
    ]
