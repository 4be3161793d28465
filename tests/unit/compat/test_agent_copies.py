"""agentex_web/compat/agent_copies.py is needed while the plugin copies agents by calling their class."""

import inspect

import pytest
from temporalio.openai_agents import ModelActivityParameters, _openai_runner

from agentex_web.compat import agent_copies
from agents import Agent


class Helper(Agent[None]):
    def __init__(self) -> None:
        super().__init__(name="Helper", instructions="I help.")


def test_the_plugin_calls_the_class(monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    monkeypatch.setattr(_openai_runner, "dataclasses", dataclasses)
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        _openai_runner._convert_agent(ModelActivityParameters(), Helper(), None)


def test_a_copy_has_the_changes_and_the_class() -> None:
    given = Helper()
    made = agent_copies.replaced(given, name="Other")
    assert (type(made), made.name, made.instructions, given.name) == (Helper, "Other", "I help.", "Helper")
    assert agent_copies.replaced(Agent(name="A"), name="B").name == "B"
    assert set(inspect.getsource(_openai_runner).split("dataclasses.")[1:]) and {"replace", "fields"} == {
        each.partition("(")[0] for each in inspect.getsource(_openai_runner).split("dataclasses.")[1:]
    }
