"""agentex_web/compat/sdk_runner.py is needed while ``Runner.run`` uses a process-wide default runner."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from agents.run import AgentRunner, get_default_agent_runner, set_default_agent_runner

from agentex_web.compat import sdk_runner
from agents import Agent, Runner


class Asked(AgentRunner):
    async def run(self, starting_agent: Agent[Any], input: Any, **_options: Any) -> Any:
        return f"{starting_agent.name} was asked: {input}"


@pytest.fixture(autouse=True)
def default_runner() -> Iterator[None]:
    before = get_default_agent_runner()
    set_default_agent_runner(Asked())
    yield
    set_default_agent_runner(before)


async def test_the_sdk_asks_the_process_for_its_runner() -> None:
    assert await Runner.run(Agent(name="Poet"), "rain") == "Poet was asked: rain"


def test_an_agent_used_as_a_tool_runs_with_it() -> None:
    assert "await Runner.run(" in inspect.getsource(Agent.as_tool)


async def test_outside_workflows_nothing_is_added() -> None:
    sdk_runner.install()
    assert await Runner.run(Agent(name="Poet"), "snow") == "Poet was asked: snow"


def test_installing_it_again_changes_nothing() -> None:
    sdk_runner.install()
    first = get_default_agent_runner()
    sdk_runner.install()
    assert get_default_agent_runner() is first
    assert isinstance(sdk_runner.durable(), Asked)
