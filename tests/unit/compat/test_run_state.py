"""compat/run_state.py is needed while the SDK can only approve a call exactly as the model wrote it."""

import inspect

from agents import RunState


def test_the_sdk_approves_no_other_arguments() -> None:
    assert "arguments" not in inspect.signature(RunState.approve).parameters
