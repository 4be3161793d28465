"""What an agent does beside talking, shown to the person: tools and handoffs."""

from typing import Any

from agents.tool_context import ToolContext

from agentex_web.turns import record
from agentex_web.turns.payloads import Handoff, ToolCall
from agentex_web.turns.tool_results import is_failure, text_of
from agentex_web.turns.turn_state import OpenCall, current_turn, inside_tool
from agents import Agent, CustomTool, RunContextWrapper, RunHooks, Tool


class TemporalStreamingHooks(RunHooks[Any]):
    """Writes a message for each tool call, tool result and handoff; everything else is yours to add.

    Subclass it, override any of the SDK's seven hooks, and call ``super()`` for what is to be shown.
    A subclass that overrides ``on_tool_start`` decides alone which calls are shown: the model's
    stream then holds them back.

    Args:
        task_id: the task to write to; ``params.task.id`` in a signal handler.
    """

    def __init__(self, task_id: str) -> None:
        self.task_id = task_id
        turn = current_turn.get()
        self._turn_id = turn.turn_id if turn else ""
        if turn and type(self).on_tool_start is not TemporalStreamingHooks.on_tool_start:
            turn.holds_tools = True

    async def on_tool_start(self, context: RunContextWrapper[Any], agent: Agent[Any], tool: Tool) -> None:
        """Shows the call as running, with its arguments."""
        call = self._call(context, agent, tool)
        await record.tool_started(call)
        if (turn := current_turn.get()) is not None:
            turn.open_calls.append(OpenCall(call.tool_call_id, call.tool_name, call.arguments))

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
        turn = current_turn.get()
        if turn is not None and not inside_tool.get():
            kind = "custom_tool_call_output" if isinstance(tool, CustomTool) else "function_call_output"
            turn.unsaved.append({"type": kind, "call_id": call.tool_call_id, "output": call.output})

    async def on_handoff(
        self, context: RunContextWrapper[Any], from_agent: Agent[Any], to_agent: Agent[Any]
    ) -> None:
        """Shows who took over from whom."""
        handoff = Handoff(self.task_id, self._turn_id, from_agent.name, to_agent.name)
        await record.handed_off(handoff)

    def _call(self, context: RunContextWrapper[Any], agent: Agent[Any], tool: Tool) -> ToolCall:
        call = ToolCall(self.task_id, self._turn_id, agent.name, tool.name, tool_call_id=tool.name)
        # Only function tools tell their call's id; of the others, one runs at a time.
        if isinstance(context, ToolContext):
            call.tool_call_id, call.arguments = context.tool_call_id, context.tool_arguments
        return call
