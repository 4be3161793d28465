"""Why compat/run_state.py is there: the SDK approves a call only as the model wrote it."""

import inspect

from agents import RunState


def test_the_sdk_approves_no_other_arguments() -> None:
    assert "arguments" not in inspect.signature(RunState.approve).parameters
