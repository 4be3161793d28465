"""How often the activities that ask an MCP server are tried, if their author has set no retry policy.

Temporal's own default is for ever. But a call of a tool may have had its effect before it failed, so only the
author knows whether it may run twice. Listings are safe to repeat, and end so that the turn does.
"""

from datetime import timedelta

from temporalio.common import RetryPolicy

CALL = RetryPolicy(maximum_attempts=1)
LIST = RetryPolicy(initial_interval=timedelta(seconds=0.5), maximum_attempts=4)
"""The pauses take 3.5 s together."""
_NEW = "temporalio.mcp."
_OLD = ("-stateless-", "-stateful-")


def server_of(activity: str) -> str:
    """The name of the MCP server that an activity asks; empty for other activities."""
    if activity.startswith(_NEW):
        return activity.removeprefix(_NEW).rpartition(".")[0]
    old = next((each for each in _OLD if each in activity), "")
    return activity.rpartition(old)[0] if old else ""


def policy_of(activity: str) -> RetryPolicy | None:
    """The retry policy for an activity of temporalio 1.35's MCP servers; None for other activities.

    Their names are like ``temporalio.mcp.files.call-tool``, or ``files-stateless-call-tool-v2`` for those of
    the deprecated providers.
    """
    name, is_ours = activity.rpartition(".")[2], activity.startswith(_NEW)
    old = next((each for each in _OLD if each in activity), "")
    if old:
        name = activity.rpartition(old)[2]
    if not (is_ours or old) or name == "server-session":
        return None
    return CALL if name.startswith("call-tool") else LIST
