"""Runs guardrails quietly: an agent that a guardrail calls is a step of the turn, not an answer.

openai-agents 0.22 calls each guardrail's function through the ``run`` method of one of four classes, whether
the guardrail belongs to an agent, to a handoff's target, to a tool or to the run's configuration. There is no
other common place to patch. Input guardrails also get their input in the form that they expect.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from typing import Any

from agents.guardrail import InputGuardrail, OutputGuardrail
from agents.tool_guardrails import ToolGuardrailFunctionOutput, ToolInputGuardrail, ToolOutputGuardrail
from temporalio import workflow

from agentex_web.turns import record, scope
from agentex_web.turns.guardrail_input import input_for
from agentex_web.turns.record_payloads import ToolCall

_KINDS: tuple[type, ...] = (InputGuardrail, OutputGuardrail, ToolInputGuardrail, ToolOutputGuardrail)
_MARK = "_agentex_quiet"
PATCH_SHOW_REFUSED_CALLS = "refused-calls"
"""Id of a workflow patch. Before it, refused calls were only shown when the turn ended."""


def install() -> None:
    """Wraps the ``run`` methods. Calling it again has no effect."""
    for kind in _KINDS:
        run = vars(kind)["run"]
        if not hasattr(run, _MARK):
            kind.run = _quietly(run)  # type: ignore[attr-defined]


def _quietly(run: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    @wraps(run)
    async def quiet_run(*arguments: Any, **options: Any) -> Any:
        if isinstance(arguments[0], InputGuardrail) and len(arguments) > 2:
            guardrail, agent, given, *others = arguments
            arguments = (guardrail, agent, input_for(guardrail.guardrail_function, given), *others)
        with scope.quiet(checks=True):
            output = await run(*arguments, **options)
        if isinstance(output, ToolGuardrailFunctionOutput):
            await _show_refusal(arguments, output)
        return output

    setattr(quiet_run, _MARK, True)
    return quiet_run


async def _show_refusal(arguments: Sequence[Any], output: ToolGuardrailFunctionOutput) -> None:
    """Records a refused call. The SDK calls no hooks for it, so its card would wait until the turn's end."""
    guardrail, data = arguments
    here = scope.current()
    if here is None or not isinstance(guardrail, ToolInputGuardrail):
        return
    if output.behavior["type"] == "reject_content" and workflow.patched(PATCH_SHOW_REFUSED_CALLS):
        context = data.context
        await record.tool_ended(
            ToolCall(
                here.progress.task_id,
                here.progress.turn_id,
                data.agent.name,
                context.tool_name,
                context.tool_call_id,
                context.tool_arguments,
                output.behavior["message"],
                failed=True,
            )
        )
