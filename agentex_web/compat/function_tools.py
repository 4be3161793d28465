"""Function tools in workflows, which the SDK's run loop would call there.

openai-agents 0.22 offers no place between its run loop and a tool: tools are copied, and carry timeouts and
the handling of failures in private parts. So the function that calls them is replaced, and reached into in
three places: to call a tool as the SDK does, to let a failure through that another attempt follows, and to
keep its word on whether it wrote an output itself. temporalio-openai-agents runs them in the workflow too; no
upstream issue is known.
"""

import copy
from typing import Any

from agents.run_internal import tool_execution
from agents.tool import (
    _DEFAULT_FAILURE_HANDLED_ATTR,
    _FunctionToolInvocationResult,
    _invoke_function_tool_with_metadata,
    default_tool_error_function,
    set_function_tool_failure_error_function,
)
from agents.tool_context import ToolContext
from temporalio import workflow

from agentex_web.turns import scope
from agentex_web.turns.function_tools import call_tool
from agentex_web.turns.tool_values import unpacked
from agents import FunctionTool

_sdks_own = _invoke_function_tool_with_metadata


def install() -> None:
    """Repeating it changes nothing."""
    tool_execution._invoke_function_tool_with_metadata = _invoke  # type: ignore[attr-defined]


async def invoke(tool: FunctionTool, context: ToolContext[Any], arguments: str) -> tuple[Any, bool]:
    """Calls a tool as the SDK does, with its timeout and its handling of failures.

    Returns:
        its output, and whether the SDK wrote that because the tool failed.
    """
    result = await _sdks_own(function_tool=tool, context=context, arguments=arguments)
    return result.output, result.is_sdk_generated_error


def with_readable_errors(tool: FunctionTool) -> FunctionTool:
    """A copy whose failures the SDK explains in words, also those of task groups and those without a text."""
    if not tool._use_default_failure_error_function or tool.output_json_schema is not None:
        return tool

    def explained(context: Any, error: Exception) -> str:
        setattr(context, _DEFAULT_FAILURE_HANDLED_ATTR, True)
        return default_tool_error_function(context, readable(error))

    return set_function_tool_failure_error_function(copy.copy(tool), explained)


def readable(error: Exception) -> Exception:
    """The error, or one with words in its place: the first of a group, the name of one without a text."""
    first: BaseException = error
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    if first is error and str(error):
        return error
    return RuntimeError(f"{type(first).__name__}: {first}" if str(first) else type(first).__name__)


def without_explanations(tool: FunctionTool) -> FunctionTool:
    """A copy whose failures are raised, and not explained to the model."""
    return set_function_tool_failure_error_function(copy.copy(tool), None)


async def _invoke(
    *, function_tool: FunctionTool, context: ToolContext[Any], arguments: str
) -> _FunctionToolInvocationResult:
    if workflow.in_workflow():
        result = await call_tool(function_tool, context, arguments)
        if result is not None:
            return _FunctionToolInvocationResult(unpacked(result.output), result.explained)
    here = scope.current()
    if here is None:
        return await _sdks_own(function_tool=function_tool, context=context, arguments=arguments)
    with scope.entered(scope.replace(here, function_tool_call_id=context.tool_call_id)):
        result_here = await _sdks_own(function_tool=function_tool, context=context, arguments=arguments)
    if here.part.violation is not None:
        raise here.part.violation
    return result_here
