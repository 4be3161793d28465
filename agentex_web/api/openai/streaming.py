"""Server-sent events, and what happens when a client goes away."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Protocol

from django.http import StreamingHttpResponse

from agentex_web.api.openai.answering import Answer
from agentex_web.api.openai.errors import ApiError, Json
from agentex_web.api.openai.following import Following
from agentex_web.api.openai.steps import Step

logger = logging.getLogger(__name__)

SILENCE = b": the agent is working\n\n"
"""A comment, which clients skip."""


class Rendering(Protocol):
    """Makes the events of a stream."""

    def of(self, step: Step) -> list[Json]: ...

    def failed(self, error: ApiError) -> Json: ...


def frame(event: Json) -> bytes:
    """A server-sent event. Those of the Responses API are named; chunks are not."""
    name = f"event: {event['type']}\n" if "type" in event else ""
    return f"{name}data: {json.dumps(event, separators=(',', ':'))}\n\n".encode()


def event_stream(
    answer: Answer, following: Following, rendering: Rendering, opening: list[Json], closing: bytes = b""
) -> StreamingHttpResponse:
    """
    Args:
        opening: the first events.
        closing: what is sent after the last event.
    """
    frames = _frames(answer, following, rendering, opening, closing)
    # "no": nginx would collect the events.
    return StreamingHttpResponse(
        frames, content_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


async def _frames(
    answer: Answer, following: Following, rendering: Rendering, opening: list[Json], closing: bytes
) -> AsyncIterator[bytes]:
    is_over = False
    try:
        yield b"".join(map(frame, opening))
        try:
            with answer.counted(following):
                async with aclosing(following.steps()) as batches:
                    async for steps in batches:
                        events = [event for step in steps for event in rendering.of(step)]
                        if events or not steps:
                            yield b"".join(map(frame, events)) or SILENCE
        except ApiError as error:
            yield frame(rendering.failed(error))
        except Exception:
            logger.exception("A stream of /v1/ failed")
            yield frame(rendering.failed(ApiError("The server failed to answer.", 500)))
        yield closing
        is_over = True
    finally:
        if not is_over:
            answer.left()
