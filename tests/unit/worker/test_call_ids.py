"""Servers repeat, omit and change ids of tool calls; our ids are unique and the same in every attempt."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from agents.models.fake_id import FAKE_RESPONSES_ID
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
)

from agentex_web.compat.chat_finish_reason import ChatCompletionsModel
from agentex_web.worker.model.call_ids import with_server_ids
from agentex_web.worker.model.responses import last_response
from agents import ModelSettings, ModelTracing
from tests.unit.compat.test_chat_tool_calls import BERGEN, OSLO, client, delta

LONG = "call_" + "x" * 300


def call(call_id: str, city: str = "Oslo", item_id: str | None = None) -> ResponseFunctionToolCall:
    return ResponseFunctionToolCall(
        call_id=call_id, name="look", arguments=f'{{"city":"{city}"}}', type="function_call", id=item_id
    )


def events(*items: Any, streamed: list[int] | None = None, moved: int = 0) -> list[Any]:
    """The events of an answer.

    Args:
        streamed: indexes of the items that are streamed before the end; by default all.
        moved: offset that is added to their output indexes.
    """
    response = Response.model_construct(id="r", model="m", output=list(items), status="completed")
    found: list[Any] = []
    for number in range(len(items)) if streamed is None else streamed:
        for make, kind in ((ResponseOutputItemAddedEvent, "added"), (ResponseOutputItemDoneEvent, "done")):
            item = items[number].model_copy()
            found.append(
                make(
                    item=item,
                    output_index=number + moved,
                    sequence_number=0,
                    type=f"response.output_item.{kind}",
                )
            )
    return [*found, ResponseCompletedEvent(response=response, sequence_number=0, type="response.completed")]


async def answer(given: list[Any], key: str = "run/1") -> tuple[list[str], list[str]]:
    """The distinct ids that were streamed, and the ids in the final response."""

    async def stream() -> AsyncIterator[Any]:
        for event in given:
            yield event

    shown: list[Any] = []
    response = await last_response(stream(), key, shown.append)
    streamed = [event.item.call_id for event in shown if event.type.startswith("response.output_item.")]
    return list(dict.fromkeys(streamed)), [item.call_id for item in response.output]


async def test_two_calls_with_one_id() -> None:
    streamed, final = await answer(events(call("x", "Oslo"), call("x", "Bergen")))
    assert streamed == final and len(set(final)) == 2


async def test_the_same_id_in_two_answers() -> None:
    (_, (first,)), (_, (second,)) = (
        await answer(events(call("call_0"))),
        await answer(events(call("call_0")), "run/2"),
    )
    assert first != second


async def test_each_attempt_makes_the_same_id() -> None:
    assert await answer(events(call("a"))) == await answer(events(call("b")))


async def test_an_empty_id() -> None:
    streamed, (final,) = await answer(events(call("")))
    assert streamed == [final] and final


async def test_ids_that_change_while_they_are_streamed() -> None:
    given = events(call("late"))
    given[0].item.call_id = ""
    streamed, final = await answer(given)
    assert streamed == final


async def test_calls_that_are_only_in_the_final_response() -> None:
    streamed, final = await answer(events(call("x"), call("x", "Bergen"), streamed=[]))
    assert streamed == [] and len(set(final)) == 2


async def test_one_of_two_calls_streamed() -> None:
    streamed, final = await answer(events(call("a"), call("b"), streamed=[1]))
    assert streamed == [final[1]] and final[0] != final[1]


async def test_calls_streamed_under_other_numbers() -> None:
    streamed, final = await answer(events(call("x"), call("x", "Bergen"), moved=1))
    assert streamed == final and len(set(final)) == 2


async def test_forms_that_servers_take() -> None:
    """Nine letters and digits for Mistral; at most 64 characters for OpenAI."""
    _, (chat,) = await answer(events(call(LONG, item_id=FAKE_RESPONSES_ID)))
    assert re.fullmatch("[0-9A-Za-z]{9}", chat)
    for given in (LONG, "call_1", "ünï"):
        _, (responses,) = await answer(events(call(given, item_id="fc_1")))
        assert re.fullmatch("[0-9A-Za-z_-]{1,64}", responses)


async def test_a_conversation_that_the_server_keeps_is_given_its_own_ids() -> None:
    _, (ours,) = await answer(events(call("call_abc", item_id="fc_1")))
    output = {"type": "function_call_output", "call_id": ours, "output": "sunny"}
    assert with_server_ids([output]) == [{**output, "call_id": "call_abc"}]


async def test_item_ids_stay() -> None:
    """The Responses API uses item ids to pair reasoning with the call that follows it."""

    async def stream() -> AsyncIterator[Any]:
        for event in events(call("a", item_id="fc_7")):
            yield event

    assert (await last_response(stream(), "run/1")).output[0].id == "fc_7"


@pytest.mark.parametrize("ids", [("", ""), ("a", "a"), ("a", "b"), ("call_0", "")])
async def test_the_whole_way_over_chat_completions(ids: tuple[str, str]) -> None:
    """A server streams two complete calls, both with index 0."""
    first, second = ids
    server = client(delta(first, "look", OSLO), delta(second, "look", BERGEN))
    stream = ChatCompletionsModel("demo", server).stream_response(
        None, "Hello", ModelSettings(), [], None, [], ModelTracing.DISABLED,
        previous_response_id=None, conversation_id=None, prompt=None,
    )  # fmt: skip
    shown: list[Any] = []
    response = await last_response(stream, "run/1", shown.append)
    streamed = [event.item.call_id for event in shown if event.type == "response.output_item.added"]
    final = [(item.call_id, item.arguments) for item in response.output if item.type == "function_call"]
    assert [call_id for call_id, _ in final] == streamed and len(set(streamed)) == 2
    assert all(streamed) and [arguments for _, arguments in final] == [OSLO, BERGEN]
