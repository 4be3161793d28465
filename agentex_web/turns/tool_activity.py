"""The activity that runs a tool on a worker; the workflow side is function_tools.py and operations.py."""

from contextlib import AbstractContextManager
from typing import Any

from agents.tool_context import ToolContext
from openai.types.responses import ResponseFunctionToolCall
from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web.compat.function_tools import invoke, with_readable_errors, without_explanations
from agentex_web.failure_types import TOOL_UNUSABLE
from agentex_web.turns.authors_activities import as_noted
from agentex_web.turns.function_tools import TOOL_ACTIVITY, ToolCallInput, ToolResult
from agentex_web.turns.operations import run_operation
from agentex_web.turns.running_activity import from_another_loop
from agentex_web.turns.tool_limits import bounded, unfinished
from agentex_web.turns.tool_lookup import Tool, ToolMissing, find
from agentex_web.turns.tool_loops import loop_of
from agentex_web.turns.tool_results import FAILED
from agentex_web.turns.tool_values import CannotBeSent, packed_context, packed_result, unpacked
from agents import FunctionTool


@activity.defn(name=TOOL_ACTIVITY)
async def run_tool(call: ToolCallInput) -> ToolResult:
    """Calls the author's function outside the worker's event loop.

    If the activity is cancelled, a coroutine is cancelled at once. A plain function cannot be cancelled: it
    runs on in its thread, and its result is ignored.

    Raises:
        ApplicationError: the tool no longer exists, or its author wants its failure to end the run.
    """
    try:
        tool = find(call.tool)
        given = unpacked(call.context) if call.context else None
    except (ToolMissing, LookupError, ValueError) as error:
        raise _unusable(f"The agent's code changed while it worked: {error}") from error
    if isinstance(tool, FunctionTool):
        tool = without_explanations(tool) if _has_another_attempt() else with_readable_errors(tool)
    # A plain function runs in a thread that the SDK takes for it.
    with as_noted(call.tool.module, call.tool.qualname, any_thread=True):
        return await loop_of(call.tool.module).run(_run(tool, call, given, from_another_loop()))


def _unusable(reason: str) -> ApplicationError:
    return ApplicationError(reason, type=TOOL_UNUSABLE, non_retryable=True)


def _has_another_attempt() -> bool:
    info = activity.info()
    return info.retry_policy is not None and info.attempt < info.retry_policy.maximum_attempts


async def _run(
    tool: Tool, call: ToolCallInput, given: Any, activity_context: AbstractContextManager[None]
) -> ToolResult:
    context: ToolContext[Any] = ToolContext(
        context=given,
        tool_name=tool.name,
        tool_call_id=call.tool_call_id,
        tool_arguments=call.arguments,
        tool_call=ResponseFunctionToolCall(
            type="function_call", call_id=call.tool_call_id, name=tool.name, arguments=call.arguments
        ),
    )
    with activity_context:
        if isinstance(tool, FunctionTool):
            output, explained = await invoke(tool, context, call.arguments)
        else:
            output, explained = await run_operation(tool, context, call.arguments), False
    if refused := unfinished(output):
        output, explained = f"{FAILED} {refused}", True
    output = bounded(output)
    try:
        context_after = packed_context(context.context) if call.context else None
    except CannotBeSent as error:
        raise _unusable(f"“{tool.name}” returned, but changed its run context: {error}") from error
    return ToolResult(packed_result(output), explained, context_after)
