"""Converts a part of a scripted answer into the SDK's output item."""

import json
import uuid
from collections.abc import Mapping

from agents.items import TResponseOutputItem
from openai.types.responses import (
    ResponseApplyPatchToolCall,
    ResponseCustomToolCall,
    ResponseFunctionShellToolCall,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputRefusal,
    ResponseOutputText,
    ResponseReasoningItem,
)
from openai.types.responses.response_output_item import McpApprovalRequest, McpCall
from openai.types.responses.response_reasoning_item import Summary

from agentex_web.adk.testing.script import Part


def item_of(part: Part, handoffs: Mapping[str, str]) -> TResponseOutputItem:
    """Makes a model's output item from a part of a scripted answer.

    Args:
        handoffs: the names of the handoff tools, by the names of their agents.

    Raises:
        LookupError: the part is a handoff to an agent that is not in ``handoffs``, or that is ambiguous.
    """
    number = uuid.uuid4().hex
    call_id = part.call_id or f"call_{number}"
    match part.kind:
        case "text":
            words = ResponseOutputText(type="output_text", text=part.content, annotations=[])
            return _message(number, words)
        case "refusal":
            return _message(number, ResponseOutputRefusal(type="refusal", refusal=part.content))
        case "reasoning":
            summary = [Summary(type="summary_text", text=part.content)]
            return ResponseReasoningItem(id=f"rs_{number}", type="reasoning", summary=summary)
        case "custom_tool_call":
            return ResponseCustomToolCall(
                type="custom_tool_call", call_id=call_id, name=part.name, input=part.content
            )
        case "shell_call":
            item = {"id": f"sh_{number}", "call_id": call_id, "action": json.loads(part.content)}
            item["action"].setdefault("max_output_length", None)
            item["action"].setdefault("timeout_ms", None)
            return ResponseFunctionShellToolCall(type="shell_call", status="completed", **item)
        case "apply_patch_call":
            operation = json.loads(part.content)
            return ResponseApplyPatchToolCall.model_validate(
                {
                    "type": "apply_patch_call",
                    "id": f"ap_{number}",
                    "call_id": call_id,
                    "status": "completed",
                    "operation": operation,
                }
            )
        case "mcp_approval_request":
            return McpApprovalRequest(
                type="mcp_approval_request",
                id=part.call_id or f"mcpr_{number}",
                server_label=part.server,
                name=part.name,
                arguments=part.content,
            )
        case "mcp_call":
            return McpCall(
                type="mcp_call",
                id=f"mcp_{number}",
                server_label=part.server,
                name=part.name,
                arguments=part.content,
                output=part.output,
                status="completed",
            )
        case _:
            name = _handoff_tool(part.name, handoffs) if part.kind == "handoff" else part.name
            return ResponseFunctionToolCall(
                type="function_call",
                id=f"fc_{number}",
                call_id=call_id,
                name=name,
                arguments=part.content,
                status="completed",
            )


def _message(number: str, content: ResponseOutputText | ResponseOutputRefusal) -> ResponseOutputMessage:
    return ResponseOutputMessage(
        id=f"msg_{number}", type="message", role="assistant", status="completed", content=[content]
    )


def _handoff_tool(agent: str, handoffs: Mapping[str, str]) -> str:
    found = [tool for name, tool in handoffs.items() if agent.casefold() in name.casefold()]
    if len(found) != 1:
        raise LookupError(f"“{agent}” is to take over, and the agent can hand over to {sorted(handoffs)}.")
    return found[0]
