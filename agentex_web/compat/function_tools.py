"""Runs the function tools of workflows in activities; the SDK's run loop would call them in the workflow.

openai-agents 0.22 has no extension point between its run loop and a tool: tools are copied, and their
timeouts and failure handling are private. So this module replaces the function that calls them. It uses
private parts of the SDK for three purposes: to call a tool as the SDK does, to raise a failure that is to be
retried, and to know whether the SDK wrote the output because the tool failed. temporalio-openai-agents runs
the tools in the workflow too; no upstream issue is known.
"""

import copy
from dataclasses import replace
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
from pydantic import ValidationError
from temporalio import workflow

from agentex_web.exception_groups import words_of
from agentex_web.turns import scope
from agentex_web.turns.function_tools import call_tool
from agentex_web.turns.tool_limits import bounded, too_long, unfinished
from agentex_web.turns.tool_results import FAILED
from agentex_web.turns.tool_values import unpacked
from agents import FunctionTool

PATCH_WRONG_ARGUMENTS = "the model is told that its arguments are wrong"
"""Temporal patch id. Before the patch, arguments that do not fit an activity's types failed the turn."""
NO_INPUT = (
    "The tool calls input(), but nobody can answer it there. Its author can ask the person with "
    "needs_approval=True on the tool, or with adk.ask()."
)
_sdks_own = _invoke_function_tool_with_metadata


def install() -> None:
    """Replaces the SDK's function. Calling it again has no effect."""
    tool_execution._invoke_function_tool_with_metadata = _invoke  # type: ignore[attr-defined]


async def invoke(tool: FunctionTool, context: ToolContext[Any], arguments: str) -> tuple[Any, bool]:
    """Calls a tool as the SDK does, with its timeout and its failure handling.

    Returns:
        the output, and whether the SDK wrote it because the tool failed.
    """
    result = await _sdks_own(function_tool=tool, context=context, arguments=arguments)
    return result.output, result.is_sdk_generated_error


def with_readable_errors(tool: FunctionTool) -> FunctionTool:
    """Returns a copy whose failures the SDK explains in words, also exception groups and empty errors."""
    if not tool._use_default_failure_error_function or tool.output_json_schema is not None:
        return tool

    def explained(context: Any, error: Exception) -> str:
        setattr(context, _DEFAULT_FAILURE_HANDLED_ATTR, True)
        return default_tool_error_function(context, readable(error))

    return set_function_tool_failure_error_function(copy.copy(tool), explained)


def readable(error: Exception) -> Exception:
    """Returns the error, or a readable one: the first cause of a group; the type's name if it has no text;
    a remedy for ``input()``.
    """
    if isinstance(error, EOFError) and str(error) == "EOF when reading a line":
        return RuntimeError(NO_INPUT)
    if not isinstance(error, BaseExceptionGroup) and str(error):
        return error
    return RuntimeError(words_of(error))


def without_explanations(tool: FunctionTool) -> FunctionTool:
    """Returns a copy whose failures are raised instead of being explained to the model."""
    return set_function_tool_failure_error_function(copy.copy(tool), None)


async def _invoke(
    *, function_tool: FunctionTool, context: ToolContext[Any], arguments: str
) -> _FunctionToolInvocationResult:
    if refused := too_long(arguments):
        return _FunctionToolInvocationResult(f"{FAILED} {refused}", True)
    if workflow.in_workflow():
        result = await call_tool(function_tool, context, arguments)
        if result is not None:
            return _FunctionToolInvocationResult(unpacked(result.output), result.explained)
    here = scope.current()
    function_tool = with_readable_errors(function_tool)
    if here is None:
        return await _sdks_own(function_tool=function_tool, context=context, arguments=arguments)
    with scope.entered(replace(here, function_tool_call_id=context.tool_call_id)):
        try:
            result_here = await _sdks_own(function_tool=function_tool, context=context, arguments=arguments)
        except ValidationError as error:
            # `activity_as_tool` explains no failure to the model (temporalio-openai-agents 1.1).
            if error.title != f"{function_tool.name}_args" or not workflow.patched(PATCH_WRONG_ARGUMENTS):
                raise
            return _FunctionToolInvocationResult(default_tool_error_function(context, error), True)
    if here.progress.violation is not None:
        raise here.progress.violation
    if refused := unfinished(result_here.output):
        return _FunctionToolInvocationResult(f"{FAILED} {refused}", True)
    return _FunctionToolInvocationResult(bounded(result_here.output), result_here.is_sdk_generated_error)
