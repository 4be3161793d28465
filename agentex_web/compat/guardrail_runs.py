"""Guardrails run quietly: an agent that judges for one is a step of the turn and not an answer.

openai-agents 0.22 calls a guardrail's function through ``run`` of four classes, wherever it was given: to an
agent, to one that is handed over to, to a tool, to the run's configuration. It has no other place in common.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from typing import Any

from agents.guardrail import InputGuardrail, OutputGuardrail
from agents.tool_guardrails import ToolGuardrailFunctionOutput, ToolInputGuardrail, ToolOutputGuardrail
from temporalio import workflow

from agentex_web.turns import record, scope
from agentex_web.turns.payloads import ToolCall

_KINDS: tuple[type, ...] = (InputGuardrail, OutputGuardrail, ToolInputGuardrail, ToolOutputGuardrail)
_MARK = "_agentex_quiet"
SHOWN = "refused-calls"
"""Temporal's id of a change: before, refused calls were shown when the turn ended."""


def install() -> None:
    """Repeating it changes nothing."""
    for kind in _KINDS:
        run = vars(kind)["run"]
        if not hasattr(run, _MARK):
            kind.run = _quietly(run)  # type: ignore[attr-defined]


def _quietly(run: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    @wraps(run)
    async def quiet_run(*arguments: Any, **options: Any) -> Any:
        with scope.quiet():
            output = await run(*arguments, **options)
        if isinstance(output, ToolGuardrailFunctionOutput):
            await _show_refusal(arguments, output)
        return output

    setattr(quiet_run, _MARK, True)
    return quiet_run


async def _show_refusal(arguments: Sequence[Any], output: ToolGuardrailFunctionOutput) -> None:
    """A call that a guardrail refuses has no hooks: its card would wait until the turn's end."""
    guardrail, data = arguments
    here = scope.current()
    if here is None or not isinstance(guardrail, ToolInputGuardrail):
        return
    if output.behavior["type"] == "reject_content" and workflow.patched(SHOWN):
        context = data.context
        await record.tool_ended(
            ToolCall(
                here.part.task_id,
                here.part.turn_id,
                data.agent.name,
                context.tool_name,
                context.tool_call_id,
                context.tool_arguments,
                output.behavior["message"],
                failed=True,
            )
        )
