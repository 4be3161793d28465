"""A message of an agent's own, delta by delta.

async with adk.streaming.message(task_id=task_id) as message:
    await message.write("Reading page 1 …")
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity, workflow
from temporalio.exceptions import is_cancelled_exception

from agentex_web.turns import record
from agentex_web.turns.context import new_message
from agentex_web.turns.payloads import CreateMessage, StreamDelta, TextContent
from agentex_web.turns.reasons import reason_of, was_stopped
from agentex_web.utf16 import utf16_length


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
            delta = StreamDelta(self.task_id, self.id, utf16_length(self.text), text, self.author)
            # First: what is shown while a Stop comes is kept, too.
            self.text += text
            await record.stream_delta(delta)


@asynccontextmanager
async def message(*, task_id: str, author: str = "agent") -> AsyncIterator[StreamedMessage]:
    """A message to write to. It is kept when the block ends: after a Stop or an error, as far as it came."""
    streamed = StreamedMessage(task_id, author, _new_id())
    try:
        yield streamed
    except (Exception, asyncio.CancelledError) as error:
        if streamed.text and not _given_away():
            stopped = is_cancelled_exception(error) or was_stopped(error)
            ending = (
                _keep(streamed, "interrupted") if stopped else _keep(streamed, "failed", reason_of(error))
            )
            await asyncio.shield(ending)
        raise
    await _keep(streamed, "done")


async def _keep(streamed: StreamedMessage, status: str, error: str = "") -> None:
    content = TextContent(streamed.author, streamed.text)
    create = CreateMessage(streamed.task_id, content, message_id=streamed.id, status=status, error=error)
    await record.create_message(create)


def _given_away() -> bool:
    """Whether the activity runs on for nobody: a later attempt may have written the message already."""
    details = None if workflow.in_workflow() else activity.cancellation_details()
    return details is not None and (details.not_found or details.timed_out)


def _new_id() -> str:
    # Of an activity's own, so that its next attempt writes the same message.
    return str(workflow.uuid4() if workflow.in_workflow() else new_message().id_of("streamed"))
