"""Sending the events of an answer at its pace."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse
from starlette.types import Send

from .answers import Answer, Json
from .responses_api import ResponsesRendering

# An unpaced answer lets other streams have their turn after so many events.
_EVENTS_PER_WRITE = 64


class Dropped(Exception):
    """The answer's fault is `drop`, and it is due: the connection has to be closed."""


async def frames(rendering: ResponsesRendering, answer: Answer) -> AsyncIterator[bytes]:
    """The stream's bytes when they are due; events that are due together come together. Raises Dropped."""
    drop = answer.fault.after if answer.fault and answer.fault.kind == "drop" else None
    origin = time.monotonic() + (answer.first_token_after or 0.0)
    sent, buffer = 0, b""
    for number, step in enumerate(rendering.steps()):
        if drop is not None and (step.last or sent >= drop):
            yield buffer
            raise Dropped
        due = origin + (sent / answer.tokens_per_second if answer.tokens_per_second else 0)
        wait = step.pause or (due - time.monotonic() if step.tokens else 0)
        origin += step.pause
        if wait > 0 or number % _EVENTS_PER_WRITE == _EVENTS_PER_WRITE - 1:
            yield buffer
            buffer = b""
            await asyncio.sleep(max(wait, 0))
        buffer += frame(step.event)
        sent += step.tokens
    yield buffer + rendering.closing


def frame(event: Json) -> bytes:
    """One server-sent event; the Responses API names them, chunks of a chat completion have no type."""
    name = f"event: {event['type']}\n" if "type" in event else ""
    return f"{name}data: {json.dumps(event, separators=(',', ':'))}\n\n".encode()


class EventStream(StreamingResponse):
    """A stream that may be dropped: uvicorn (0.54) closes a connection whose response is unfinished."""

    media_type = "text/event-stream"

    async def stream_response(self, send: Send) -> None:
        try:
            await super().stream_response(send)
        except Dropped:
            return
