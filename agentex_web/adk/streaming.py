"""A message of an author's own that appears piece by piece.

async with adk.streaming.message(task_id=task_id) as message:
    await message.write("Reading page 1 …")
"""

from contextlib import AbstractAsyncContextManager

from agentex_web.turns.payloads import AgentAuthor
from agentex_web.turns.streamed import StreamedMessage, streamed_message

__all__ = ["StreamedMessage", "message"]


def message(*, task_id: str, author: AgentAuthor = "agent") -> AbstractAsyncContextManager[StreamedMessage]:
    """A message to write to. It is kept when the block ends; after a Stop or an error, what was written.

    Args:
        task_id: the task; of the running workflow or activity.
        author: who says it.
    """
    return streamed_message(task_id, author)
