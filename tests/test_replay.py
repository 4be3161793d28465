"""Workflows are deterministic: histories that were recorded once replay with today's code.

A change that breaks one breaks the chats that run while it is deployed. Record anew, after such a change
was made on purpose, with: AGENTEX_RECORD=1 pytest tests/test_replay.py
"""

import asyncio
import os
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from agentex_web.catalog import registry
from agentex_web.catalog.loading import load_catalog
from agentex_web.tasks.models import Task
from agentex_web.temporal.client import temporal_client
from agentex_web.temporal.context import ContextInterceptor
from agentex_web.temporal.data_converter import payloads_plugin
from agentex_web.temporal.turns import TurnInterceptor
from agentex_web.temporal.worker import agents_plugin, workflow_runner
from agentex_web.temporal.workflows import ChatWorkflow
from tests.people import Person, ended, last_turn
from tests.stack import Stack

HISTORIES = Path(__file__).parent / "histories"
CONVERSATIONS = {
    "haiku": ["Write about the sea", "/cut", "And once more"],
    "weather": ["Weather in Oslo and in Nairobi?", "What is 21 °C in Fahrenheit?"],
    "triage": ["I was charged twice for my order", "The app crashes when I open it"],
}


async def history_of(task: Task) -> WorkflowHistory:
    client = await temporal_client()
    return await client.get_workflow_handle(task.workflow_id).fetch_history()


async def replay(history: WorkflowHistory) -> None:
    catalog = load_catalog()
    registry.put(catalog.agents)
    replayer = Replayer(
        workflows=[ChatWorkflow, *[each.workflow for each in catalog.agents.values() if each.workflow]],
        plugins=[agents_plugin(), payloads_plugin()],
        interceptors=[ContextInterceptor(), TurnInterceptor()],
        workflow_runner=workflow_runner(),
    )
    await replayer.replay_workflow(history)


@pytest.mark.parametrize("agent", CONVERSATIONS)
def test_a_recorded_history_replays(agent: str) -> None:
    recorded = (HISTORIES / f"{agent}.json").read_text()
    asyncio.run(replay(WorkflowHistory.from_json(f"task-{agent}", recorded)))


@pytest.mark.parametrize("agent", CONVERSATIONS)
def test_a_conversation_of_today_replays(stack: Stack, person: Person, agent: str) -> None:
    first, *others = CONVERSATIONS[agent]
    task = person.begin(agent, first)
    ended(last_turn(task))
    for words in others:
        ended(person.send(task, words))
    history = asyncio.run(history_of(task))
    asyncio.run(replay(history))
    if os.environ.get("AGENTEX_RECORD"):
        HISTORIES.mkdir(exist_ok=True)
        (HISTORIES / f"{agent}.json").write_text(history.to_json())


def test_a_replay_notices_code_that_decides_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard guards: with a hook that writes nothing, the recorded tool call does not replay."""
    from agentex_web.temporal.hooks import TemporalStreamingHooks

    async def nothing(*_: object) -> None: ...

    monkeypatch.setattr(TemporalStreamingHooks, "on_tool_end", nothing)
    recorded = (HISTORIES / "weather.json").read_text()
    with pytest.raises(Exception, match="[Nn]ondeterminism|TMPRL1100"):
        asyncio.run(replay(WorkflowHistory.from_json("task-weather", recorded)))
