"""Shows what an agent does between its words: tool calls and handoffs."""

from typing import Any

from agents.tool_context import ToolContext

from agentex_web.turns import record, scope
from agentex_web.turns.payloads import Handoff, ToolCall
from agentex_web.turns.tools import is_failure, text_of
from agents import Agent, CustomTool, RunContextWrapper, RunHooks, Tool


class TemporalStreamingHooks(RunHooks[Any]):
    """Writes a message for each tool call, tool result and handoff.

    Subclass it, override any of the SDK's seven hooks, and call ``super()`` for what is to be shown.
    A subclass that overrides ``on_tool_start`` decides alone which calls are shown: the model's
    stream then holds them back.

    Args:
        task_id: the task to write to: ``turn.task.id``, or ``params.task.id`` in a signal handler.
    """

    def __init__(self, task_id: str) -> None:
        self.task_id = task_id
        here = scope.current()
        self._turn_id = here.part.turn_id if here else ""
        if here and type(self).on_tool_start is not TemporalStreamingHooks.on_tool_start:
            here.part.holds_tools = True

    async def on_tool_start(self, context: RunContextWrapper[Any], agent: Agent[Any], tool: Tool) -> None:
        """Shows the call as running, with its arguments."""
        call = self._call(context, agent, tool)
        await record.tool_started(call)
        if (here := scope.current()) is not None:
            here.part.tools.begin(call.tool_call_id, call.tool_name, call.arguments)

    async def on_tool_end(
        self, context: RunContextWrapper[Any], agent: Agent[Any], tool: Tool, result: object
    ) -> None:
        """Shows the result, and how long it took."""
        call = self._call(context, agent, tool)
        call.output = text_of(result)
        call.failed = is_failure(call.output)
        self._remember(call, tool)
        await record.tool_ended(call)

    def _remember(self, call: ToolCall, tool: Tool) -> None:
        here = scope.current()
        if here is not None and not here.parent_tool_call_id:
            kind = "custom_tool_call_output" if isinstance(tool, CustomTool) else "function_call_output"
            here.said.append({"type": kind, "call_id": call.tool_call_id, "output": call.output})

    async def on_handoff(
        self,
        context: RunContextWrapper[Any],  # noqa: ARG002  (the SDK's signature)
        from_agent: Agent[Any],
        to_agent: Agent[Any],
    ) -> None:
        """Shows who took over from whom."""
        await record.handed_off(Handoff(self.task_id, self._turn_id, from_agent.name, to_agent.name))

    def _call(self, context: RunContextWrapper[Any], agent: Agent[Any], tool: Tool) -> ToolCall:
        call = ToolCall(self.task_id, self._turn_id, agent.name, tool.name, tool_call_id=tool.name)
        # Only function tools know their call's id; of the others, one runs at a time.
        if isinstance(context, ToolContext):
            call.tool_call_id, call.arguments = context.tool_call_id, context.tool_arguments
        return call
