"""Shell, apply-patch and custom tools. They are not function tools, but run in an activity like those.

The SDK's run loop calls ``outside`` through compat/operations.py. On the worker, turns/tool_activity.py calls
``run_operation``.
"""

import asyncio
import copy
import inspect
import json
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from agents.editor import ApplyPatchOperation
from agents.run_internal.tool_execution import coerce_shell_call
from agents.tool_context import ToolContext
from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from agentex_web.call_items import arguments_of
from agentex_web.turns import scope
from agentex_web.turns.function_tools import explanation, is_unusable, run_outside
from agentex_web.turns.reasons import was_stopped
from agentex_web.turns.tool_lookup import Tool, address_of
from agentex_web.turns.tool_place import belongs_in_workflow
from agentex_web.turns.tool_values import CannotBeSent, PackedValue, merge, packed_context, unpacked
from agents import (
    ApplyPatchTool,
    CustomTool,
    RunContextWrapper,
    ShellCommandRequest,
    ShellTool,
)

PATCH_OPERATION_ACTIVITIES = "operations are activities"
"""Temporal patch id. Before the patch, these tools ran in the workflow."""
T = TypeVar("T", ShellTool, ApplyPatchTool, CustomTool)
_CALL = "__agentex_call__"


class OperationFailed(Exception):
    """An operation did not return. The model gets the text."""


@dataclass
class OperationCall:
    """One call of such a tool, while it runs.

    Attributes:
        arguments: the arguments as the page shows them.
        failed: True if the call did not return.
    """

    kind: str
    call_id: str
    arguments: str
    failed: bool = False


def call_of(tool: object) -> OperationCall | None:
    """The call that a tool returned by ``outside`` is for; None for other tools. Hooks have no other way to
    get it.
    """
    found = getattr(tool, _CALL, None)
    return found if isinstance(found, OperationCall) else None


def outside(tool: T, item: Any) -> T:
    """Returns a copy of the tool for one call. Its code runs in an activity, unless it must run in the
    workflow.

    Args:
        item: the tool call from the model.
    """
    kind = item["type"] if isinstance(item, dict) else item.type
    call_id = item["call_id"] if isinstance(item, dict) else item.call_id
    call = OperationCall(str(kind), str(call_id), arguments_of(item))
    found = copy.copy(tool)
    setattr(found, _CALL, call)
    if (
        belongs_in_workflow(tool)
        or address_of(tool) is None
        or not workflow.patched(PATCH_OPERATION_ACTIVITIES)
    ):
        return found
    if isinstance(found, ShellTool):

        async def execute(request: ShellCommandRequest) -> Any:
            given = {"call_id": request.data.call_id, "action": asdict(request.data.action)}
            return await _run_in_activity(tool, call, json.dumps(given), request.ctx_wrapper)

        found.executor = execute
    elif isinstance(found, ApplyPatchTool):
        found.editor = _Editor(tool, call)
    else:

        async def invoke(context: ToolContext[Any], words: str) -> Any:
            return await _run_in_activity(tool, call, words, context)

        found.on_invoke_tool = invoke
    return found


class _Editor:
    def __init__(self, tool: Any, call: OperationCall) -> None:
        self._tool = tool
        self._call = call

    async def create_file(self, operation: ApplyPatchOperation) -> Any:
        return await self._do(operation)

    update_file = delete_file = create_file

    async def _do(self, operation: ApplyPatchOperation) -> Any:
        given = {"type": operation.type, "path": operation.path, "diff": operation.diff}
        if operation.move_to:
            given["move_to"] = operation.move_to
        return await _run_in_activity(self._tool, self._call, json.dumps(given), operation.ctx_wrapper)


async def _run_in_activity(
    tool: Tool, call: OperationCall, arguments: str, context: RunContextWrapper[Any] | None
) -> Any:
    address = address_of(tool)
    assert address is not None
    sent = _sent(context)
    try:
        result = await run_outside(address, call.call_id, arguments, sent, tool)
    except ActivityError as error:
        call.failed = True
        if was_stopped(error) or is_cancelled_exception(error):
            # The SDK would report any other exception to the model and continue the run.
            raise asyncio.CancelledError from error
        if is_unusable(error) and (here := scope.current()) is not None:
            here.progress.violation = error.cause if isinstance(error.cause, Exception) else error
        raise OperationFailed(explanation(error)) from error
    if context is not None and sent is not None and result.context is not None:
        merge(context, sent, result.context)
    return unpacked(result.output)


def _sent(context: RunContextWrapper[Any] | None) -> PackedValue | None:
    """The run context if it can be sent, else None: few of these tools need it."""
    if context is None or context.context is None:
        return None
    try:
        return packed_context(context.context)
    except CannotBeSent:
        return None


async def run_operation(tool: Tool, context: ToolContext[Any], arguments: str) -> Any:
    """Runs an operation on the worker, with the executor or editor from the agent's file."""
    match tool:
        case ShellTool(executor=executor) if executor is not None:
            data = coerce_shell_call(json.loads(arguments))
            return await _called(executor, ShellCommandRequest(ctx_wrapper=context, data=data))
        case ApplyPatchTool(editor=editor):
            operation = ApplyPatchOperation(**json.loads(arguments), ctx_wrapper=context)
            return await _called(getattr(editor, operation.type), operation)
        case CustomTool(on_invoke_tool=invoke):
            return await _called(invoke, context, arguments)
        case _:
            raise TypeError(f"{tool.name} is not a tool that can run here.")


async def _called(function: Any, *arguments: Any) -> Any:
    """Calls a function. Plain functions run in a thread, because they may block."""
    of_object = getattr(function, "__call__", None)  # noqa: B004  (asks whether it is a coroutine function)
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(of_object):
        return await function(*arguments)
    result = await asyncio.to_thread(function, *arguments)
    return await result if inspect.isawaitable(result) else result
