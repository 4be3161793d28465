"""Thoughts that a model writes into its text become reasoning, wherever its server splits the stream."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseTextDeltaEvent,
)

from agentex_web.worker.model.responses import last_response, model_response
from agentex_web.worker.model.thinking import split, thoughts_apart

CALL = ResponseFunctionToolCall(call_id="c", name="tool", arguments="{}", type="function_call", id="f")


def message(text: str) -> ResponseOutputMessage:
    part = ResponseOutputText(text=text, type="output_text", annotations=[])
    return ResponseOutputMessage(id="m", content=[part], role="assistant", status="completed", type="message")


def response(*output: Any) -> Response:
    return Response(
        id="r", created_at=0, model="demo", object="response", output=list(output), parallel_tool_calls=True,
        tool_choice="auto", tools=[],
    )  # fmt: skip


async def events(text: str, cut: int, *, deltas: bool = True, calls: bool = False) -> AsyncIterator[Any]:
    number = iter(range(10_000))
    if deltas:
        yield ResponseOutputItemAddedEvent(
            item=message(""), output_index=0, sequence_number=next(number), type="response.output_item.added"
        )
        for start in range(0, len(text), cut):
            yield ResponseTextDeltaEvent(
                content_index=0, delta=text[start : start + cut], item_id="m", logprobs=[], output_index=0,
                sequence_number=next(number), type="response.output_text.delta",
            )  # fmt: skip
        yield ResponseOutputItemDoneEvent(
            item=message(text), output_index=0, sequence_number=next(number), type="response.output_item.done"
        )
    if calls:
        yield ResponseOutputItemAddedEvent(
            item=CALL, output_index=1, sequence_number=next(number), type="response.output_item.added"
        )
        yield ResponseOutputItemDoneEvent(
            item=CALL, output_index=1, sequence_number=next(number), type="response.output_item.done"
        )
    yield ResponseCompletedEvent(
        response=response(message(text), *([CALL] if calls else [])),
        sequence_number=next(number),
        type="response.completed",
    )


def streamed(text: str, cut: int, **options: bool) -> dict[int, tuple[str, str]]:
    """For each output index, the kind of the item and the text of its deltas."""
    found: dict[int, tuple[str, str]] = {}

    async def read() -> None:
        async for event in thoughts_apart(events(text, cut, **options)):
            if event.type == "response.output_item.added":
                assert event.output_index not in found
                found[event.output_index] = (event.item.type, "")
            elif event.type.endswith(".delta"):
                kind, said = found[event.output_index]
                found[event.output_index] = (kind, said + event.delta)

    asyncio.run(read())
    return found


THOUGHT = "<think>\n\nFirst <b>this</b>, then that.\n</think>\n\nThe answer. <think>is a tag</think>"


@pytest.mark.parametrize("cut", [1, 2, 3, 5, 7, 8, 13, 1_000])
def test_thoughts_stream_apart(cut: int) -> None:
    assert streamed(THOUGHT, cut) == {
        0: ("reasoning", "First <b>this</b>, then that."),
        1: ("message", "The answer. <think>is a tag</think>"),
    }


@pytest.mark.parametrize("cut", [1, 4, 100])
@pytest.mark.parametrize(
    "text", ["An answer.", "<thin air>", "<", "  <think", "a <think>b</think>", "", "  spaces"]
)
def test_a_text_without_thoughts_is_as_it_was(text: str, cut: int) -> None:
    said = streamed(text, cut, calls=True)
    assert said[0][0] == "message" and said[1] == ("function_call", "")
    # Text that could be the start of a tag is held back until the whole item arrives.
    assert text.startswith(said[0][1]) and (said[0][1] == text or "<think".startswith(text.strip()))


def test_what_follows_moves_by_one() -> None:
    found = streamed(THOUGHT, 3, calls=True)
    assert [kind for kind, _ in found.values()] == ["reasoning", "message", "function_call"]
    assert sorted(found) == [0, 1, 2]


@pytest.mark.parametrize("cut", [1, 6, 100])
def test_thoughts_without_an_end_are_thoughts(cut: int) -> None:
    assert streamed("<think>on and on", cut)[0] == ("reasoning", "on and on")


@pytest.mark.parametrize("deltas", [True, False])
def test_the_final_response_has_the_same_items(deltas: bool) -> None:
    found = asyncio.run(last_response(events(THOUGHT, 3, deltas=deltas, calls=True), "call"))
    assert [item.type for item in found.output] == ["reasoning", "message", "function_call"]
    assert found.output[0].content[0].text == "First <b>this</b>, then that."
    assert found.output[1].content[0].text == "The answer. <think>is a tag</think>"


def test_the_model_is_not_given_its_thoughts_again() -> None:
    given = model_response(asyncio.run(last_response(events(THOUGHT, 3, calls=True), "call")))
    assert [item.type for item in given.output] == ["message", "function_call"]
    assert given.output[0].content[0].text.startswith("The answer.")


def test_split() -> None:
    assert split("<think>a</think>b") == ("a", "b")
    assert split(" <think>a") == ("a", "")
    assert split("a <think>b</think>") is None
