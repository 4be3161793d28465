"""Retry policies of the activities that call MCP servers, if their author has set none.

Temporal's own default retries for ever. A tool call may have had its effect before it failed, and only the
author knows whether it may run twice, so it is tried once. Listing the tools is safe to repeat, but must fail
at some point, so that the turn ends.
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
    return _server_and_call(activity)[0]


def policy_of(activity: str) -> RetryPolicy | None:
    """The retry policy for an activity of temporalio 1.35's MCP servers; None for other activities."""
    _, call = _server_and_call(activity)
    if call in ("", "server-session"):
        return None
    return CALL if call.startswith("call-tool") else LIST


def _server_and_call(activity: str) -> tuple[str, str]:
    """Splits an activity's name: ``temporalio.mcp.files.call-tool``, or, for the deprecated providers,
    ``files-stateless-call-tool-v2``. Both parts are empty for other activities.
    """
    if activity.startswith(_NEW):
        server, _, call = activity.removeprefix(_NEW).rpartition(".")
        return server, call
    between = next((each for each in _OLD if each in activity), None)
    if between is None:
        return "", ""
    server, _, call = activity.rpartition(between)
    return server, call
