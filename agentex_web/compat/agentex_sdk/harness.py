"""agentex-sdk's harness: shows the stream of an agent that an activity runs itself.

Agents in workflows do not need it. The SDK's tutorial 120 uses it: its activity calls
``Runner.run_streamed`` and ``UnifiedEmitter(…).auto_send_turn(OpenAITurn(…))``.
"""

import json
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from agentex_web.turns import record
from agentex_web.turns.contents import TextContent
from agentex_web.turns.record_payloads import CreateMessage
from agentex_web.turns.streamed import StreamedMessage, streamed_message
from agents import RunResultStreaming


@dataclass
class OpenAITurn:
    """A streamed run.

    Attributes:
        result: the result of ``Runner.run_streamed``.
        model: accepted for agentex-sdk.
    """

    result: RunResultStreaming
    model: str | None = None


@dataclass
class TurnResult:
    """The result of a run; ``final_text`` is the agent's final output as text."""

    final_text: str


class UnifiedEmitter:
    """Shows a run in the chat of the activity's task: the text as it streams, tool calls as cards."""

    def __init__(self, task_id: str, **_options: Any) -> None:
        self._task_id = task_id

    async def auto_send_turn(self, turn: OpenAITurn, **_options: Any) -> TurnResult:
        """Shows the run, and returns when it has ended. Exceptions of the run are passed on."""
        async with AsyncExitStack() as open_messages:
            message: StreamedMessage | None = None
            async for event in turn.result.stream_events():
                data: Any = event.data if event.type == "raw_response_event" else None
                kind = data.type if data is not None else ""
                if kind == "response.output_text.delta":
                    if message is None:
                        opened = streamed_message(self._task_id, "agent")
                        message = await open_messages.enter_async_context(opened)
                    await message.write(data.delta)
                elif kind == "response.output_text.done":
                    await open_messages.aclose()
                    message = None
                elif event.type == "run_item_stream_event":
                    await self._show(event.item)
        return TurnResult(str(turn.result.final_output or ""))

    async def _show(self, item: Any) -> None:
        raw = item.raw_item
        if item.type == "tool_call_item":
            await self._card("tool_request", raw.call_id, raw.name, raw.arguments)
        elif item.type == "tool_call_output_item":
            output = item.output if isinstance(item.output, str) else json.dumps(item.output, default=str)
            await self._card("tool_response", raw["call_id"], "", output)

    async def _card(self, kind: Any, call_id: str, name: str, content: str) -> None:
        said = TextContent("agent", content)
        await record.create_message(
            CreateMessage(self._task_id, said, kind=kind, tool_name=name, tool_call_id=call_id)
        )
