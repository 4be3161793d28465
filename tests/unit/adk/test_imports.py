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


def run_without_services(code: str) -> str:
    """Runs code in a process that cannot import Django, Redis or Channels, and returns its output."""
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_SERVICES + code, str(ROOT)], capture_output=True, text=True, cwd="/"
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_adk_and_an_agent_file_need_no_services() -> None:
    code = "from agentex_web import adk; print(len(adk.__all__) > 10)\n"
    code += "from agentex_web.agents import weather; print(weather.agent.name)"
    assert run_without_services(code) == "True\nWeather Reporter"
