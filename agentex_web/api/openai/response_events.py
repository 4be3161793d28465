"""The events of a response that is streamed (openai 3.57, types/responses/response_stream_event.py)."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agentex_web.api.openai.errors import ApiError, Json
from agentex_web.api.openai.items import (
    COMPLETED,
    FAILED,
    IN_PROGRESS,
    INCOMPLETE,
    call_item,
    call_status,
    item_id,
    output_of,
    reasoning_item,
    status_of,
    summary_part,
    text_item,
    text_part,
)
from agentex_web.api.openai.response_object import notice_item, response_of
from agentex_web.api.openai.state import TurnState
from agentex_web.api.openai.steps import (
    Began,
    Called,
    Ended,
    Finished,
    Restarted,
    Returned,
    Said,
    Step,
    Withdrawn,
)
from agentex_web.tasks.models import Message

ENDINGS = {"completed": "completed", "failed": "failed"}
"""The final event by the response's status; of all others it is ``response.incomplete``."""


@dataclass
class _Item:
    """An output item of the stream."""

    message: Message
    id: str
    index: int
    text: str = ""
    is_open: bool = True

    @property
    def is_reasoning(self) -> bool:
        return self.message.kind == Message.Kind.REASONING


class ResponseEvents:
    """Numbers the events and items of one stream."""

    def __init__(self) -> None:
        self._sequence = 0
        self._items: dict[uuid.UUID, _Item] = {}
        self._indexes = 0
        self._starts: dict[uuid.UUID, int] = {}

    def opening(self, state: TurnState) -> list[Json]:
        response = {**response_of(state, []), "status": IN_PROGRESS, "usage": None, "error": None}
        response["incomplete_details"] = response["completed_at"] = None
        return [
            self._event("response.created", response=response),
            self._event("response.in_progress", response=response),
        ]

    def of(self, step: Step) -> list[Json]:
        """The events of a step."""
        return list(self._of(step))

    def failed(self, error: ApiError) -> Json:
        """The last event of a stream that cannot go on."""
        return self._event("error", code=error.code, message=error.message, param=None)

    def _of(self, step: Step) -> Iterator[Json]:
        match step:
            case Began(message):
                yield from self._open(message)
            case Said(message, text):
                yield self._delta(self._items[message], text)
            case Restarted(message, text):
                item = self._items[message]
                yield from self._close(item, INCOMPLETE)
                yield from self._open(item.message)
                yield self._delta(self._items[message], text)
            case Finished(message):
                yield from self._close(self._items[message.pk], status_of(message))
            case Withdrawn(message):
                yield from self._close(self._items[message], INCOMPLETE)
            case Called(request):
                yield from self._call(request)
            case Returned(request, response):
                yield from self._return(request, response)
            case Ended(state):
                yield from self._end(state)

    def _new(self, message: Message) -> _Item:
        self._starts[message.pk] = number = self._starts.get(message.pk, 0) + 1
        self._indexes += 1
        item = self._items[message.pk] = _Item(message, item_id(message, number), self._indexes - 1)
        return item

    def _open(self, message: Message) -> Iterator[Json]:
        item = self._new(message)
        if item.is_reasoning:
            yield self._item_event("added", item, reasoning_item(item.id, None))
            part = {"summary_index": 0, "part": summary_part("")}
            yield self._at(item, "response.reasoning_summary_part.added", **part)
        else:
            begun = {**text_item(item.id, "", IN_PROGRESS), "content": []}
            yield self._item_event("added", item, begun)
            part = {"content_index": 0, "part": text_part("")}
            yield self._at(item, "response.content_part.added", **part)

    def _delta(self, item: _Item, text: str) -> Json:
        item.text += text
        if item.is_reasoning:
            return self._at(item, "response.reasoning_summary_text.delta", summary_index=0, delta=text)
        return self._at(item, "response.output_text.delta", content_index=0, delta=text, logprobs=[])

    def _close(self, item: _Item, status: str) -> Iterator[Json]:
        if not item.is_open:
            return
        item.is_open = False
        if item.is_reasoning:
            at = {"summary_index": 0}
            yield self._at(item, "response.reasoning_summary_text.done", **at, text=item.text)
            part = summary_part(item.text)
            yield self._at(item, "response.reasoning_summary_part.done", **at, part=part)
            yield self._item_event("done", item, reasoning_item(item.id, item.text))
        else:
            at = {"content_index": 0}
            yield self._at(item, "response.output_text.done", **at, text=item.text, logprobs=[])
            yield self._at(item, "response.content_part.done", **at, part=text_part(item.text))
            yield self._item_event("done", item, text_item(item.id, item.text, status))

    def _call(self, request: Message) -> Iterator[Json]:
        before = self._items.get(request.pk)
        if before is not None and before.is_open:
            # The model call was retried, and calls the tool again, under another id.
            yield from self._return(before.message, None, INCOMPLETE)
        item = self._new(request)
        begun = {**call_item(item.id, request, None, IN_PROGRESS), "arguments": ""}
        yield self._item_event("added", item, begun)
        yield self._at(item, "response.mcp_call.in_progress")
        yield self._at(item, "response.mcp_call_arguments.delta", delta=request.content)
        yield self._at(item, "response.mcp_call_arguments.done", arguments=request.content)

    def _return(self, request: Message, response: Message | None, status: str = "") -> Iterator[Json]:
        item = self._items[request.pk]
        item.is_open = False
        status = status or call_status(request, response)
        yield self._at(item, f"response.mcp_call.{COMPLETED if status == COMPLETED else FAILED}")
        yield self._item_event("done", item, call_item(item.id, request, response, status))

    def _end(self, state: TurnState) -> Iterator[Json]:
        for item in self._items.values():
            if item.is_open and item.message.kind == Message.Kind.TOOL_REQUEST:
                yield from self._return(item.message, None, INCOMPLETE)
            elif item.is_open:
                yield from self._close(item, INCOMPLETE)
        output = output_of(state.rows, {key: item.id for key, item in self._items.items()})
        if state.notice:
            notice = notice_item(state)
            yield from self._whole(notice)
            output.append(notice)
        response = response_of(state, output)
        kind = ENDINGS.get(response["status"], "incomplete")
        yield self._event(f"response.{kind}", response=response)

    def _whole(self, notice: Json) -> Iterator[Json]:
        """The events of a text that does not grow."""
        message = Message(kind=Message.Kind.TEXT)
        yield from self._open(message)
        item = self._items.pop(message.pk)
        notice["id"] = item.id
        yield self._delta(item, notice["content"][0]["text"])
        yield from self._close(item, COMPLETED)

    def _item_event(self, state: str, item: _Item, shown: Json) -> Json:
        return self._event(f"response.output_item.{state}", output_index=item.index, item=shown)

    def _at(self, item: _Item, kind: str, **fields: Any) -> Json:
        return self._event(kind, item_id=item.id, output_index=item.index, **fields)

    def _event(self, kind: str, **fields: Any) -> Json:
        self._sequence += 1
        return {"type": kind, "sequence_number": self._sequence - 1, **fields}
