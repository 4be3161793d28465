"""Tool calls that need an approval: the run pauses, people decide, and the run resumes.

The SDK ends a run at such calls and returns its state (``RunState``). Each call becomes a wait
(turns/waits.py). As soon as one is decided, the run resumes with that decision; the other calls keep waiting.
"""

import asyncio
import json
from typing import Any

from agents.items import ToolApprovalItem
from temporalio import workflow

from agentex_web.compat.run_state import change_arguments
from agentex_web.memory import refused_call
from agentex_web.strict_json import check_depth
from agentex_web.turns import registry
from agentex_web.turns.approval_policy import policy_of, tool_of
from agentex_web.turns.durations import seconds_of, seconds_or_none
from agentex_web.turns.scope import Scope
from agentex_web.turns.wait_payloads import OpenWait, Outcome
from agentex_web.turns.waits import wait_for
from agents import RunResult, RunResultStreaming, RunState

PATCH_APPROVALS = "approvals"
"""Temporal patch id. Before the patch, a turn failed if a tool needed an approval."""


MCP_REQUEST = "mcp_approval_request"
"""A call of a ``HostedMCPTool``: the model's provider requests the approval and makes the call itself."""


class Approvals:
    """The approvals that one run of an agent waits for.

    Args:
        here: the scope of the turn that the agent works for.
    """

    def __init__(self, here: Scope) -> None:
        self._here = here
        self._waiting: dict[str, asyncio.Task[Outcome]] = {}

    async def next_decision(self, result: RunResult | RunResultStreaming) -> RunState[Any]:
        """Waits until one of the calls at which a run stopped is decided. Returns the state to resume with.

        Raises:
            CancelledError: the turn was stopped.
        """
        state = result.to_state()
        items = {_key(item): item for item in state.get_interruptions()}
        for key, item in items.items():
            if key not in self._waiting:
                self._waiting[key] = asyncio.create_task(wait_for(_open_wait(self._here, key, item)))
        await workflow.wait([self._waiting[key] for key in items], return_when=asyncio.FIRST_COMPLETED)
        for key, item in items.items():
            if self._waiting[key].done():
                self._apply(state, item, self._waiting.pop(key).result())
        return state

    def close(self) -> None:
        """Ends all waits, for example after a Stop."""
        for waiting in self._waiting.values():
            waiting.cancel()

    def _apply(self, state: RunState[Any], item: ToolApprovalItem, outcome: Outcome) -> None:
        refused = refused_call(outcome.value, expired=outcome.status == "expired")
        if _type(item) == MCP_REQUEST:
            self._note_answer(item, refused)
        if refused is not None:
            state.reject(item, rejection_message=refused)
            self._note_output(item, refused)
            return
        if "arguments" in outcome.value and _type(item) == "function_call":
            arguments = json.dumps(outcome.value["arguments"], ensure_ascii=False)
            change_arguments(state, item, arguments)
            self._note_arguments(item, arguments)
            # Approve the state's own copy of the call, which has the new arguments.
            item = next(each for each in state.get_interruptions() if each.call_id == item.call_id)
        state.approve(item)

    # The notes below go into the turn's items if the turn is stopped or fails before the run ends.

    def _note_output(self, item: ToolApprovalItem, output: str) -> None:
        if not (self._here.quiet or self._here.parent_tool_call_id) and _type(item) == "function_call":
            output_item = {"type": "function_call_output", "call_id": item.call_id, "output": output}
            self._here.run_items.append(output_item)

    def _note_answer(self, item: ToolApprovalItem, refused: str | None) -> None:
        if not (self._here.quiet or self._here.parent_tool_call_id):
            answer: dict[str, Any] = {"type": "mcp_approval_response", "approval_request_id": item.call_id}
            answer |= {"approve": True} if refused is None else {"approve": False, "reason": refused}
            self._here.run_items.append(answer)

    def _note_arguments(self, item: ToolApprovalItem, arguments: str) -> None:
        for each in self._here.run_items:
            if each.get("type") == "function_call" and each.get("call_id") == item.call_id:
                each["arguments"] = arguments


def _key(item: ToolApprovalItem) -> str:
    return f"approval/{item.call_id}"


def _open_wait(here: Scope, key: str, item: ToolApprovalItem) -> OpenWait:
    name = _name(item)
    tool = tool_of(item.agent, item.name or "")
    policy = policy_of(tool, registry.settings_of(here.progress.agent).approval)
    payload: dict[str, Any] = {"tool": name, "arguments": _arguments(item), "type": _type(item)}
    if tool is not None:
        payload |= {"description": tool.description, "schema": tool.params_json_schema}
    reminders = None if policy.reminders is None else [seconds_of(each) for each in policy.reminders]
    return OpenWait(
        here.progress.task_id,
        here.progress.turn_id,
        key,
        "approval",
        title=name,
        payload=payload,
        agent_name=item.agent.name,
        tool_name=name,
        tool_call_id=item.call_id or "",
        deadline=seconds_or_none(policy.deadline),
        otherwise={"verdict": policy.otherwise},
        reminders=reminders,
        group=policy.group,
        people=policy.people,
    )


def _name(item: ToolApprovalItem) -> str:
    """The tool's name for people. A tool of a remote MCP server is prefixed with the server's name."""
    server = getattr(item.raw_item, "server_label", None)
    name = item.qualified_name or item.name or "tool"
    return f"{server}: {name}" if server else name


def _type(item: ToolApprovalItem) -> str:
    """The type of the call, such as ``function_call`` or ``mcp_approval_request``."""
    raw = item.raw_item
    return str(raw.get("type", "") if isinstance(raw, dict) else getattr(raw, "type", ""))


def _arguments(item: ToolApprovalItem) -> Any:
    """The arguments as JSON values, or as plain text if they are not JSON. For shell and patch tools, the
    action or operation that they should perform.
    """
    raw: Any = item.raw_item
    values = raw if isinstance(raw, dict) else raw.model_dump(mode="json", exclude_none=True)
    done = values.get("action") or values.get("operation")
    if done is not None and item.arguments is None:
        return done
    try:
        found = json.loads(item.arguments or "{}")
        check_depth(found)
        return found
    except (ValueError, RecursionError):
        return item.arguments
