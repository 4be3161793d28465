"""What surrounds each activity on the worker: the record it may write, its heartbeats, its attempts."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from agentex_web.positions import is_first
from agentex_web.turns import record
from agentex_web.turns.context import RunContext, run_context
from agentex_web.turns.context_interceptor import MODEL_ACTIVITY
from agentex_web.turns.payloads import TurnRef
from agentex_web.worker.activities.turns import begin_turn
from agentex_web.worker.activity_attempts import observed
from agentex_web.worker.heartbeats import beating


class ActivityInterceptor(Interceptor):
    """Comes after ContextInterceptor, which says what task and turn the activity works for.

    Args:
        record_activities: what agentex_web/turns/record.py calls in an activity, each named as there.
    """

    def __init__(self, record_activities: Sequence[Callable[..., Any]]) -> None:
        self._record = {each.__name__: each for each in record_activities}

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Inbound(next, self._record)


class _Inbound(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, implementations: record.Implementations) -> None:
        super().__init__(next)
        self._record = implementations

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        context = run_context.get()
        if context is None:
            return await super().execute_activity(input)
        with record.bound(self._record):
            if not context.beats:
                return await self._in_turn(context, input)
            async with beating(is_async=asyncio.iscoroutinefunction(input.fn)):
                return await self._in_turn(context, input)

    async def _in_turn(self, context: RunContext, input: ExecuteActivityInput) -> Any:
        if not context.turn_id:
            return await super().execute_activity(input)
        # A model call reports its own attempts; a write of the record has nowhere to report them.
        info = activity.info()
        if not info.is_local and info.activity_type != MODEL_ACTIVITY:
            running = observed(context, lambda: self.next.execute_activity(input))
        else:
            running = self.next.execute_activity(input)
        if not is_first(context.path):
            return await running
        # The turn's first activity marks it running. That is written while the activity works and not
        # before it: the person waits for the model and not for a row.
        beginning = asyncio.ensure_future(begin_turn(TurnRef(context.task_id, context.turn_id)))
        try:
            return await running
        finally:
            await beginning
