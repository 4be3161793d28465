"""agentex_web.adk.testing reports the same messages of a turn as the running product stores."""

import asyncio
from collections.abc import Iterable
from typing import Any, NamedTuple

import pytest

from agentex_web.adk import testing as memory
from agentex_web.adk.testing import chat, handoff, tool_call
from agentex_web.adk.testing import custom_tool_call as shout
from agentex_web.adk.testing.script import Answer
from tests.support import model_server as server
from tests.support.approving import approve
from tests.support.model_server import Json, step
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.turns_in_memory.agents import example, of_tests


class Conversation(NamedTuple):
    """One message, with its answers from the model server and from the scripted model in memory."""

    agent: str
    of_server: list[Json]
    in_memory: list[Answer]


WORDS = "one two three"
CONVERSATIONS = {
    "thought and words": Conversation(
        "haiku",
        [step(server.reasoning("Hm."), server.text(WORDS))],
        [[memory.reasoning("Hm."), memory.text(WORDS)]],
    ),
    "a refusal": Conversation(
        "haiku", [step(server.refusal("I will not."))], [memory.refusal("I will not.")]
    ),
    "a refused key": Conversation(
        "haiku", [step(fault={"kind": "status", "status": 401})], [memory.failure(401)]
    ),
    "a second attempt": Conversation(
        "haiku",
        [step(fault={"kind": "status", "status": 500}), step(server.text(WORDS))],
        [memory.failure(500), memory.text(WORDS)],
    ),
    "tools": Conversation(
        "weather",
        [
            step(
                server.function_call("get_weather", {"city": "Oslo"}, "call_a"),
                server.function_call("to_fahrenheit", {"celsius": 21}, "call_b"),
            ),
            step(server.text(WORDS)),
        ],
        [
            [
                tool_call("get_weather", city="Oslo", call_id="call_a"),
                tool_call("to_fahrenheit", celsius=21, call_id="call_b"),
            ],
            memory.text(WORDS),
        ],
    ),
    "a custom tool": Conversation(
        "answers",
        [step(server.custom_tool_call("shout", "hush", "call_s")), step(server.text(WORDS))],
        [shout("shout", "hush", call_id="call_s"), memory.text(WORDS)],
    ),
    "a handoff": Conversation(
        "triage",
        [step(server.function_call("transfer_to_billing_specialist", {})), step(server.text(WORDS))],
        [handoff("billing"), memory.text(WORDS)],
    ),
    "an approval": Conversation(
        "careful",
        [step(server.function_call("delete_file", {"name": "a"}, "call_d")), step(server.text(WORDS))],
        [tool_call("delete_file", name="a", call_id="call_d"), memory.text(WORDS)],
    ),
    "a withheld answer": Conversation(
        "guarded", [step(server.text("It is 1234."))], [memory.text("It is 1234.")]
    ),
    "a failing tool": Conversation(
        "failing_tool",
        [step(server.function_call("ask_an_expert", {"item": "moon"}, "call_m"))],
        [tool_call("ask_an_expert", item="moon", call_id="call_m")],
    ),
    "the guide's workflow": Conversation("guide", [step(server.text(WORDS))], [memory.text(WORDS)]),
}

FIELDS = ("author", "kind", "status", "content", "error", "agent_name", "tool_name", "attempt")


def _told(rows: Iterable[Any]) -> list[tuple[Any, ...]]:
    """The fields of the rows. Results of parallel tools are sorted by tool name, because their order may vary."""
    rows = list(rows)
    results = sorted((each for each in rows if each.kind == "tool_response"), key=lambda row: row.tool_name)
    places = iter([each.position for each in rows if each.kind == "tool_response"])
    in_order = iter(results)
    told = []
    for row in rows:
        given = next(in_order) if row.kind == "tool_response" else row
        place = next(places) if row.kind == "tool_response" else row.position
        data = row.data if row.kind == "handoff" else None
        told.append((place, *(getattr(given, name) for name in FIELDS), data))
    return told


def _kinds(items: list[Json]) -> list[str]:
    return [item.get("role") or item["type"] for item in items]


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_turn_is_kept_alike(stack: Stack, person: Person, name: str) -> None:
    agent, of_server, in_memory = CONVERSATIONS[name]
    words = f"alike: {name}"
    stack.model.script_steps(*of_server, match=words)
    task = person.begin(agent, words)
    if name == "an approval":
        approve(person, task)
    kept = ended(last_turn(task))
    turn = asyncio.run(_in_memory(agent, in_memory, words))
    assert _told(turn.messages) == _told(kept.messages.order_by("position"))
    assert (turn.status, turn.error, turn.attempt) == (kept.status, kept.error, kept.attempt)
    assert _kinds(turn.items) == _kinds(kept.items)
    assert turn.usage.keys() == kept.usage.keys()


async def _in_memory(agent: str, answers: list[Answer], words: str) -> memory.KeptTurn:
    path = example(agent) if example(agent).exists() else of_tests(agent)
    async with chat(path) as opened:
        opened.model.script(*answers)
        turn = await opened.send(words)
        if opened.waiting:
            await opened.approve()
        return turn
