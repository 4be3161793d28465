"""compat/guardrail_runs.py is needed while the SDK has no hooks around guardrails."""

import inspect

import pytest
from agents.guardrail import InputGuardrail

from agentex_web.compat import guardrail_runs
from agents import RunConfig, RunHooks


@pytest.mark.parametrize("kind", guardrail_runs._KINDS)
def test_each_kind_of_guardrail_is_called_through_its_run(kind: type) -> None:
    assert inspect.iscoroutinefunction(inspect.unwrap(vars(kind)["run"]))


def test_neither_hooks_nor_the_configuration_hear_of_guardrails() -> None:
    """If this fails, move ``scope.quiet`` into the SDK's hooks."""
    assert not [name for name in dir(RunHooks) if "guardrail" in name]
    assert {name for name in vars(RunConfig()) if "guardrail" in name} == {
        "input_guardrails",
        "output_guardrails",
        "output_guardrail_blocked_message",
    }


def test_installing_twice_wraps_once() -> None:
    guardrail_runs.install()
    first = vars(InputGuardrail)["run"]
    guardrail_runs.install()
    assert vars(InputGuardrail)["run"] is first
