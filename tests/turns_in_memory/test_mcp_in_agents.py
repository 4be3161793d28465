"""Plain MCP servers in an agent's definition, tested with a real server that the worker starts."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from agents.mcp import MCPServerStdio, create_static_tool_filter

from agentex_web import adk
from agentex_web.adk.agent_file import describe
from agentex_web.adk.bad_agent_file import BadAgentFile
from agentex_web.adk.testing import chat, text, tool_call
from agents import Agent

SERVER = Path(__file__).resolve().parents[1] / "support" / "small_mcp_server.py"


def library(**options: Any) -> MCPServerStdio:
    return MCPServerStdio(
        name="library", params={"command": sys.executable, "args": [str(SERVER)]}, **options
    )


def librarian(server: Any) -> ModuleType:
    module = ModuleType("librarian")
    module.agent = Agent(name="Librarian", mcp_servers=[server])  # type: ignore[attr-defined]
    return module


async def test_an_agents_own_server_is_asked_by_the_worker() -> None:
    module = librarian(library())
    for _ in range(2):  # a restarted worker describes the file again
        async with chat(module) as opened:
            opened.model.script(tool_call("find_book", title="Emma"), text("It is by Austen."))
            turn = await opened.send("who wrote Emma?")
        assert turn.answer == "It is by Austen.", turn.error
        assert turn.tools[0].status == "done" and turn.tools[0].output


async def test_a_call_that_failed_is_not_repeated_and_the_model_is_told(tmp_path: Path) -> None:
    file = tmp_path / "calls"
    async with chat(librarian(library())) as opened:
        opened.model.script(tool_call("vanish", file=str(file)), text("It is gone."))
        turn = await opened.send("vanish")
    assert (turn.status, turn.answer, file.read_text()) == ("done", "It is gone.", "called\n")
    assert "Connection closed" in turn.tools[0].output, turn.tools[0].output
    assert turn.tools[0].status == "failed"


async def test_its_author_may_allow_more_attempts(tmp_path: Path) -> None:
    file = tmp_path / "calls"
    async with chat(librarian(library(max_retry_attempts=1))) as opened:
        opened.model.script(tool_call("vanish", file=str(file)), text("It is gone."))
        turn = await opened.send("vanish", wait=False)
        await opened.sleep(seconds=5)
    assert turn.status == "done"
    assert file.read_text() == 2 * "called\n"


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("/no/such/program", "FileNotFoundError: [Errno 2] No such file or directory: '/no/such/program'"),
        # The client raises an exception group.
        ("false", "MCPError: Connection closed"),
    ],
)
async def test_a_server_that_does_not_answer_fails_the_turn(program: str, reason: str) -> None:
    server = MCPServerStdio(name="library", params={"command": program})
    async with chat(librarian(server)) as opened:
        turn = await opened.send("who wrote Emma?", wait=False)
        await opened.sleep(seconds=10)
    assert (turn.status, turn.error) == ("failed", f"The MCP server “library” does not answer. {reason}")


async def test_its_filter_is_kept() -> None:
    module = librarian(library(tool_filter=create_static_tool_filter(blocked_tool_names=["find_book"])))
    async with chat(module) as opened:
        opened.model.script(text("Hello."))
        await opened.send("hello")
    assert "find_book" not in opened.model.requests[0].tools


def test_a_server_of_an_unknown_class_is_refused_with_the_remedy() -> None:
    class Shelf(MCPServerStdio):
        pass

    shelf = Shelf(name="shelf", params={"command": "shelf"})
    with pytest.raises(BadAgentFile, match="“shelf” is a Shelf, .* Write MCP_SERVERS"):
        describe("librarian", librarian(shelf))


class Hasty(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        await turn.run(Agent(name="Librarian", mcp_servers=[library()]), turn.input)


async def test_a_server_of_an_agent_that_is_made_in_a_turn_is_refused_with_the_remedy() -> None:
    async with chat(Hasty) as hasty:
        turn = await hasty.send("hello")
    assert turn.error == (
        "The MCP server “library” is given to an agent that is made while the turn runs. "
        "Make the agent at the top level of its file."
    )


async def test_its_tools_wait_for_an_approval_where_it_asks_for_one() -> None:
    async with chat(librarian(library(require_approval="always"))) as opened:
        opened.model.script(tool_call("find_book", title="Emma"), text("It is by Austen."))
        turn = await opened.send("who wrote Emma?")
        assert [each.asked.title for each in opened.waiting] == ["find_book"]
        await opened.approve()
        assert turn.answer == "It is by Austen." and turn.tools[0].status == "done"


SAMPLE = """
import sys
from agents import Agent, Runner
from agents.mcp import MCPServerStdio
from temporalio import workflow
from temporalio.contrib import openai_agents

{line}

@workflow.defn
class FileSystem:
    @workflow.run
    async def run(self) -> str:
        server = openai_agents.workflow.{function}("Files")
        agent = Agent(name="Assistant", mcp_servers=[server])
        return (await Runner.run(agent, "Find Emma.")).final_output
"""
LINE = f"""
MCP_SERVERS = {{"Files": lambda: MCPServerStdio({{"command": sys.executable, "args": ["{SERVER}"]}})}}
"""


async def test_a_sample_whose_worker_had_the_server_is_told_the_remedy_which_works(tmp_path: Path) -> None:
    path = tmp_path / "file_system.py"
    path.write_text(SAMPLE.format(line="", function="stateless_mcp_server"))
    async with chat(path) as opened:
        turn = await opened.send("go", wait=False)
        await opened.sleep(seconds=60)
    assert turn.status == "failed"
    assert "No worker has the MCP server “Files”." in turn.error
    assert "MCP_SERVERS = {“Files”: a function that makes it}" in turn.error
    path.write_text(SAMPLE.format(line=LINE, function="temporal_mcp_server"))
    sys.modules.pop("agentex_web.agents.file_system")
    async with chat(path) as opened:
        opened.model.script(tool_call("find_book", title="Emma"), text("On shelf 4."))
        turn = await opened.send("go")
    assert (turn.status, turn.answer) == ("done", "On shelf 4."), turn.error
