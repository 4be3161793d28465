"""A streamed run of an agent that goes on after an approval, as one result.

``RunResultStreaming`` of openai-agents 0.22 ends at tool calls that need an approval, and the run goes on as
another object, which the author of the first one does not have. So the first one takes over its fields. No
upstream issue is known.
"""

from agents import RunResultStreaming


def go_on_as(result: RunResultStreaming, following: RunResultStreaming) -> None:
    """``result`` becomes what the run has come to by now.

    Args:
        following: the same run, later.
    """
    vars(result).update({name: value for name, value in vars(following).items() if name != "stream_events"})
