"""A message of an agent's own, delta by delta.

async with adk.streaming.message(task_id=task_id) as message:
    await message.write("Reading page 1 …")
"""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity, workflow

from agentex_web.adk.calls import call
from agentex_web.streams.events import utf16_length
from agentex_web.temporal.activities.adk import stream_delta
from agentex_web.temporal.activities.messages import create_message
from agentex_web.temporal.context import run_context
from agentex_web.temporal.payloads import CreateMessage, StreamDelta, TextContent


class StreamedMessage:
    """A message that is being written.

    Attributes:
        id: of the message, in the record and on the page.
        text: what was written so far.
    """

    def __init__(self, task_id: str, author: str, message_id: str) -> None:
        self.task_id = task_id
        self.author = author
        self.id = message_id
        self.text = ""

    async def write(self, text: str) -> None:
        """Shows more of it. In a workflow each call is a local activity: write lines there, not letters."""
        if text:
            offset = utf16_length(self.text)
            await call(stream_delta, StreamDelta(self.task_id, self.id, offset, text, self.author))
            self.text += text


@asynccontextmanager
async def message(*, task_id: str, author: str = "agent") -> AsyncIterator[StreamedMessage]:
    """A message to write to; it is kept when the block ends well."""
    streamed = StreamedMessage(task_id, author, _new_id())
    yield streamed
    content = TextContent(author, streamed.text)
    await call(create_message, CreateMessage(task_id, content, message_id=streamed.id))


def _new_id() -> str:
    if workflow.in_workflow():
        return str(workflow.uuid4())
    # From what the activity is, so that its next attempt writes the same message.
    info, context = activity.info(), run_context.get()
    number = context.sequence if context else 0
    return str(uuid.uuid5(uuid.UUID(info.workflow_run_id or ""), f"streamed/{info.activity_id}/{number}"))
