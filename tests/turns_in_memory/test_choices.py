"""A person's choices for a message apply to the model call, and disabled tools are not offered to the model."""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from openai.types.shared import Reasoning
from pydantic import BaseModel

from agentex_web import adk
from agentex_web.adk.agent_file import describe
from agentex_web.adk.bad_agent_file import BadAgentFile
from agentex_web.adk.testing import Choices, chat, handoff, text, tool_call
from agentex_web.adk.testing.loading import load_file
from agentex_web.catalog.faults import sentence
from agentex_web.turns.choosing import SWITCHED_OFF, BadOptions
from agents import Agent, ModelSettings, RunConfig, RunContextWrapper, function_tool

ALL = adk.Options(models={"small": "Fast", "large": "Thorough"}, effort=True, temperature=(0, 1), tools=True)


@function_tool
def look_up(word: str) -> str:
    """Looks a word up.

    In a book.
    """
    return f"{word} is a word"


@adk.pure
@function_tool
def count(word: str) -> str:
    """Counts letters."""
    return str(len(word))


colleague = Agent(name="Colleague", instructions="You help.", tools=[look_up])


def desk(**names: Any) -> ModuleType:
    module = ModuleType("desk")
    settings = ModelSettings(reasoning=Reasoning(summary="auto"), temperature=0.9)
    agent = Agent(
        name="Desk",
        instructions="You are at a desk.",
        tools=[look_up, count],
        handoffs=[colleague],
        model_settings=settings,
    )
    vars(module).update({"agent": agent, "OPTIONS": ALL, **names})
    return module


async def test_the_model_is_asked_as_the_person_chose() -> None:
    async with chat(desk()) as opened:
        opened.model.script(text("Yes."), text("No."))
        await opened.send("Hi", choices=Choices(model="large", effort="high", temperature=0.2))
        await opened.send("Hi")
        first, second = opened.model.requests
    assert first.model == "large"
    assert (first.settings.temperature, first.settings.reasoning) == (
        0.2,
        Reasoning(effort="high", summary="auto"),
    )
    assert second.model != "large"
    assert (second.settings.temperature, second.settings.reasoning) == (0.9, Reasoning(summary="auto"))


async def test_the_agents_keep_their_names_and_the_last_speaker_is_known() -> None:
    async with chat(desk()) as opened:
        opened.model.script(handoff("Colleague"), text("Here."), text("Still here."))
        turn = await opened.send("Hi", choices=Choices(model="large"))
        await opened.send("Hi", choices=Choices(model="large"))
    assert [each.agent for each in opened.model.requests] == ["Desk", "Colleague", "Colleague"]
    assert {each.model for each in opened.model.requests} == {"large"}
    assert turn.messages[-1].agent_name == "Colleague"


async def test_what_the_file_does_not_allow_is_not_heeded() -> None:
    async with chat(desk(OPTIONS=adk.Options(models=["small"], temperature=(0, 0.5)))) as opened:
        opened.model.script(text("Yes."))
        wanted = Choices(model="dear", effort="high", temperature=1.0, without=["look_up"])
        await opened.send("Hi", choices=wanted)
        (asked,) = opened.model.requests
    assert asked.model != "dear"
    assert (asked.settings.temperature, asked.settings.reasoning.effort) == (0.9, None)
    assert asked.tools == ["look_up", "count"]


async def test_a_tool_that_is_off_is_not_offered_in_the_whole_turn() -> None:
    async with chat(desk()) as opened:
        opened.model.script(handoff("Colleague"), text("Here."))
        await opened.send("Hi", choices=Choices(without=["look_up"]))
        first, second = opened.model.requests
    assert (first.tools, second.tools) == (["count"], [])


@pytest.mark.parametrize("name", ["look_up", "count"])
async def test_a_model_that_calls_it_all_the_same_is_told(name: str) -> None:
    async with chat(desk()) as opened:
        opened.model.script(tool_call(name, word="tree"), text("Then without."))
        turn = await opened.send("Hi", choices=Choices(without=[name]))
    assert turn.answer == "Then without."
    assert turn.tools[0].output == SWITCHED_OFF


async def test_no_tool_is_demanded_that_is_off() -> None:
    config = RunConfig(model_settings=ModelSettings(tool_choice="look_up"))
    async with chat(desk(RUN_CONFIG=config)) as opened:
        opened.model.script(text("Here."))
        await opened.send("Hi", choices=Choices(without=["look_up"]))
        assert opened.model.requests[0].settings.tool_choice is None


async def test_custom_instructions_follow_those_of_the_agent() -> None:
    async with chat(desk()) as opened:
        opened.model.script(handoff("Colleague"), text("Here."))
        await opened.send("Hi", choices=Choices(instructions="Answer briefly."))
        first, second = opened.model.requests
    assert first.instructions.startswith("You are at a desk.\n\nThe user has written these instructions")
    assert first.instructions.endswith("\n\nAnswer briefly.")
    assert second.instructions.startswith("You help.") and second.instructions.endswith("Answer briefly.")


async def test_a_file_may_refuse_them() -> None:
    async with chat(desk(CUSTOM_INSTRUCTIONS=False)) as opened:
        opened.model.script(text("Here."))
        await opened.send("Hi", choices=Choices(instructions="Answer briefly."))
        assert opened.model.requests[0].instructions == "You are at a desk."


DIARY = """
from agentex_web import adk
from agents import Agent

agent = Agent(name="Colleague", instructions="You help.")
OPTIONS = adk.Options(models=["small"])

class Diary(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        await turn.say(f"{turn.instructions} {turn.choices.model}")
        await turn.run(agent, "x", quiet=True)
"""


@pytest.mark.parametrize(("more", "said"), [("CUSTOM_INSTRUCTIONS = True", "Briefly. small"), ("", " small")])
async def test_a_workflow_of_its_own_reads_them_if_its_file_says_so(
    more: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "chosen_diary.py"
    file.write_text(DIARY + more)
    async with chat(file) as opened:
        opened.model.script(text("Unseen."))
        turn = await opened.send("Hi", choices=Choices(model="small", instructions="Briefly."))
        assert turn.messages[1].content == said
        assert opened.model.requests[0].model == "small"
        assert opened.model.requests[0].instructions == "You help."


def test_check_names_the_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "wrong_options.py"
    file.write_text(DIARY.replace('models=["small"]', 'tools=["nothing"]'))
    with pytest.raises(BadAgentFile, match=r"wrong_options\.py, line 6: OPTIONS: no agent of the file has"):
        load_file(file)
    file = tmp_path / "hot_options.py"
    file.write_text(DIARY.replace('models=["small"]', "temperature=(2, 1)"))
    with pytest.raises(BadOptions) as error:
        load_file(file)
    monkeypatch.setattr("agentex_web.agents.__path__", [str(tmp_path)])
    words = sentence("hot_options", error.value)
    assert "hot_options.py, line 6: BadOptions: Options: temperature" in words


class Trip(BaseModel):
    city: str
    days: int = 2


def about(context: RunContextWrapper[Trip], _agent: Agent[Trip]) -> str:
    return f"{context.context.city} for {context.context.days} days"


async def test_parameters_are_the_context_if_the_file_makes_no_other() -> None:
    module = desk(PARAMETERS=Trip, agent=Agent(name="Guide", instructions=about))
    async with chat(module, parameters={"city": "Oslo"}) as opened:
        opened.model.script(text("A."))
        await opened.send("Hi")
        assert opened.model.requests[0].instructions == "Oslo for 2 days"


async def test_a_chat_without_the_parameters_says_so() -> None:
    module = desk(PARAMETERS=Trip, agent=Agent(name="Guide", instructions=about))
    async with chat(module) as opened:
        turn = await opened.send("Hi")
    assert turn.error == "The parameters of this chat do not fit PARAMETERS: city: Field required."


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ({"OPTIONS": {"models": []}}, "OPTIONS is {'models': \\[\\]}; write adk.Options"),
        (
            {"OPTIONS": adk.Options(tools=["look"])},
            "no agent of the file has a tool “look”. Its tools: look_up, count",
        ),
        ({"CUSTOM_INSTRUCTIONS": 1}, "CUSTOM_INSTRUCTIONS is 1; write True or False"),
        ({"PARAMETERS": "Where?"}, "PARAMETERS is a text; write a pydantic model"),
        ({"PARAMETERS": {"properties": {"a": {"type": "object"}}}}, "PARAMETERS: The form's field “a”"),
        (
            {"PARAMETERS": {"properties": {"a": {"type": "string", "format": "file"}}}},
            "PARAMETERS: “a” is a file. Files are attached to the message",
        ),
    ],
)
def test_wrong_declarations_are_refused(names: dict[str, Any], words: str) -> None:
    with pytest.raises(BadAgentFile, match=words):
        describe("desk", desk(**names))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"models": "gpt"}, "models is 'gpt'; write a list of strings"),
        ({"effort": ["huge"]}, "the effort 'huge' is unknown. Use: none, minimal, low"),
        ({"temperature": (1, 0)}, r"temperature is \(1, 0\); write the lowest and the highest"),
        ({"temperature": (0, 3)}, "from 0 to 2"),
        ({"tools": [1]}, r"tools is \[1\]"),
    ],
)
def test_wrong_options_are_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(BadOptions, match=words):
        adk.Options(**given)


def test_the_announcement_has_what_the_web_process_shows() -> None:
    from agentex_web.catalog.declared import declared

    found = declared(describe("desk", desk(PARAMETERS=Trip)))
    assert found["models"] == [{"name": "small", "title": "Fast"}, {"name": "large", "title": "Thorough"}]
    assert (found["efforts"], found["temperature"]) == (["low", "medium", "high"], [0, 1])
    assert found["tools"][0] == {"name": "look_up", "title": "Look up", "help": "Looks a word up."}
    assert [each["name"] for each in found["parameters"]["fields"]] == ["city", "days"]
    assert found["hosts"] and "named" not in found
    assert declared(describe("plain", desk(OPTIONS=adk.Options()))) == {
        "hosts": True,
        "named": True,
        "instructions": True,
    }
