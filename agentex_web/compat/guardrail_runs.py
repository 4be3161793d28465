"""Guardrails run quietly: an agent that judges for one is a step of the turn and not an answer.

openai-agents 0.22 calls a guardrail's function through ``run`` of four classes, wherever it was given: to an
agent, to one that is handed over to, to a tool, to the run's configuration. It has no other place in common.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from agents.guardrail import InputGuardrail, OutputGuardrail
from agents.tool_guardrails import ToolInputGuardrail, ToolOutputGuardrail

from agentex_web.turns import scope

_KINDS: tuple[type, ...] = (InputGuardrail, OutputGuardrail, ToolInputGuardrail, ToolOutputGuardrail)
_MARK = "_agentex_quiet"


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
            return await run(*arguments, **options)

    setattr(quiet_run, _MARK, True)
    return quiet_run
