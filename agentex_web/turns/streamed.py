"""Messages that an agent's own code writes piece by piece."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity, workflow
from temporalio.exceptions import is_cancelled_exception

from agentex_web.turns import record, scope
from agentex_web.turns.contents import Author, MessageStatus, TextContent
from agentex_web.turns.reasons import reason_of, was_stopped
from agentex_web.turns.record_payloads import CreateMessage, StreamDelta
from agentex_web.turns.running_activity import new_message
from agentex_web.utf16 import utf16_length


class StreamedMessage:
    """A message that is being written.

    Attributes:
        id: the message's id, in the record and on the page.
        text: the text so far, as Markdown.
    """

    def __init__(self, task_id: str, author: Author, message_id: str) -> None:
        self.task_id = task_id
        self.author = author
        self.id = message_id
        self.text = ""

    async def write(self, text: str) -> None:
        """Shows more text. In a workflow, each call is a local activity: write lines, not characters."""
        if text:
            delta = StreamDelta(self.task_id, self.id, utf16_length(self.text), text, self.author)
            # Before the call, so that text shown while a Stop arrives is stored, too.
            self.text += text
            await record.stream_delta(delta)


@asynccontextmanager
async def streamed_message(task_id: str, author: Author) -> AsyncIterator[StreamedMessage]:
    """Yields a message to write to. It is stored when the block ends. After a Stop or an error, the text so
    far is stored.
    """
    message = StreamedMessage(task_id, author, _new_id())
    try:
        yield message
    except (Exception, asyncio.CancelledError) as error:
        if message.text and not _attempt_was_given_up():
            stopped = is_cancelled_exception(error) or was_stopped(error)
            ending = (
                _store(message, "interrupted") if stopped else _store(message, "failed", reason_of(error))
            )
            await asyncio.shield(ending)
        raise
    await _store(message, "done")


async def _store(message: StreamedMessage, status: MessageStatus, error: str = "") -> None:
    content = TextContent(message.author, message.text)
    await record.create_message(
        CreateMessage(message.task_id, content, message_id=message.id, status=status, error=error)
    )


def _attempt_was_given_up() -> bool:
    """True if Temporal has given up this attempt of the activity: a later attempt may have written the
    message already.
    """
    details = None if workflow.in_workflow() else activity.cancellation_details()
    return details is not None and (details.not_found or details.timed_out)


def _new_id() -> str:
    # In an activity, the id comes from the activity, so that its next attempt writes the same message.
    if not workflow.in_workflow():
        return str(new_message().id_of("streamed"))
    if (here := scope.current()) is None:
        return str(workflow.uuid4())
    # Derived from the turn, so that it is the same if another run of the workflow continues the turn.
    here.progress.streams += 1
    name = f"streamed/{here.progress.path}/{here.progress.streams}"
    return str(uuid.uuid5(uuid.UUID(here.progress.turn_id), name))
