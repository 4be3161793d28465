"""The record activities about tool calls and handoffs, working on the in-memory record."""

import uuid

from temporalio import activity

from agentex_web.adk.testing.endings import tool_message_id
from agentex_web.adk.testing.kept_messages import KeptMessage
from agentex_web.adk.testing.record import OnRecord
from agentex_web.positions import below
from agentex_web.turns.record_payloads import Handoff, ToolCall
from agentex_web.turns.running_activity import require_context


class ToolActivities(OnRecord):
    """Each method implements the activity of the same name."""

    @activity.defn(name="tool_started")
    async def tool_started(self, call: ToolCall) -> None:
        self._request(call).status = "streaming"

    @activity.defn(name="tool_ended")
    async def tool_ended(self, call: ToolCall) -> None:
        request, context = self._request(call), require_context()
        self._record.put(
            KeptMessage(
                tool_message_id(call.turn_id, call.tool_call_id, "tool_response"),
                call.turn_id,
                below(context.path, 1),
                "agent",
                "tool_response",
                "failed" if call.failed else "done",
                call.output or "",
                call.agent_name,
                call.tool_name,
                call.tool_call_id,
                context.parent_tool_call_id,
                data={"files": [each.name or each.url[:30] for each in call.files]} if call.files else {},
            )
        )
        request.status, request.error = "done", ""

    def _request(self, call: ToolCall) -> KeptMessage:
        context = require_context()
        pk = tool_message_id(call.turn_id, call.tool_call_id, "tool_request")
        if pk not in self._record.messages:
            self._record.put(
                KeptMessage(
                    pk,
                    call.turn_id,
                    below(context.path, 0),
                    "agent",
                    "tool_request",
                    "streaming",
                    call.arguments,
                    call.agent_name,
                    call.tool_name,
                    call.tool_call_id,
                    context.parent_tool_call_id,
                )
            )
        return self._record.messages[pk]

    @activity.defn(name="handed_off")
    async def handed_off(self, handoff: Handoff) -> None:
        context = require_context()
        self._record.put(
            KeptMessage(
                str(uuid.uuid5(uuid.UUID(handoff.turn_id), f"handoff/{context.path}")),
                handoff.turn_id,
                below(context.path, 0),
                "system",
                "handoff",
                "done",
                f"{handoff.from_agent} handed over to {handoff.to_agent}",
                handoff.to_agent,
                parent_tool_call_id=context.parent_tool_call_id,
                data={"from": handoff.from_agent, "to": handoff.to_agent},
            )
        )
