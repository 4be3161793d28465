"""Combines an author's hooks, which do not write tool cards, with the product's hooks, which do."""

from typing import Any

from agentex_web.turns.hooks import TemporalStreamingHooks
from agents import Agent, ModelResponse, RunContextWrapper, RunHooks, Tool


def recorded(hooks: RunHooks[Any] | None, task_id: str) -> RunHooks[Any]:
    """Returns hooks that show tool calls and handoffs, and also call ``hooks``."""
    if hooks is None:
        return TemporalStreamingHooks(task_id)
    if isinstance(hooks, TemporalStreamingHooks | RecordedHooks):
        return hooks
    return RecordedHooks(TemporalStreamingHooks(task_id), hooks)


class RecordedHooks(RunHooks[Any]):
    """Calls the product's hooks first, then the author's: so the author's messages come after the card."""

    def __init__(self, products: TemporalStreamingHooks, authors: RunHooks[Any]) -> None:
        self._products = products
        self._authors = authors

    async def on_llm_start(
        self, context: RunContextWrapper[Any], agent: Agent[Any], system_prompt: str | None, items: list[Any]
    ) -> None:
        await self._authors.on_llm_start(context, agent, system_prompt, items)

    async def on_llm_end(
        self, context: RunContextWrapper[Any], agent: Agent[Any], response: ModelResponse
    ) -> None:
        await self._authors.on_llm_end(context, agent, response)

    async def on_agent_start(self, context: Any, agent: Any) -> None:
        await self._authors.on_agent_start(context, agent)

    async def on_agent_end(self, context: Any, agent: Any, output: Any) -> None:
        await self._authors.on_agent_end(context, agent, output)

    async def on_handoff(
        self, context: RunContextWrapper[Any], from_agent: Agent[Any], to_agent: Agent[Any]
    ) -> None:
        await self._products.on_handoff(context, from_agent, to_agent)
        await self._authors.on_handoff(context, from_agent, to_agent)

    async def on_tool_start(self, context: RunContextWrapper[Any], agent: Agent[Any], tool: Tool) -> None:
        await self._products.on_tool_start(context, agent, tool)
        await self._authors.on_tool_start(context, agent, tool)

    async def on_tool_end(
        self, context: RunContextWrapper[Any], agent: Agent[Any], tool: Tool, result: object
    ) -> None:
        await self._products.on_tool_end(context, agent, tool, result)
        await self._authors.on_tool_end(context, agent, tool, result)
