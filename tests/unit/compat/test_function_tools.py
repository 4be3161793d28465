"""The SDK still has the parts that compat/function_tools.py replaces and accesses."""

from agents.run_internal import tool_execution

from agentex_web.compat.function_tools import readable
from agents import RunConfig


def test_the_sdk_offers_no_place_between_its_run_loop_and_a_tool() -> None:
    assert "_invoke_function_tool_with_metadata" in vars(tool_execution)
    assert not [name for name in vars(RunConfig()) if "invoke" in name or "executor" in name]


def test_errors_have_words() -> None:
    group = ExceptionGroup("unhandled errors in a TaskGroup", [ExceptionGroup("", [OSError("no route")])])
    assert str(readable(group)) == "OSError: no route"
    assert str(readable(ValueError())) == "ValueError"
    error = LookupError("nothing there")
    assert readable(error) is error
