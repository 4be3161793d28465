"""Runs the shell, apply-patch and custom tools of workflows in activities; the SDK would run them in place.

openai-agents 0.22 calls their executors itself (agents/run_internal/tool_actions.py), and gives hooks neither
the call's id nor its arguments. So each action gets a copy of its tool, which knows its call and whose
executor starts an activity (turns/operations.py). No upstream issue is known.
"""

from dataclasses import replace
from typing import Any

from agents.run_internal import tool_actions
from temporalio import workflow

from agentex_web.turns.operations import outside

_ACTIONS: tuple[tuple[Any, str], ...] = (
    (tool_actions.ShellAction, "shell_tool"),
    (tool_actions.ApplyPatchAction, "apply_patch_tool"),
    (tool_actions.CustomToolAction, "custom_tool"),
)
_sdks_own = {action: action.execute for action, _ in _ACTIONS}


def install() -> None:
    """Replaces the ``execute`` of the SDK's actions. Calling it again has no effect."""
    for action, name in _ACTIONS:
        action.execute = _executing(action, name)


def _executing(action: Any, name: str) -> Any:
    async def execute(*, call: Any, **others: Any) -> Any:
        if workflow.in_workflow():
            call = replace(call, **{name: outside(getattr(call, name), call.tool_call)})
        return await _sdks_own[action](call=call, **others)

    return execute
