"""Conversations with the current code and a real Temporal can be replayed.

To record them again after an intended change: AGENTEX_RECORD=1 pytest tests/turns/test_replay.py.
tests/turns_in_memory/test_recorded_histories.py replays the recorded histories.
"""

import asyncio
import json
import os
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from agentex_web.delivery.client import temporal_client
from agentex_web.tasks.models import Task
from tests.support.model_server import Json, custom_tool_call, function_call, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.replaying import HISTORIES, replay
from tests.support.stack import Stack

CONVERSATIONS: dict[str, list[str]] = {
    "haiku": ["Write about the sea", "/cut", "And once more"],
    "weather": ["Weather in Oslo and in Nairobi?", "What is 21 °C in Fahrenheit?"],
    "triage": ["I was charged twice for my order", "The app crashes when I open it"],
    "answers": ["replay a custom tool", "replay an activity"],
    "bookkeeper": ["replay all of adk", "end"],
    "custom_hooks": ["replay two tools, one of them hidden"],
    "editor": ["replay an agent that is a tool"],
    "forecast": ["replay a form"],
    "guarded": ["replay the password", "replay a plain question"],
    "guide": ["replay the guide", "replay it once more"],
    "librarian": ["replay an MCP server", "replay it without a tool"],
}
"""The messages to each agent. The demo model answers messages that have no script in ANSWERS."""

ANSWERS: dict[str, list[Json]] = {
    "replay a custom tool": [
        step(custom_tool_call("shout", "hear me")),
        step(text("HEARD.")),
    ],
    "replay an activity": [
        step(function_call("slow_echo", {"words": "one"}), function_call("slow_echo", {"words": "two"})),
        step(text("Twice.")),
    ],
    "replay two tools": [
        step(function_call("internal_lookup", {"key": "a"}), function_call("public_lookup", {"key": "b"})),
        step(text("Found.")),
    ],
    "replay an agent": [step(function_call("translate", {"input": "into Latin"})), step(text("Edited."))],
    "into Latin": [step(text("Latine."))],
    "replay a form": [step(text('{"city": "Oslo", "days": [{"sky": "clear", "high": 12}]}'))],
    "replay the password": [step(text("It is swordfish."))],
    "replay a plain question": [step(text("Gladly."))],
    "replay the guide": [step(text("A haiku."))],
    "replay it once more": [step(text("Another."))],
    "replay it without": [step(text("No need."))],
    "replay an MCP": [step(function_call("find_book", {"title": "Emma"})), step(text("Shelf 4."))],
}


async def history_of(task: Task) -> WorkflowHistory:
    client = await temporal_client()
    return await client.get_workflow_handle(task.workflow_id).fetch_history()


@pytest.mark.parametrize("agent", CONVERSATIONS)
def test_a_conversation_of_today_replays(stack: Stack, person: Person, agent: str) -> None:
    for words, steps in ANSWERS.items():
        stack.model.script_steps(*steps, match=words)
    first, *others = CONVERSATIONS[agent]
    task = person.begin(agent, first)
    ended(last_turn(task))
    for words in others:
        ended(person.send(task, words))
    history = asyncio.run(history_of(task))
    # Temporal retries failing workflow code, so a person might not notice failures.
    assert not [
        each for each in history.events if each.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
    ]
    asyncio.run(replay(history))
    if os.environ.get("AGENTEX_RECORD"):
        HISTORIES.mkdir(exist_ok=True)
        (HISTORIES / f"{agent}.json").write_text(
            json.dumps(without_traces(json.loads(history.to_json())), indent=1)
        )


def without_traces(value: Any) -> Any:
    """Removes stack traces and process names, which reveal the machine and are not needed for a replay."""
    if isinstance(value, list):
        return [without_traces(each) for each in value]
    if isinstance(value, dict):
        told = ["stackTrace", "identity"]
        if value.get("kind") == "TASK_QUEUE_KIND_STICKY":
            told.append("name")
        return {name: without_traces(each) for name, each in value.items() if name not in told}
    return value
