"""Parts that cannot work in a durable agent are refused with the line number and the remedy."""

from pathlib import Path

import pytest

from agentex_web.adk.found_in_modules import BadAgentFile
from agentex_web.adk.testing.loading import load_file

COMPUTER = """
from agents import Agent, AsyncComputer, ComputerTool


class Screen(AsyncComputer):
    async def screenshot(self): ...
    async def click(self, x, y, button): ...
    async def double_click(self, x, y): ...
    async def scroll(self, x, y, scroll_x, scroll_y): ...
    async def type(self, text): ...
    async def wait(self): ...
    async def move(self, x, y): ...
    async def keypress(self, keys): ...
    async def drag(self, path): ...


helper = Agent(name="Screen", tools=[ComputerTool(computer=Screen())])
agent = Agent(name="Desk", handoffs=[helper])
"""
SHELL = """
from agents import Agent, LocalShellTool

agent = Agent(name="Shell", tools=[LocalShellTool(executor=lambda request: "")])
"""
LOOSE = """
from dataclasses import dataclass
from agents import Agent


@dataclass
class Jokes:
    by_number: dict[int, str]


agent = Agent(name="Comedian", output_type=Jokes)
"""

CUSTOM = """
from agents import Agent, AgentOutputSchemaBase


class Custom(AgentOutputSchemaBase):
    def is_plain_text(self): return False
    def name(self): return "Custom"
    def json_schema(self): return {}
    def is_strict_json_schema(self): return False
    def validate_json(self, text): return text


agent = Agent(name="Comedian", output_type=Custom())
"""


@pytest.mark.parametrize(
    ("name", "source", "words"),
    [
        ("custom", CUSTOM, ["custom.py, line 13: The output_type of “Comedian” is a Custom", "pydantic"]),
        ("screens", COMPUTER, ["screens.py, line 17: A ComputerTool holds a live browser", "function tools"]),
        ("shells", SHELL, ["shells.py, line 4: A LocalShellTool", "Use ShellTool"]),
        (
            "loose",
            LOOSE,
            ["loose.py, line 11: The output_type of “Comedian”", "AgentOutputSchema(Jokes, strict"],
        ),
    ],
)
def test_it_is_refused(tmp_path: Path, name: str, source: str, words: list[str]) -> None:
    (tmp_path / f"{name}.py").write_text(source)
    with pytest.raises(BadAgentFile) as refused:
        load_file(tmp_path / f"{name}.py")
    assert all(each in str(refused.value) for each in words)
