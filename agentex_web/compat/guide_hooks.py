"""Accepts hooks with the signatures of the guide, which differ from those of the Agents SDK.

The guide writes ``on_tool_start(self, tool_call)``, ``on_agent_start(self, agent, context)`` and
``on_llm_start(self, context)`` with ``context.messages``. openai-agents 0.22 calls them with (context, agent,
tool), (context, agent) and (context, agent, system_prompt, input_items). ``accept_guide_signatures`` wraps
those methods of a subclass that have the guide's signatures. Methods of both forms may call ``super()`` with
the arguments that they received.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from agents.tool_context import ToolContext

from agents import Agent, RunContextWrapper, Tool

Method = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class GuideToolCall:
    """The single argument of the guide's ``on_tool_start``.

    Attributes:
        context: the SDK's context.
        agent: the agent that calls the tool.
        tool: the called tool.
    """

    context: RunContextWrapper[Any]
    agent: Agent[Any]
    tool: Tool

    @property
    def tool_name(self) -> str:
        return self.tool.name

    @property
    def tool_call_id(self) -> str:
        """The call's id; empty if the SDK gives the tool none."""
        return self.context.tool_call_id if isinstance(self.context, ToolContext) else ""

    @property
    def arguments(self) -> str:
        """The arguments as JSON, as the model wrote them."""
        return self.context.tool_arguments if isinstance(self.context, ToolContext) else ""


class GuideModelCall:
    """The single argument of the guide's ``on_llm_start``: the SDK's context and ``messages``, the prompt."""

    def __init__(self, context: RunContextWrapper[Any], instructions: str | None, items: list[Any]) -> None:
        self._context = context
        system = [{"role": "system", "content": instructions}] if instructions else []
        self.messages: list[Any] = [*system, *items]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)


def sdk_arguments(first: Any, agent: Any, tool: Any) -> tuple[RunContextWrapper[Any], Agent[Any], Tool]:
    """Returns the SDK's three arguments, given these or the guide's single argument."""
    if isinstance(first, GuideToolCall):
        return first.context, first.agent, first.tool
    return first, agent, tool


def accept_guide_signatures(cls: type) -> None:
    """Wraps the methods of ``cls`` that have the guide's signatures."""
    for name, (is_guides, adapted) in _FORMS.items():
        method = vars(cls).get(name)
        if method is not None and is_guides(_parameters(method)):
            setattr(cls, name, wraps(method)(adapted(method)))


def _parameters(method: Method) -> list[str]:
    """The names of the positional parameters after ``self``; empty if the method has ``*args``."""
    parameters = list(inspect.signature(method).parameters.values())[1:]
    if any(each.kind is inspect.Parameter.VAR_POSITIONAL for each in parameters):
        return []
    return [each.name for each in parameters if each.kind is not inspect.Parameter.KEYWORD_ONLY]


def _tool_start(method: Method) -> Method:
    async def on_tool_start(self: Any, context: Any, agent: Any, tool: Any) -> None:
        await method(self, GuideToolCall(context, agent, tool))

    return on_tool_start


def _tool_end(method: Method) -> Method:
    async def on_tool_end(self: Any, context: Any, agent: Any, tool: Any, result: Any) -> None:
        await method(self, GuideToolCall(context, agent, tool), result)

    return on_tool_end


def _agent_start(method: Method) -> Method:
    async def on_agent_start(self: Any, context: Any, agent: Any) -> None:
        await method(self, agent, context)

    return on_agent_start


def _agent_end(method: Method) -> Method:
    async def on_agent_end(self: Any, context: Any, agent: Any, output: Any) -> None:
        await method(self, agent, context, output)

    return on_agent_end


def _llm_start(method: Method) -> Method:
    async def on_llm_start(self: Any, context: Any, _: Any, instructions: Any, items: Any) -> None:
        await method(self, GuideModelCall(context, instructions, items))

    return on_llm_start


_FORMS: dict[str, tuple[Callable[[list[str]], bool], Callable[[Method], Method]]] = {
    "on_tool_start": (lambda names: len(names) == 1, _tool_start),
    "on_tool_end": (lambda names: len(names) == 2, _tool_end),
    "on_agent_start": (lambda names: names[:1] == ["agent"], _agent_start),
    "on_agent_end": (lambda names: names[:1] == ["agent"], _agent_end),
    "on_llm_start": (lambda names: len(names) == 1, _llm_start),
}
