"""The SDK's model, streaming: whatever a wrapped model says goes to the task's stream as it comes.

The standard ``OpenAIAgentsPlugin`` calls ``get_response`` in ``invoke_model_activity`` and knows
nothing of this; the task comes with the activity's headers (agentex_web/temporal/context.py).
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from agents.items import TResponseInputItem, TResponseStreamEvent
from agents.usage import Usage
from openai.types.responses import Response
from openai.types.responses.response_prompt_param import ResponsePromptParam
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from agentex_web.streams.events import TurnChanged
from agentex_web.streams.publisher import DeltaBatcher
from agentex_web.tasks import progress
from agentex_web.tasks.models import Message
from agentex_web.tasks.threads import in_database
from agentex_web.temporal.context import RunContext, run_context
from agentex_web.temporal.model.answer import Answer, Call
from agentex_web.temporal.model.failures import ended_early, failure_of, terminal_failure
from agentex_web.temporal.model.stops import stoppable
from agentex_web.temporal.reasons import TURN_STOPPED
from agents import AgentOutputSchemaBase, Handoff, Model, ModelResponse, ModelSettings, ModelTracing, Tool

logger = logging.getLogger(__name__)


class TemporalStreamingModel(Model):
    """Wraps any SDK model; see the module. Outside a turn it answers without streaming."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        *,
        previous_response_id: str | None,
        conversation_id: str | None,
        prompt: ResponsePromptParam | None,
    ) -> ModelResponse:
        """The whole answer, after all of it was streamed and kept.

        Raises:
            ApplicationError: of type ``ModelFailure``, with a sentence that a person understands.
        """
        events = self._model.stream_response(
            system_instructions,
            input,
            model_settings,
            tools,
            output_schema,
            handoffs,
            tracing,
            previous_response_id=previous_response_id,
            conversation_id=conversation_id,
            prompt=prompt,
        )
        context = run_context.get()
        if context is None or not (context.task_id and context.turn_id):
            return _model_response(await _last_response(events, None))
        hidden = frozenset(handoff.tool_name for handoff in handoffs)
        return await _streamed(events, context, hidden)

    def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[TResponseStreamEvent]:
        """The wrapped model's own stream, for callers outside Temporal."""
        return self._model.stream_response(*args, **kwargs)


async def _streamed(
    events: AsyncIterator[TResponseStreamEvent], context: RunContext, hidden: frozenset[str]
) -> ModelResponse:
    info = activity.info()
    call = Call(info.workflow_run_id or "", info.activity_id, info.attempt)
    with stoppable(context.turn_id) as stop:
        async with DeltaBatcher(context.task_id) as batcher:
            answer = Answer(context, call, batcher, hidden)
            try:
                if info.attempt > 1:
                    await answer.forget()
                    await _attempt_began(context, info.attempt, batcher)
                response = await _last_response(events, answer)
                usage = _model_usage(response)
                await answer.keep(Message.Status.DONE, usage=_tokens(usage))
                return _model_response(response)
            except asyncio.CancelledError:
                if not (stop.stopped or _cancel_requested()):
                    raise  # The worker goes; another one takes the call over.
                await answer.keep(Message.Status.INTERRUPTED)
                if (task := asyncio.current_task()) is not None and stop.stopped:
                    task.uncancel()
                    raise ApplicationError(
                        "Stopped.",
                        type=TURN_STOPPED,
                        non_retryable=True,
                        category=ApplicationErrorCategory.BENIGN,
                    ) from None
                raise
            except Exception as error:  # noqa: BLE001  (whatever a model's client raises)
                told = failure_of(error)
                logger.warning(
                    "Task %s: model call failed, attempt %s: %s", context.task_id, info.attempt, told.message
                )
                if told.non_retryable or _is_last_attempt(info):
                    await answer.keep(Message.Status.FAILED, told.message)
                else:
                    await answer.forget()
                    await _attempt_failed(context, info, told, batcher)
                raise told from (None if told is error else error)


async def _last_response(events: AsyncIterator[TResponseStreamEvent], answer: Answer | None) -> Response:
    async for event in events:
        if answer is not None:
            answer.feed(event)
        if event.type == "response.completed":
            return event.response
        if (failed := terminal_failure(event)) is not None:
            raise failed
    raise ended_early()


async def _attempt_began(context: RunContext, attempt: int, batcher: DeltaBatcher) -> None:
    await in_database(progress.attempt_began, context.turn_id, attempt)
    batcher.add(TurnChanged(context.turn_id, "running", attempt))


async def _attempt_failed(
    context: RunContext, info: activity.Info, told: ApplicationError, batcher: DeltaBatcher
) -> None:
    retry_at = datetime.now(UTC) + (told.next_retry_delay or _backoff(info))
    await in_database(progress.attempt_failed, context.turn_id, info.attempt + 1, told.message, retry_at)
    batcher.add(TurnChanged(context.turn_id, "running", info.attempt + 1, told.message, retry_at.isoformat()))


def _backoff(info: activity.Info) -> timedelta:
    policy = info.retry_policy
    if policy is None:
        return timedelta(seconds=1)
    delay = policy.initial_interval * policy.backoff_coefficient ** (info.attempt - 1)
    return min(delay, policy.maximum_interval or delay)


def _is_last_attempt(info: activity.Info) -> bool:
    return info.retry_policy is not None and 0 < info.retry_policy.maximum_attempts <= info.attempt


def _cancel_requested() -> bool:
    details = activity.cancellation_details()
    return details is not None and details.cancel_requested


def _model_usage(response: Response) -> Usage:
    usage = response.usage
    if usage is None:
        return Usage(requests=1)
    return Usage(
        requests=1,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        total_tokens=usage.total_tokens,
        input_tokens_details=usage.input_tokens_details,
        output_tokens_details=usage.output_tokens_details,
    )


def _tokens(usage: Usage) -> dict[str, int]:
    return {
        "input": usage.input_tokens,
        "cached": usage.input_tokens_details.cached_tokens,
        "output": usage.output_tokens,
        "reasoning": usage.output_tokens_details.reasoning_tokens,
    }


def _model_response(response: Response) -> ModelResponse:
    return ModelResponse(
        output=response.output,
        usage=_model_usage(response),
        response_id=response.id,
        request_id=getattr(response, "_request_id", None),
    )
