"""The tools in the menu of the message box."""

import pytest

from agentex_web.adk.found_tools import MOST, switches
from agentex_web.turns.choosing import Options
from agentex_web.turns.run_settings import BadSetting
from agents import Agent, FunctionTool, function_tool


@function_tool
def look_up(word: str) -> str:
    """Looks up a word.

    In a dictionary.
    """
    return word


def numbered(count: int) -> list[FunctionTool]:
    return [function_tool(lambda: "", name_override=f"tool_{number}") for number in range(count)]


def test_a_list_chooses_among_the_tools_of_the_file() -> None:
    agent = Agent(name="A", tools=[look_up, *numbered(2)])
    assert switches([agent], Options(tools=["look_up"])) == {"look_up": "Looks up a word."}
    with pytest.raises(BadSetting, match="no agent of the file has a tool “search”"):
        switches([agent], Options(tools=["search"]))


def test_a_list_may_name_tools_of_mcp_servers() -> None:
    found = switches(
        [Agent(name="A", tools=[look_up])], Options(tools=["search", "look_up"]), has_servers=True
    )
    assert found == {"look_up": "Looks up a word.", "search": ""}


def test_a_menu_has_a_limit() -> None:
    agent = Agent(name="A", tools=numbered(MOST + 1))
    with pytest.raises(BadSetting, match="Name those that matter"):
        switches([agent], Options(tools=True))
    assert len(switches([agent], Options(tools=["tool_7"]))) == 1
