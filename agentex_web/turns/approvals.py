"""Tool calls that need an approval: the run pauses, people decide, and it goes on.

The SDK ends a run at such calls and gives its state (``RunState``). Each call becomes a wait
(turns/waits.py); as soon as one is decided, the run goes on with that decision, and the others wait on.
"""

import asyncio
import json
from typing import Any

from agents.items import ToolApprovalItem
from temporalio import workflow

from agentex_web.turns.scope import Scope
from agentex_web.turns.wait_payloads import OpenWait, Outcome
from agentex_web.turns.waits import outcome_of
from agents import RunResult, RunState

PATCH = "approvals"
"""Temporal's id of the change. Before, a turn failed whose tool needed an approval."""
REJECTED = "The user rejected this call."
EXPIRED = "Nobody approved this call in time, so it was not run."

Verdict = dict[str, Any]


class Approvals:
    """What one run of an agent waits for.

    Args:
        here: the turn that the agent works for.
    """

    def __init__(self, here: Scope) -> None:
        self._here = here
        self._waiting: dict[str, asyncio.Task[Outcome]] = {}

    async def decide(self, result: RunResult) -> RunState[Any]:
        """Waits until one of the calls that a run stopped at is decided; returns the state to go on with.

        Raises:
            CancelledError: the turn was stopped.
        """
        state = result.to_state()
        items = {_key(item): item for item in state.get_interruptions()}
        for key, item in items.items():
            if key not in self._waiting:
                self._waiting[key] = asyncio.create_task(outcome_of(_asked(self._here, key, item)))
        await workflow.wait([self._waiting[key] for key in items], return_when=asyncio.FIRST_COMPLETED)
        for key, item in items.items():
            if self._waiting[key].done():
                self._apply(state, item, self._waiting.pop(key).result())
        return state

    def close(self) -> None:
        """Nothing is waited for any more, as after a Stop."""
        for waiting in self._waiting.values():
            waiting.cancel()

    def _apply(self, state: RunState[Any], item: ToolApprovalItem, outcome: Outcome) -> None:
        match outcome.value.get("verdict"):
            case "approve":
                state.approve(item)
            case "answer":
                self._refuse(state, item, str(outcome.value.get("output", "")))
            case _:
                self._refuse(state, item, rejection_of(outcome))

    def _refuse(self, state: RunState[Any], item: ToolApprovalItem, output: str) -> None:
        """The tool is not called; the model is given ``output`` in its place."""
        state.reject(item, rejection_message=output)
        if not (self._here.quiet or self._here.parent_tool_call_id) and _type(item) == "function_call":
            # A turn that is cut short keeps it.
            self._here.said.append(
                {"type": "function_call_output", "call_id": item.call_id, "output": output}
            )


def rejection_of(outcome: Outcome) -> str:
    """What the model is told of a call that was rejected, or that nobody decided in time."""
    if outcome.status == "expired":
        return EXPIRED
    reason = str(outcome.value.get("reason", "")).strip()
    return f"{REJECTED} Reason: {reason}" if reason else REJECTED


def _key(item: ToolApprovalItem) -> str:
    return f"approval/{item.call_id}"


def _asked(here: Scope, key: str, item: ToolApprovalItem) -> OpenWait:
    name = item.qualified_name or item.name or "tool"
    return OpenWait(
        here.part.task_id,
        here.part.turn_id,
        key,
        "approval",
        title=name,
        payload={"tool": name, "arguments": _arguments(item), "type": _type(item)},
        agent_name=item.agent.name,
        tool_name=name,
        tool_call_id=item.call_id or "",
    )


def _type(item: ToolApprovalItem) -> str:
    """What kind of call it is, such as ``function_call`` or ``mcp_approval_request``."""
    raw = item.raw_item
    return str(raw.get("type", "") if isinstance(raw, dict) else getattr(raw, "type", ""))


def _arguments(item: ToolApprovalItem) -> Any:
    """The arguments as values; a text that is no JSON as it is."""
    try:
        return json.loads(item.arguments or "{}")
    except ValueError:
        return item.arguments
