"""compat/mcp_servers.py is needed while plain MCP servers cannot be used in workflows."""

import inspect
from typing import Any

import pytest
from agents.mcp import MCPServerStdio
from mcp import StdioServerParameters
from temporalio.openai_agents import _openai_runner

from agentex_web.compat.mcp_servers import (
    _DECIDING,
    UnusableServer,
    factory_of,
    is_plain,
    proxy_of,
    proxy_of_program,
    servers_of_programs,
)


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


def program(**own: Any) -> StdioServerParameters:
    return StdioServerParameters(command="npx", args=["-y", "server"], **own)


def name_of(parameters: StdioServerParameters, servers: dict[str, Any]) -> str:
    return proxy_of_program(parameters, servers).name.removesuffix("-stateless")


def test_each_file_runs_a_program_with_its_own_environment_and_folder() -> None:
    own = {
        "a": [program(env={"TOKEN": "of a"}), program(env={"TOKEN": "also of a"}), program(cwd="/srv/a")],
        "b": [program(env={"TOKEN": "of b"})],
    }
    servers = {file: servers_of_programs(file, listed) for file, listed in own.items()}
    merged = servers["b"] | servers["a"]
    for file, listed in own.items():
        for each in listed:
            params = merged[name_of(each, servers[file])]().params  # type: ignore[attr-defined]
            assert (params.env, params.cwd) == (each.env, each.cwd)
    with pytest.raises(UnusableServer, match="MCP_SERVERS lists no program “npx”"):
        name_of(own["b"][0], servers["a"])


def test_a_name_tells_nothing_of_the_environment_and_lasts_when_a_key_changes() -> None:
    before, after = program(env={"TOKEN": "old"}), program(env={"TOKEN": "new"})
    assert [*servers_of_programs("a", [before])] == [*servers_of_programs("a", [after])]


def test_programs_without_an_environment_keep_the_names_of_recorded_histories() -> None:
    found = servers_of_programs("a", [program(), program()])
    assert [*found] == ["npx/a90090a8"] == [name_of(program(), found)]
