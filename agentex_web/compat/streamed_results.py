"""Makes a streamed run that continues after an approval look like one result.

``RunResultStreaming`` of openai-agents 0.22 ends at tool calls that need an approval. The run continues with
another result object, which the author's code does not have. So the first object takes over the fields of the
second. No upstream issue is known.
"""

from agents import RunResultStreaming


def take_over(result: RunResultStreaming, following: RunResultStreaming) -> None:
    """Copies the fields of ``following`` into ``result``, except ``stream_events``.

    Args:
        following: the result object of the same run after the approval.
    """
    vars(result).update({name: value for name, value in vars(following).items() if name != "stream_events"})
