"""compat/mcp_servers.py is needed while plain MCP servers cannot be used in workflows."""

import inspect

import pytest
from agents.mcp import MCPServerStdio
from temporalio.openai_agents import _openai_runner

from agentex_web.compat.mcp_servers import _DECIDING, UnusableServer, factory_of, is_plain, proxy_of


def server() -> MCPServerStdio:
    return MCPServerStdio({"command": "nothing"}, name="Nothing", cache_tools_list=True)


def test_the_plugin_refuses_servers_as_they_are() -> None:
    """If this fails, the proxies are no longer needed."""
    assert "may not work durably" in inspect.getsource(_openai_runner)


def test_what_decides_about_calls_is_still_there() -> None:
    given = server()
    assert not [name for name in (*_DECIDING, "_cleanup_lock", "_cache_dirty") if not hasattr(given, name)]


def test_the_worker_gets_copies_that_are_not_connected() -> None:
    given = server()
    proxy = proxy_of(given, "shop/0")
    made = factory_of(proxy)
    assert made is not None and not is_plain(proxy) and is_plain(given)
    one, other = made(), made()
    assert one is not given and one is not other and one.name == "Nothing"
    assert getattr(one, "session", 1) is None


def test_a_class_of_the_authors_own_is_refused_with_the_remedy() -> None:
    class Own(MCPServerStdio):
        pass

    with pytest.raises(UnusableServer, match="MCP_SERVERS"):
        proxy_of(Own({"command": "nothing"}), "shop/0")
