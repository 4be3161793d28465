"""agentex_web/compat/chat_tool_calls.py is needed while the SDK joins the deltas of calls by index alone."""

from typing import Any

import pytest
from openai import AsyncOpenAI

from agentex_web.compat.chat_finish_reason import ChatCompletionsModel
from agents import OpenAIChatCompletionsModel
from tests.unit.compat import chat_server

OSLO, BERGEN = '{"city":"Oslo"}', '{"city":"Bergen"}'


def delta(call_id: str | None, name: str | None, arguments: str | None, index: int | None = 0) -> Any:
    given = {"index": index, "id": call_id, "function": {"name": name, "arguments": arguments}}
    return {key: value for key, value in given.items() if value is not None}


def client(*deltas: Any) -> AsyncOpenAI:
    """A client of a server that sends these deltas of tool calls, one per chunk."""
    calls = [{"delta": {"tool_calls": [each]}} for each in deltas]
    return chat_server.client(*calls, {"delta": {}, "finish_reason": "tool_calls"})


async def calls(model: OpenAIChatCompletionsModel) -> list[tuple[str, str, str]]:
    (end,) = [event async for event in chat_server.events(model) if event.type == "response.completed"]
    return [
        (item.call_id, item.name, item.arguments)
        for item in end.response.output
        if item.type == "function_call"
    ]


BOTH_AT_ZERO = [delta("a", "look", OSLO), delta("b", "look", BERGEN)]


async def test_the_sdk_joins_calls_of_one_index() -> None:
    (joined,) = await calls(OpenAIChatCompletionsModel("demo", client(*BOTH_AT_ZERO)))
    assert joined[2] == OSLO + BERGEN


@pytest.mark.parametrize(
    "deltas",
    [
        BOTH_AT_ZERO,
        [delta("a", "look", OSLO, None), delta("b", "look", BERGEN, None)],
        [delta("a", "look", '{"city":'), delta(None, None, '"Oslo"}'), delta("b", "look", BERGEN)],
        [delta("a", "look", OSLO, 0), delta("b", "look", BERGEN, 1)],
        # The name and the id in every delta.
        [
            delta("a", "look", '{"city":'),
            delta("a", "look", '"Oslo"}'),
            delta("b", "look", '{"city":', 1),
            delta("b", "look", '"Bergen"}', 1),
        ],
    ],
)
async def test_two_calls_are_two(deltas: list[Any]) -> None:
    found = await calls(ChatCompletionsModel("demo", client(*deltas)))
    assert found == [("a", "look", OSLO), ("b", "look", BERGEN)]


@pytest.mark.parametrize("call_id", ["", "a"])
async def test_two_whole_calls_with_one_id_are_two(call_id: str) -> None:
    deltas = [delta(call_id, "look", OSLO), delta(call_id, "look", BERGEN)]
    found = await calls(ChatCompletionsModel("demo", client(*deltas)))
    assert [arguments for _, _, arguments in found] == [OSLO, BERGEN]


async def test_calls_without_arguments() -> None:
    deltas = [delta("a", "look", ""), delta("b", "look", "{}"), delta("c", "look", "{}")]
    found = await calls(ChatCompletionsModel("demo", client(*deltas)))
    assert [arguments for _, _, arguments in found] == ["", "{}", "{}"]


async def test_one_call_in_pieces_with_new_ids_is_one() -> None:
    deltas = [delta("a", "look", '{"city":'), delta("b", "look", '"Oslo"}')]
    assert len(await calls(ChatCompletionsModel("demo", client(*deltas)))) == 1
