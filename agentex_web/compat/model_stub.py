"""Patches the models that temporalio-openai-agents gives to agents in workflows.

temporalio-openai-agents 1.1 starts the activity of each model call in a private class. It offers no way to
choose the cancellation type, to see the answers, or to know the agent on the worker. Here its models still
build the activity's input, but turns/model_calls.py starts the activity. The plugin also refuses agents whose
model is an object. Here the registry gives that object a name, by which the worker finds it.
"""

from collections.abc import AsyncIterator
from typing import Any

from agents.items import TResponseStreamEvent
from temporalio.openai_agents import _openai_runner
from temporalio.openai_agents._temporal_model_stub import _TemporalModelStub

from agentex_web.compat import tool_details
from agentex_web.turns import registry, scope
from agentex_web.turns.model_calls import call_model
from agentex_web.turns.stream_events import events_of
from agents import Agent, Model, ModelResponse

_plugins_own = _TemporalModelStub.get_response


def install() -> None:
    """Replaces the plugin's methods. Calling it again has no effect."""
    tool_details.install()
    _openai_runner._model_name = _model_name
    _TemporalModelStub.get_response = _get_response  # type: ignore[method-assign]
    _TemporalModelStub.stream_response = _stream_response  # type: ignore[method-assign]


async def _get_response(
    self: _TemporalModelStub,
    system_instructions: Any,
    input: Any,
    model_settings: Any,
    tools: Any,
    output_schema: Any,
    handoffs: Any,
    tracing: Any,
    **others: Any,
) -> ModelResponse:
    positional = (system_instructions, input, model_settings, tools, output_schema, handoffs, tracing)
    if self.model_params.use_local_activity:
        return await _plugins_own(self, *positional, **others)
    given, _ = self._build_activity_input(
        system_instructions=system_instructions,
        input=input,
        model_settings=model_settings,
        tools=tools,
        output_schema=output_schema,
        handoffs=handoffs,
        tracing=tracing,
        **others,
    )
    tool_details.add_details(given.get("tools", []), tools)
    return await call_model(self.agent.name if self.agent else "", given, self.model_params)


async def _stream_response(
    self: _TemporalModelStub, *given: Any, **others: Any
) -> AsyncIterator[TResponseStreamEvent]:
    """Streams the answer of ``get_response``. The plugin would start an activity for Workflow Streams."""
    answer = await self.get_response(*given, **others)
    for event in events_of(answer, self.model_name or ""):
        yield event


def _model_name(agent: Agent[Any]) -> str | None:
    here = scope.current()
    if here is not None and here.run_model:
        return here.run_model
    prefix = here.provider if here is not None and not isinstance(agent.model, Model) else ""
    name = registry.model_name(agent.model)
    return f"{prefix}{name or ''}" if prefix else name
