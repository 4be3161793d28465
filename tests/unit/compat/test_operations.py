"""The patch of shell, apply-patch and custom tools is needed while the SDK runs them itself."""

import inspect

from agents.run_internal import tool_actions

from agentex_web.compat import operations


def test_the_sdk_calls_executors_itself_and_gives_hooks_no_call() -> None:
    operations.install()
    operations.install()
    for action, word in (
        (tool_actions.ShellAction, "executor(request)"),
        (tool_actions.ApplyPatchAction, "editor.create_file(operation)"),
        (tool_actions.CustomToolAction, "custom_tool.on_invoke_tool("),
    ):
        source = inspect.getsource(operations._sdks_own[action])
        assert word in source
    assert "hooks.on_tool_start(context_wrapper, agent, shell_tool)" in inspect.getsource(
        operations._sdks_own[tool_actions.ShellAction]
    )
