"""Makes stream events from a model's complete answer, for ``Runner.run_streamed`` in workflows.

The worker streams to the page itself, and a workflow gets an answer only when its activity has returned. The
events are those of the OpenAI Responses API, in the same order, but with each text as a single delta.
https://platform.openai.com/docs/api-reference/responses-streaming
"""

import itertools
from collections.abc import Iterator
from typing import Any

from agents.items import TResponseStreamEvent
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseCreatedEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseFunctionCallArgumentsDoneEvent,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputText,
    ResponseReasoningSummaryTextDeltaEvent,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
    ResponseUsage,
)
from temporalio import workflow

from agents import ModelResponse


def events_of(answer: ModelResponse, model: str) -> Iterator[TResponseStreamEvent]:
    """Yields the events of an answer that arrived as a whole, as if it had been streamed.

    Args:
        model: the model's name for the response; empty if unknown.
    """
    numbers = itertools.count()
    whole = _response(answer, model, list(answer.output))
    yield ResponseCreatedEvent(
        type="response.created", response=_response(answer, model, []), sequence_number=next(numbers)
    )
    for index, item in enumerate(answer.output):
        yield ResponseOutputItemAddedEvent(
            type="response.output_item.added",
            item=_begun(item),
            output_index=index,
            sequence_number=next(numbers),
        )
        yield from _content(item, index, numbers)
        yield ResponseOutputItemDoneEvent(
            type="response.output_item.done", item=item, output_index=index, sequence_number=next(numbers)
        )
    yield ResponseCompletedEvent(type="response.completed", response=whole, sequence_number=next(numbers))


def _response(answer: ModelResponse, model: str, output: list[Any]) -> Response:
    usage = answer.usage
    return Response(
        id=answer.response_id or "resp_unknown",
        created_at=workflow.time() if workflow.in_workflow() else 0,
        model=model,
        object="response",
        output=output,
        parallel_tool_calls=True,
        tool_choice="auto",
        tools=[],
        status="completed" if output else "in_progress",
        usage=ResponseUsage(
            input_tokens=usage.input_tokens,
            input_tokens_details=usage.input_tokens_details,
            output_tokens=usage.output_tokens,
            output_tokens_details=usage.output_tokens_details,
            total_tokens=usage.total_tokens,
        ),
    )


def _begun(item: Any) -> Any:
    match item.type:
        case "message":
            return item.model_copy(update={"content": [], "status": "in_progress"})
        case "function_call":
            return item.model_copy(update={"arguments": "", "status": "in_progress"})
        case _:
            return item


def _content(item: Any, index: int, numbers: Iterator[int]) -> Iterator[TResponseStreamEvent]:
    item_id = getattr(item, "id", None) or ""
    match item.type:
        case "message":
            for number, part in enumerate(item.content):
                yield from _part(part, item_id, index, number, numbers)
        case "function_call":
            yield ResponseFunctionCallArgumentsDeltaEvent(
                type="response.function_call_arguments.delta",
                item_id=item_id,
                output_index=index,
                delta=item.arguments,
                sequence_number=next(numbers),
            )
            yield ResponseFunctionCallArgumentsDoneEvent(
                type="response.function_call_arguments.done",
                item_id=item_id,
                output_index=index,
                arguments=item.arguments,
                sequence_number=next(numbers),
            )
        case "reasoning":
            for number, summary in enumerate(item.summary):
                yield ResponseReasoningSummaryTextDeltaEvent(
                    type="response.reasoning_summary_text.delta",
                    item_id=item_id,
                    output_index=index,
                    summary_index=number,
                    delta=summary.text,
                    sequence_number=next(numbers),
                )


def _part(
    part: Any, item_id: str, index: int, number: int, numbers: Iterator[int]
) -> Iterator[TResponseStreamEvent]:
    where: dict[str, Any] = {"item_id": item_id, "output_index": index, "content_index": number}
    if part.type != "output_text":
        return
    empty = ResponseOutputText(type="output_text", text="", annotations=[])
    yield ResponseContentPartAddedEvent(
        type="response.content_part.added", part=empty, sequence_number=next(numbers), **where
    )
    yield ResponseTextDeltaEvent(
        type="response.output_text.delta",
        delta=part.text,
        logprobs=[],
        sequence_number=next(numbers),
        **where,
    )
    yield ResponseTextDoneEvent(
        type="response.output_text.done", text=part.text, logprobs=[], sequence_number=next(numbers), **where
    )
    yield ResponseContentPartDoneEvent(
        type="response.content_part.done", part=part, sequence_number=next(numbers), **where
    )
