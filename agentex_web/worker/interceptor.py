"""The interceptor of AgentexWorker: passes headers between workflows and activities, and wraps each activity.

An author's activity takes no argument from this project, so the interceptor sets its context, sends its
heartbeats and records its attempts. Model calls report their own attempts (worker/model/streaming_model.py).
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from redis.exceptions import RedisError
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ActivityOutboundInterceptor,
    ExecuteActivityInput,
)

from agentex_web.failure_types import ACTIVITY_HUNG
from agentex_web.positions import is_first
from agentex_web.services import ServiceMissing
from agentex_web.streams import hung_activities
from agentex_web.streams.stops import end_calls_of, stoppable
from agentex_web.turns.activity_context import ActivityContext, context_of
from agentex_web.turns.authors_activities import FromAnyLoop, is_authors, on_own_loop
from agentex_web.turns.context_interceptor import ContextInterceptor
from agentex_web.turns.function_tools import TOOL_ACTIVITY
from agentex_web.turns.options import MODEL_ACTIVITY
from agentex_web.turns.record_payloads import TurnRef
from agentex_web.turns.running_activity import entered
from agentex_web.worker.activities.turns import begin
from agentex_web.worker.activity_attempts import observed
from agentex_web.worker.heartbeats import HeartbeatThread

logger = logging.getLogger(__name__)

FIRST_REFUSED = 3
"""An activity that has hung two workers is refused, so earlier attempts need not ask."""


async def refuse_if_hung(function: Callable[..., Any]) -> None:
    """Checks that the running activity has not hung workers.

    Raises:
        ApplicationError: it has, so it must not run again.
    """
    info = activity.info()
    if info.attempt < FIRST_REFUSED or not (is_authors(function) or info.activity_type == TOOL_ACTIVITY):
        return
    try:
        reason = await hung_activities.refusal(info.workflow_id or "", info.activity_id, info.attempt)
    except (RedisError, ServiceMissing) as error:
        logger.warning("%s runs, although it may have hung workers: %s", info.activity_type, error)
        return
    if reason:
        raise ApplicationError(reason, type=ACTIVITY_HUNG, non_retryable=True)


class WorkerInterceptor(ContextInterceptor):
    """Gives each activity its context and heartbeats, and reports its attempts.

    Args:
        record_activities: the functions that turns/record.py calls in an activity, under their own names.
        heartbeats: for model calls, and for activities whose authors set no heartbeat timeout.
    """

    def __init__(self, record_activities: Sequence[Callable[..., Any]], heartbeats: HeartbeatThread) -> None:
        self._record = {each.__name__: each for each in record_activities}
        self._heartbeats = heartbeats

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _ActivityInbound(next, self._record, self._heartbeats)


class _ActivityInbound(ActivityInboundInterceptor):
    def __init__(
        self,
        next: ActivityInboundInterceptor,
        record: dict[str, Callable[..., Any]],
        heartbeats: HeartbeatThread,
    ) -> None:
        super().__init__(next)
        self._record = record
        self._heartbeats = heartbeats

    def init(self, outbound: ActivityOutboundInterceptor) -> None:
        super().init(FromAnyLoop(outbound))

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        await refuse_if_hung(input.fn)
        input.fn = on_own_loop(input.fn)
        context = context_of(input.headers)
        if context is None:
            return await super().execute_activity(input)
        info = activity.info()
        with entered(context, self._record):
            running = self._reported(context, input)
            if context.turn_id and is_first(context.path):
                running = _marking_running(context, running, waits=info.is_local)
            if not (context.beats or info.activity_type == MODEL_ACTIVITY) or info.is_local:
                return await running
            age = time.time() - info.started_time.timestamp()
            with self._heartbeats.sending(info.task_token, age):
                return await running

    def _reported(self, context: ActivityContext, input: ExecuteActivityInput) -> Awaitable[Any]:
        """Wraps the activity so that its attempts are recorded; writes of the record are not wrapped."""
        info = activity.info()
        if info.activity_type == TOOL_ACTIVITY and context.turn_id:
            return observed(context, lambda: _stoppable(context, self.next.execute_activity(input)))
        if not context.turn_id or info.is_local or info.activity_type == MODEL_ACTIVITY:
            return self.next.execute_activity(input)
        return observed(context, lambda: self.next.execute_activity(input))


async def _stoppable(context: ActivityContext, running: Awaitable[Any]) -> Any:
    """Lets Stop end a tool at once. Through Temporal alone, it would take until the next heartbeat."""
    with stoppable(context.turn_id, context.path, context.continued, undoes=context.undoes) as call:
        try:
            return await running
        except asyncio.CancelledError:
            if not call.stopped:
                raise
            raise ApplicationError("The turn was stopped.", type=call.reason, non_retryable=True) from None


async def _marking_running(context: ActivityContext, running: Awaitable[Any], *, waits: bool = False) -> Any:
    """Marks the turn running while its first activity runs.

    This is done alongside the activity and not before it, so that the person does not wait for a row to be
    written before the model is called. It is not delayed either: a Stop ends a turn not yet marked running
    as one that the agent has not seen, and nothing that it said is kept.

    If the turn has ended, because it was stopped or withdrawn while it waited and Temporal was not told, its
    call of a model or a tool ends at once.

    Args:
        waits: the activity waits for it. A local one may show words that a Stop finds within milliseconds.
    """
    beginning = asyncio.ensure_future(_begin(context))
    try:
        if waits:
            await asyncio.wait([beginning])
        return await running
    finally:
        try:
            await beginning
        except Exception:
            # Raising here would make Temporal retry the activity and pay for the model's answer again.
            logger.exception("Task %s: turn %s could not be marked running", context.task_id, context.turn_id)


async def _begin(context: ActivityContext) -> None:
    if not await begin(TurnRef(context.task_id, context.turn_id)):
        end_calls_of(context.turn_id)
