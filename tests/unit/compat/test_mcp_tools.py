"""agentex_web/compat/mcp_tools.py is needed as long as a client of MCP servers remembers tools for all workflows."""

import inspect

from temporalio.mcp import TemporalMCPClient


def test_the_client_keeps_the_tools_on_itself() -> None:
    assert "self._tools" in inspect.getsource(TemporalMCPClient.__init__)
    assert "in_workflow" not in inspect.getsource(TemporalMCPClient.__init__)
