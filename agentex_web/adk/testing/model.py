"""The scripted model: how it answers requests."""

import asyncio
import json
import uuid
from collections import deque
from collections.abc import AsyncIterator, Sequence
from typing import Any

from agents.items import TResponseInputItem, TResponseOutputItem, TResponseStreamEvent
from agents.usage import Usage
from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web.adk.testing.attempts import is_last
from agentex_web.adk.testing.calls import CallsUnderWay
from agentex_web.adk.testing.errors import NoAnswerScripted
from agentex_web.adk.testing.items import item_of
from agentex_web.adk.testing.record import Record
from agentex_web.adk.testing.request import Request
from agentex_web.adk.testing.script import Answer, Failure, Held, Part
from agentex_web.adk.testing.shown_answer import ShownAnswer
from agentex_web.adk.testing.waits import WaitsForTest
from agentex_web.compat.openai_client import plain_json
from agentex_web.compat.tool_details import namespaces_of
from agentex_web.failure_types import (
    ANSWER_CUT,
    CALL_TAKEN_BACK,
    CONTEXT_EXCEEDED,
    MAY_COMPACT,
)
from agentex_web.memory import is_json
from agentex_web.turns.activity_context import ActivityContext
from agentex_web.turns.model_failure import model_failure
from agentex_web.turns.running_activity import current_context
from agentex_web.turns.tokens import tokens_of
from agents import (
    AgentOutputSchemaBase,
    Handoff,
    Model,
    ModelProvider,
    ModelResponse,
    ModelSettings,
    ModelTracing,
    Tool,
)


class ScriptedModel(ModelProvider):
    """Answers the model calls of a chat from a script.

    Attributes:
        requests: every attempt of a call, in order.
    """

    def __init__(self, record: Record, calls: CallsUnderWay, waits: WaitsForTest) -> None:
        self.requests: list[Request] = []
        self._record = record
        self._calls = calls
        self._waits = waits
        self._answers: deque[tuple[str | None, str, Answer]] = deque()
        self._waiting: list[Held] = []

    def script(self, *answers: Answer, agent: str | None = None, match: str = "") -> None:
        """Adds answers, one for each attempt of a model call, in order.

        Args:
            answers: each is a part (``text``, ``tool_call`` …), a list of the parts of one answer,
                ``failure`` or ``hold``.
            agent: use the answers only for calls of this agent; useful if agents run in parallel.
            match: use the answers only for calls in which the person's last message contains this text.
        """
        self._answers.extend((agent, match, answer) for answer in answers)

    @property
    def unused(self) -> int:
        """The number of scripted answers that were not used."""
        return len(self._answers)

    @property
    def is_held(self) -> bool:
        """True while an answer waits for ``release``."""
        return any(not each.released.is_set() for each in self._waiting)

    def release(self) -> None:
        """Lets held answers continue."""
        for each in self._waiting:
            each.released.set()
        self._waiting.clear()

    def get_model(self, model_name: str | None) -> Model:
        return _Model(self, model_name)

    async def respond(self, request: Request, context: ActivityContext | None) -> ModelResponse:
        """Answers one attempt of a model call, and shows and stores the answer as the worker would."""
        if context is None or not context.turn_id:
            return await self._answer(request, None)
        if context.summarises:
            return await self._answer(request, None)
        hidden = frozenset(request.handoffs.values())
        shown = ShownAnswer(self._record, context, activity.info(), hidden)
        with self._calls.entered(context.turn_id, context.path) as call:
            try:
                shown.begin()
                response = await self._answer(request, shown)
                shown.keep("done", usage=tokens_of(response.usage))
                return response
            except asyncio.CancelledError:
                if not call.taken_back:
                    shown.keep("interrupted")
                    raise
                shown.forget()
                call.task.uncancel()
                raise ApplicationError("Taken back.", type=CALL_TAKEN_BACK, non_retryable=True) from None
            except ApplicationError as error:
                if is_last(error) and not (context.may_compact and error.type == CONTEXT_EXCEEDED):
                    cost = error.details[0] if error.type == ANSWER_CUT else None
                    shown.keep("failed", error.message, cost)
                else:
                    shown.forget()
                raise

    async def _answer(self, request: Request, shown: ShownAnswer | None) -> ModelResponse:
        """Answers one attempt of a call from the script.

        Raises:
            ApplicationError: the script says that this attempt fails.
        """
        self.requests.append(request)
        answer = self._next(request)
        parts = [answer] if isinstance(answer, Part) else _parts(answer)
        items = self._items(parts, request)
        for part, item in zip(parts, items, strict=True):
            if isinstance(answer, Held) and part is parts[-1]:
                _say(shown, item, part.content[: answer.after])
                await self._wait(answer)
                _say(shown, item, part.content[answer.after :])
            else:
                _say(shown, item, part.content)
            if shown is not None and not (isinstance(answer, Failure) and part is parts[-1]):
                shown.complete(item)
        if isinstance(answer, Failure):
            details: tuple[Any, ...] = (MAY_COMPACT,) if answer.kind == CONTEXT_EXCEEDED else ()
            if answer.kind == ANSWER_CUT:
                details = (tokens_of(_usage(request, parts)),)
            raise model_failure(
                answer.reason, retry=answer.retry, delay=answer.delay, kind=answer.kind, details=details
            )
        for item in items:
            if item.type == "function_call" and item.arguments.strip() and not is_json(item.arguments):
                raise model_failure(
                    f"The model's call of “{item.name}” broke off: its arguments are incomplete.",
                    retry=True,
                )
        if shown is not None:
            shown.join(items)
        return ModelResponse(items, _usage(request, parts), f"resp_{uuid.uuid4().hex}")

    def _items(self, parts: Sequence[Part], request: Request) -> list[TResponseOutputItem]:
        try:
            items = [item_of(part, request.handoffs) for part in parts]
        except LookupError as mistake:
            self._waits.give_up(mistake)
            raise model_failure(str(mistake), retry=False) from mistake
        for item in items:
            if item.type == "function_call":
                item.namespace = request.namespaces.get(item.name)
        return items

    async def _wait(self, answer: Held) -> None:
        self._waiting.append(answer)
        with self._waits.held(lambda: not answer.released.is_set()):
            await answer.released.wait()

    def _next(self, request: Request) -> Answer:
        for index, (agent, match, answer) in enumerate(self._answers):
            if agent in (None, request.agent) and match in request.question:
                del self._answers[index]
                return answer
        missing = NoAnswerScripted(
            f"“{request.agent}” asked the model, and no answer is scripted for it: {request.question!r}"
        )
        self._waits.give_up(missing)
        raise model_failure(str(missing), retry=False)


class _Model(Model):
    def __init__(self, scripted: ScriptedModel, name: str | None) -> None:
        self._scripted = scripted
        self._name = name

    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,  # noqa: ARG002  (the SDK's signature)
        **_options: Any,
    ) -> ModelResponse:
        context = current_context()
        schema = output_schema if output_schema is not None and not output_schema.is_plain_text() else None
        request = Request(
            agent=context.agent_name if context else "",
            model=self._name,
            instructions=system_instructions,
            input=[{"role": "user", "content": input}] if isinstance(input, str) else plain_json(input),
            tools=[tool.name for tool in tools],
            handoffs={each.agent_name: each.tool_name for each in handoffs},
            settings=model_settings,
            schema=schema.json_schema() if schema is not None else None,
            attempt=activity.info().attempt,
            namespaces=namespaces_of(tools),
        )
        return await self._scripted.respond(request, context)

    def stream_response(self, *_args: Any, **_options: Any) -> AsyncIterator[TResponseStreamEvent]:
        raise NotImplementedError("Workflows do not stream: the worker does.")


def _parts(answer: Failure | Held | Sequence[Part]) -> list[Part]:
    return list(answer.parts if isinstance(answer, Failure | Held) else answer)


def _say(shown: ShownAnswer | None, item: TResponseOutputItem, words: str) -> None:
    if shown is not None:
        shown.say(item, words)


def _usage(request: Request, parts: Sequence[Part]) -> Usage:
    """Counts a token per four characters, a common rule of thumb; at least one for input and output each."""
    asked = len(json.dumps(request.input, default=str)) // 4 + 1
    said = sum(len(part.content) for part in parts) // 4 + 1
    return Usage(requests=1, input_tokens=asked, output_tokens=said, total_tokens=asked + said)
