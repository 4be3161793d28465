"""Intercepts each activity of a test: binds the in-memory record, replaces tools, records failed attempts."""

import json
from collections.abc import Mapping
from typing import Any

from temporalio import activity
from temporalio.worker import (
    ActivityInboundInterceptor,
    ActivityOutboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)

from agentex_web.adk.testing.attempts import is_last, note_failure, note_success
from agentex_web.adk.testing.record import Record
from agentex_web.adk.testing.record_activities import Implementation
from agentex_web.adk.testing.tools import Tools
from agentex_web.positions import is_first
from agentex_web.turns.authors_activities import FromAnyLoop, on_own_loop
from agentex_web.turns.function_tools import TOOL_ACTIVITY, ToolCallInput, ToolResult
from agentex_web.turns.record_payloads import TurnRef
from agentex_web.turns.running_activity import current_context, entered
from agentex_web.turns.tool_values import packed_result


class RecordInterceptor(Interceptor):
    """Replaces ``worker.interceptor.WorkerInterceptor``; must come after ContextInterceptor."""

    def __init__(self, record: Record, activities: Mapping[str, Implementation], tools: Tools) -> None:
        self._record = record
        self._activities = activities
        self._tools = tools

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Inbound(next, self._record, self._activities, self._tools)


class _Inbound(ActivityInboundInterceptor):
    def __init__(
        self,
        next: ActivityInboundInterceptor,
        record: Record,
        activities: Mapping[str, Implementation],
        tools: Tools,
    ) -> None:
        super().__init__(next)
        self._record = record
        self._activities = activities
        self._tools = tools

    def init(self, outbound: ActivityOutboundInterceptor) -> None:
        super().init(FromAnyLoop(outbound))

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        context = current_context()
        if context is None:
            return await self._execute(input)
        with entered(context, self._activities):
            if is_first(context.path):
                await self._activities["begin_turn"](TurnRef(context.task_id, context.turn_id))
            if activity.info().is_local or not context.turn_id:
                return await self._execute(input)
            try:
                result = await self._execute(input)
            except Exception as error:
                note_failure(self._record, context, error)
                raise
            note_success(self._record, context)
            return result

    async def _execute(self, input: ExecuteActivityInput) -> Any:
        name = activity.info().activity_type
        if name == TOOL_ACTIVITY and input.args[0].tool.name in self._tools:
            return await self._replaced(input.args[0])
        if name in self._tools:
            return await self._tools.run(name, input.args)
        input.fn = on_own_loop(input.fn)
        return await super().execute_activity(input)

    async def _replaced(self, call: ToolCallInput) -> ToolResult:
        """Calls the test's replacement of a function tool. A final error becomes the SDK's error text."""
        try:
            output = await self._tools.run(call.tool.name, _arguments(call.arguments))
        except Exception as error:
            if not is_last(error):
                raise
            said = f"An error occurred while running the tool. Please try again. Error: {error}"
            return ToolResult(packed_result(said), explained=True)
        return ToolResult(packed_result(output))


def _arguments(written: str) -> tuple[Any, ...]:
    """The values of a JSON object; the text of a custom tool unchanged."""
    try:
        values = json.loads(written or "{}")
    except ValueError:
        return (written,)
    return tuple(values.values()) if isinstance(values, dict) else (written,)
