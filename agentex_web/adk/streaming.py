"""Streams a message that the author's code writes piece by piece.

async with adk.streaming.message(task_id=task_id) as message:
    await message.write("Reading page 1 …")
"""

from contextlib import AbstractAsyncContextManager

from agentex_web.turns.contents import AgentAuthor
from agentex_web.turns.streamed import StreamedMessage, streamed_message

__all__ = ["StreamedMessage", "message"]


def message(*, task_id: str, author: AgentAuthor = "agent") -> AbstractAsyncContextManager[StreamedMessage]:
    """Opens a message to write to. It is stored when the block ends, even after a Stop or an error.

    Args:
        task_id: the task of the running workflow or activity.
        author: the message's author.
    """
    return streamed_message(task_id, author)
