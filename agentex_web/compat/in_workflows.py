"""Applies the patches of this package that act in workflows."""

import asyncio

from agentex_web.compat import (
    agent_copies,
    agent_identities,
    function_tools,
    guardrail_runs,
    item_copies,
    mcp_tools,
    model_stub,
    operations,
    plain_tools,
    sdk_runner,
    turn_time,
)


def prepare() -> None:
    """Prepares the running workflow. Call it before agents run in it; calling it again has no effect."""
    loop = asyncio.get_running_loop()
    plain_tools.run_inline(loop)
    turn_time.install(loop)
    mcp_tools.install()
    agent_copies.install()
    agent_identities.install()
    item_copies.install()
    model_stub.install()
    function_tools.install()
    operations.install()
    sdk_runner.install()
    guardrail_runs.install()
