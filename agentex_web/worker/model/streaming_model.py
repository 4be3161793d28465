"""Wraps an SDK model so that its answer is streamed to the task's stream.

The standard ``OpenAIAgentsPlugin`` calls ``get_response`` in ``invoke_model_activity`` and does not know
about streams; the task's id arrives in the activity's headers (agentex_web/turns/activity_context.py).
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Any

from agents.items import TResponseInputItem, TResponseStreamEvent
from django.db import DatabaseError
from openai.types.responses.response_prompt_param import ResponsePromptParam
from temporalio import activity

from agentex_web.failure_types import CALL_TAKEN_BACK, TURN_OVER
from agentex_web.journal.change import Superseded, TurnOver
from agentex_web.streams.batching import DeltaBatcher
from agentex_web.streams.stops import stoppable
from agentex_web.tasks.models import Message
from agentex_web.tasks.threads import in_database
from agentex_web.turns.model_failure import model_failure
from agentex_web.turns.running_activity import current_context
from agentex_web.worker import turn_attempts
from agentex_web.worker.model.answer import Answer
from agentex_web.worker.model.call import Call
from agentex_web.worker.model.call_ids import with_server_ids
from agentex_web.worker.model.context_window import refuse_if_long
from agentex_web.worker.model.continuing import read_cut
from agentex_web.worker.model.failures import failure_of
from agentex_web.worker.model.files import with_attachments
from agentex_web.worker.model.images import with_images, without_images
from agentex_web.worker.model.responses import last_response, model_response, tokens
from agentex_web.worker.model.unfinished_calls import cancel_requested, stopped_call, store_failure
from agents import AgentOutputSchemaBase, Handoff, Model, ModelResponse, ModelSettings, ModelTracing, Tool

logger = logging.getLogger(__name__)


class TemporalStreamingModel(Model):
    """Wraps any SDK model (see the module docstring). Outside a turn it answers without streaming."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def get_response(  # noqa: PLR0913  (the SDK's signature)
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
        """Returns the whole answer after it was streamed and recorded.

        Raises:
            ApplicationError: of type ``ModelFailure``, with a message that a person understands.
        """

        async def events() -> AsyncIterator[TResponseStreamEvent]:
            # Read inside the stream, so that a database error here counts as a failed call and is retried.
            try:
                items = await with_attachments(await with_images(input))
            except DatabaseError as error:
                raise model_failure("The files of this chat could not be read.", retry=True) from error
            if previous_response_id or conversation_id:
                items = with_server_ids(items)
            stream = self._model.stream_response(
                system_instructions,
                items,
                model_settings,
                tools,
                output_schema,
                handoffs,
                tracing,
                previous_response_id=previous_response_id,
                conversation_id=conversation_id,
                prompt=prompt,
            )
            async for event in stream:
                yield event

        context, info = current_context(), activity.info()
        if context is None or not (context.task_id and context.turn_id):
            key = f"{info.workflow_run_id}/{info.activity_id}"
            return model_response(await last_response(events(), key))
        if context.may_compact:
            refuse_if_long(system_instructions, input)
        call = Call(
            context,
            info.workflow_run_id or "",
            info.activity_id,
            info.attempt,
            structured=output_schema is not None and not output_schema.is_plain_text(),
            hidden_tools=frozenset(handoff.tool_name for handoff in handoffs),
            # Temporal's start time counts: a worker that was suspended may begin the call much later.
            began=min(time.time(), info.started_time.timestamp()),
        )
        if context.summarises:
            return await _unshown(events(), call)
        if context.continues:
            cut = await in_database(read_cut, call.turn_id, context.continues)
            call = replace(call, cut=cut)
        return await _streamed(events(), call)

    def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[TResponseStreamEvent]:
        """Returns the wrapped model's own stream, for callers outside Temporal."""
        return self._model.stream_response(*args, **kwargs)


async def _streamed(events: AsyncIterator[TResponseStreamEvent], call: Call) -> ModelResponse:
    """Answers a model call of a turn.

    Raises:
        ApplicationError: see ``get_response``; also, without a retry, if the turn has ended.
    """
    try:
        return await _answered(events, call)
    except TurnOver as over:
        logger.info("Task %s: %s", call.context.task_id, over)
        raise stopped_call(TURN_OVER) from None
    except Superseded as lost:
        logger.warning("Task %s: %s", call.context.task_id, lost)
        raise


async def _unshown(events: AsyncIterator[TResponseStreamEvent], call: Call) -> ModelResponse:
    """Answers a model call of which nothing is shown to the person.

    Raises:
        ApplicationError: see ``get_response``; also if the turn was stopped.
    """
    context = call.context
    with stoppable(context.turn_id, context.path, context.continued, undoes=context.undoes) as stop:
        try:
            return model_response(await last_response(events, call.id))
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) is not None and stop.stopped:
                task.uncancel()
                raise stopped_call(stop.reason) from None
            raise
        except Exception as error:
            raise failure_of(error) from error


async def _answered(events: AsyncIterator[TResponseStreamEvent], call: Call) -> ModelResponse:
    context = call.context
    with stoppable(context.turn_id, context.path, context.continued, undoes=context.undoes) as stop:
        async with DeltaBatcher(context.task_id, call.attempt) as batcher:
            answer = Answer(call, batcher)
            try:
                if call.may_be_lost:
                    await answer.rows.check()
                if call.attempt > 1:
                    await answer.rows.discard()
                    await answer.rows.record(partial(turn_attempts.began, context, call.attempt))
                before = call.cut.text if call.cut else ""
                response = await last_response(events, call.id, answer.feed, before)
                answer.add_unstreamed(response)
                await answer.store(Message.Status.DONE, usage=tokens(response), model=response.model)
                if call.attempt > 1:
                    await answer.rows.record(partial(turn_attempts.succeeded, context))
                return model_response(without_images(response, call))
            except asyncio.CancelledError:
                if not (stop.stopped or cancel_requested()):
                    raise  # The worker stops; another one takes over the call.
                if stop.reason == CALL_TAKEN_BACK:
                    await answer.rows.discard()
                else:
                    await answer.store(Message.Status.INTERRUPTED)
                if (task := asyncio.current_task()) is not None and stop.stopped:
                    task.uncancel()
                    raise stopped_call(stop.reason) from None
                raise
            except Superseded:
                raise
            except Exception as error:  # noqa: BLE001  (a model's client may raise anything)
                failed = failure_of(error)
                await store_failure(failed, answer, call)
                raise failed from (None if failed is error else error)
