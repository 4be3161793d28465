"""An agent's file can be imported and tested without a database, Redis or settings."""

import subprocess
import sys

from tests.support.environment import ROOT

WITHOUT_SERVICES = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("django", "redis", "channels", "environs", "psycopg", "nh3"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None

sys.meta_path.insert(0, Absent())
sys.path.insert(0, sys.argv[1])
"""


TURN = """
import asyncio
from agentex_web import adk
from agentex_web.agents import weather
from agentex_web.adk.testing import chat, text, tool_call

async def main():
    async with chat(weather) as opened:
        opened.model.script(tool_call("get_weather", city="Oslo"), text("Sunny."))
        turn = await opened.send("What is the weather in Oslo?")
        print(turn.answer, turn.tools[0].output)

print(len(adk.__all__) > 10, weather.agent.name)
asyncio.run(main())
"""


def test_adk_an_agent_file_and_its_test_need_no_services_and_no_settings() -> None:
    command = [sys.executable, "-c", WITHOUT_SERVICES + TURN, str(ROOT)]
    ran = subprocess.run(command, cwd="/", env={"PATH": ""}, capture_output=True, text=True)
    assert ran.stdout == "True Weather Reporter\nSunny. Oslo: sunny, 25 °C\n", ran.stderr
