"""agentex_web/compat/mcp_tools.py is needed while the MCP client caches tools across workflows."""

import inspect

from temporalio.mcp import TemporalMCPClient


def test_the_client_keeps_the_tools_on_itself() -> None:
    assert "self._tools" in inspect.getsource(TemporalMCPClient.__init__)
    assert "in_workflow" not in inspect.getsource(TemporalMCPClient.__init__)
