"""The only place where function tools are called.

The SDK's run loop calls ``call_tool`` through compat/function_tools.py. If the tool runs in an activity, the
workflow sends the tool's address (turns/tool_lookup.py) and the run context (turns/tool_values.py), and
turns/tool_activity.py calls the author's function on the worker. So its side effects happen once, even if
the workflow is replayed.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from agents.tool import resolve_function_tool_failure_error_function
from agents.tool_context import ToolContext
from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    TimeoutError,
    TimeoutType,
    is_cancelled_exception,
)
from temporalio.workflow import ActivityCancellationType

from agentex_web.failure_types import TOOL_UNUSABLE
from agentex_web.turns import scope
from agentex_web.turns.choosing import SWITCHED_OFF
from agentex_web.turns.reasons import was_stopped
from agentex_web.turns.tool_lookup import Tool, ToolAddress, address_of
from agentex_web.turns.tool_place import belongs_in_workflow, options_of, takes_context
from agentex_web.turns.tool_results import FAILED
from agentex_web.turns.tool_values import CannotBeSent, PackedValue, merge, packed_context
from agents import FunctionTool

TOOL_ACTIVITY = "run_tool"
PATCH_TOOL_ACTIVITIES = "function tools are activities"
"""Temporal patch id. Version 0.1 ran function tools in the workflow, and its histories must still replay."""


@dataclass
class ToolCallInput:
    """The argument of the activity that runs a tool.

    Attributes:
        arguments: JSON as the model wrote it; for a custom tool, plain text.
        context: the run context; None if the tool takes none.
    """

    tool: ToolAddress
    tool_call_id: str
    arguments: str
    context: PackedValue | None = None


@dataclass
class ToolResult:
    """What the activity returns.

    Attributes:
        output: the output to give to the SDK.
        explained: True if the output is not the tool's result but tells the model why there is none.
        context: the run context after the call.
    """

    output: PackedValue = field(default_factory=PackedValue)
    explained: bool = False
    context: PackedValue | None = None


async def call_tool(tool: FunctionTool, context: ToolContext[Any], arguments: str) -> ToolResult | None:
    """Calls a tool in an activity, and merges the tool's changes of the run context into ``context``.

    Returns:
        the result; None if the tool must run in the workflow, where the SDK then calls it.

    Raises:
        ActivityError: the tool failed, and its author wants that to end the run.
        ApplicationError: of type ``ToolUnusable``; the run context cannot be sent.
        CancelledError: the turn was stopped.
    """
    here = scope.current()
    if here is not None and tool.name in here.progress.without:
        return ToolResult(PackedValue(SWITCHED_OFF), explained=True)
    if (
        belongs_in_workflow(tool)
        or (address := address_of(tool)) is None
        or not workflow.patched(PATCH_TOOL_ACTIVITIES)
    ):
        return None
    sent = _sent_context(tool, context)
    try:
        result = await run_outside(address, context.tool_call_id, arguments, sent, tool)
    except ActivityError as error:
        if resolve_function_tool_failure_error_function(tool, context) is None or _ends_the_turn(error):
            raise
        return ToolResult(PackedValue(f"{FAILED} {explanation(error)}"), explained=True)
    if sent is not None and result.context is not None:
        merge(context, sent, result.context)
    if not result.explained and (undo := options_of(tool).undo) is not None:
        _register(undo, tool.name, context.tool_call_id, arguments, result.output.value)
    return result


def _register(undo: FunctionTool, name: str, call_id: str, arguments: str, result: Any) -> None:
    """Registers the author's tool that undoes this call, for *Stop and undo*."""
    here, address = scope.current(), address_of(undo)
    if here is None or address is None:
        return
    given = json.loads(arguments or "{}")
    if "result" in undo.params_json_schema.get("properties", {}):
        given["result"] = result

    async def undone() -> object:
        found = await run_outside(address, f"undo-{call_id}", json.dumps(given), None, undo)
        return found.output.value

    here.progress.undoing.add(name, undone)


def run_outside(
    address: ToolAddress, tool_call_id: str, arguments: str, context: PackedValue | None, tool: Tool
) -> workflow.ActivityHandle[ToolResult]:
    """Starts the activity that runs a tool."""
    options = options_of(tool)
    return workflow.start_activity(
        TOOL_ACTIVITY,
        ToolCallInput(address, tool_call_id, arguments, context),
        result_type=ToolResult,
        summary=address.name,
        start_to_close_timeout=options.timeout,
        retry_policy=RetryPolicy(maximum_attempts=options.attempts),
        # With this type, a Stop does not wait for tool code that cannot be interrupted.
        cancellation_type=ActivityCancellationType.TRY_CANCEL,
    )


def _sent_context(tool: FunctionTool, context: ToolContext[Any]) -> PackedValue | None:
    if context.context is None or not takes_context(tool):
        return None
    try:
        return packed_context(context.context)
    except CannotBeSent as error:
        raise ApplicationError(f"“{tool.name}”: {error}", type=TOOL_UNUSABLE) from error


def _ends_the_turn(error: ActivityError) -> bool:
    return is_unusable(error) or was_stopped(error) or is_cancelled_exception(error)


def is_unusable(error: ActivityError) -> bool:
    """True if the tool cannot be called at all because of an error in the agent's code."""
    return isinstance(error.cause, ApplicationError) and error.cause.type == TOOL_UNUSABLE


def explanation(error: ActivityError) -> str:
    """The text that the model gets for a call that did not return."""
    cause = error.cause
    match cause:
        case TimeoutError(type=TimeoutType.START_TO_CLOSE):
            reason = "It took too long and was cancelled. Its result is unknown: it may have taken effect."
        case TimeoutError(type=TimeoutType.SCHEDULE_TO_START):
            reason = "It was not run: no worker was free."
        case TimeoutError():
            reason = "The worker stopped while it ran. Its result is unknown: it may have taken effect."
        case ApplicationError(type="ToolExit" | "ActivityHung"):
            reason = f"Error: {cause.message}"
        case ApplicationError():
            reason = f"Error: {cause.type or 'Error'}: {cause.message or 'no message'}"
        case _:
            reason = f"Error: {cause or error}"
    return reason
