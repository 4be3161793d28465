"""Hooks that show an agent's tool calls and handoffs."""

from datetime import timedelta
from typing import Any

from agents.tool_context import ToolContext

from agentex_web.call_items import output_item
from agentex_web.compat.guide_hooks import GuideToolCall, accept_guide_signatures, sdk_arguments
from agentex_web.turns import record, scope
from agentex_web.turns.operations import call_of
from agentex_web.turns.record_payloads import Handoff, ToolCall
from agentex_web.turns.tool_results import files_of, is_failure, text_of
from agents import Agent, RunContextWrapper, RunHooks, Tool


class TemporalStreamingHooks(RunHooks[Any]):
    """Writes a message for each tool call, tool result and handoff.

    Subclass it, override any of the SDK's seven hooks, and call ``super()`` for what should be shown. A
    subclass that overrides ``on_tool_start`` alone decides which calls are shown: the model's stream does not
    show them, and ``on_tool_end`` shows only the results of calls that were shown. The hook signatures of the
    guide work as well (compat/guide_hooks.py).

    Args:
        task_id: the task to write to: ``turn.task.id``, or ``params.task.id`` in a signal handler.
        timeout: ignored; accepted for compatibility with agentex-sdk. Writes are retried until they succeed.
    """

    def __init__(self, task_id: str, timeout: timedelta | None = None) -> None:  # noqa: ARG002
        self.task_id = task_id
        here = scope.current()
        self._turn_id = here.progress.turn_id if here else ""
        self._author_decides = type(self).on_tool_start is not TemporalStreamingHooks.on_tool_start
        self._shown: set[str] = set()
        if here and self._author_decides:
            here.progress.holds_tools = True

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        accept_guide_signatures(cls)

    async def on_tool_start(self, context: Any, agent: Any = None, tool: Any = None) -> None:
        """Shows the call as running, with its arguments. Accepts the SDK's signature and the guide's."""
        if (here := scope.current()) is not None:
            await here.progress.gate.opened()
        call = self._call(*sdk_arguments(context, agent, tool))
        self._shown.add(call.tool_call_id)
        await record.tool_started(call)
        if (here := scope.current()) is not None:
            here.progress.tools.begin(call.tool_call_id, call.tool_name, call.arguments)

    async def on_tool_end(
        self, context: Any, agent: Any = None, tool: Any = None, result: object = None
    ) -> None:
        """Shows the result and the duration of a call that is shown."""
        if isinstance(context, GuideToolCall):
            result = agent
        context, agent, tool = sdk_arguments(context, agent, tool)
        call = self._call(context, agent, tool)
        call.output, call.files = text_of(result), files_of(result)
        operation = call_of(tool)
        call.failed = is_failure(call.output) or (operation is not None and operation.failed)
        self._note_output(call, tool)
        if call.tool_call_id in self._shown or not self._author_decides:
            await record.tool_ended(call)

    def _note_output(self, call: ToolCall, tool: Tool) -> None:
        here = scope.current()
        if here is not None and not (here.quiet or here.parent_tool_call_id):
            operation = call_of(tool)
            kind = operation.kind if operation else "function_call"
            text = call.output or ("(The user was shown a file.)" if call.files else "")
            here.run_items.append(output_item(kind, call.tool_call_id, text, failed=call.failed))

    async def on_handoff(
        self,
        context: RunContextWrapper[Any],  # noqa: ARG002  (the SDK's signature)
        from_agent: Agent[Any],
        to_agent: Agent[Any],
    ) -> None:
        """Shows which agent handed over to which."""
        await record.handed_off(Handoff(self.task_id, self._turn_id, from_agent.name, to_agent.name))

    def _call(self, context: RunContextWrapper[Any], agent: Agent[Any], tool: Tool) -> ToolCall:
        call = ToolCall(self.task_id, self._turn_id, agent.name, tool.name, tool_call_id=tool.name)
        if (operation := call_of(tool)) is not None:
            call.tool_call_id, call.arguments = operation.call_id, operation.arguments
        # Tools whose call id is unknown run one at a time, so the tool's name identifies the call.
        elif isinstance(context, ToolContext):
            call.tool_call_id, call.arguments = context.tool_call_id, context.tool_arguments
        return call
