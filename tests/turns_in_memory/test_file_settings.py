"""A file's settings for its agents: RUN_CONFIG, MODEL_SETTINGS, HOOKS, STICKY, ERROR_HANDLERS."""

from types import ModuleType
from typing import Any

import pytest
from agents.run_config import SandboxRunConfig

from agentex_web.adk.bad_agent_file import BadAgentFile
from agentex_web.adk.testing import chat, handoff, text, tool_call
from agents import Agent, ModelSettings, RunConfig, RunHooks, Tool, function_tool
from tests.turns_in_memory.shop import Cart, described, shop


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ({"RUN_CONFIG": 3}, r"RUN_CONFIG is a int; write RunConfig\(…\)"),
        ({"RUN_CONFIG": {"colour": 1}}, "RUN_CONFIG: RunConfig has no 'colour'"),
        ({"MODEL_SETTINGS": 3}, r"MODEL_SETTINGS is a int; write ModelSettings\(…\)"),
        ({"MODEL_SETTINGS": {"heat": 1}}, "MODEL_SETTINGS: ModelSettings has no 'heat'"),
        ({"MODEL_SETTINGS": {"temperature": "hot"}}, "MODEL_SETTINGS: (.|\\n)*temperature"),
        (
            {"RUN_CONFIG": RunConfig(sandbox=SandboxRunConfig())},
            r"RUN_CONFIG: a sandbox is lost with its worker",
        ),
        ({"HOOKS": "hooks"}, "HOOKS is 'hooks'; write a subclass of RunHooks"),
        ({"STICKY": "no"}, "STICKY is 'no'; write True or False"),
    ],
)
def test_a_setting_of_the_wrong_kind_is_refused(names: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadAgentFile, match=reason):
        described(shop(**names))


async def test_the_run_config_and_the_model_settings_reach_the_model() -> None:
    module = shop(
        CONTEXT=Cart, RUN_CONFIG=RunConfig(model="small"), MODEL_SETTINGS=ModelSettings(temperature=0.2)
    )
    async with chat(module) as opened:
        opened.model.script(text("Hello."))
        await opened.send("hello")
    asked = opened.model.requests[0]
    assert (asked.model, asked.settings.temperature) == ("small", 0.2)


class Counting(RunHooks[Any]):
    def __init__(self) -> None:
        self.events: list[str] = []

    async def on_tool_end(self, context: Any, agent: Agent[Any], tool: Tool, result: object) -> None:
        self.events.append(f"{tool.name}: {result}")


made: list[Counting] = []


def counting() -> Counting:
    made.append(Counting())
    return made[-1]


@pytest.mark.parametrize("hooks", [Counting, Counting(), counting, lambda _task_id: Counting()])
async def test_the_sdks_own_hooks_do_not_take_the_cards_away(hooks: Any) -> None:
    made.clear()
    async with chat(shop(CONTEXT=Cart, HOOKS=hooks)) as opened:
        opened.model.script(tool_call("put_in", name="lamp"), text("Done."))
        turn = await opened.send("a lamp")
    assert [(each.name, each.output, each.status) for each in turn.tools] == [
        ("put_in", "1 in the cart", "done")
    ]
    assert all(each.events == ["put_in: 1 in the cart"] for each in made)


def desk(**names: Any) -> ModuleType:
    refunds = Agent(name="Refunds", instructions="You arrange refunds.")
    return shop(agent=Agent(name="Desk", instructions="Hand over.", handoffs=[refunds]), **names)


async def test_the_next_message_goes_to_the_agent_that_spoke_last() -> None:
    async with chat(desk()) as opened:
        opened.model.script(handoff("Refunds"), text("Which order?"), text("Done."))
        first = await opened.send("my money back")
        await opened.sleep(hours=2)
        await opened.send("order 17")
        opened.model.script(text("Hello, I am the desk."))
        again = await opened.edit(first, "hello")
    assert [each.agent for each in opened.model.requests] == ["Desk", "Refunds", "Refunds", "Desk"]
    assert (first.last_agent, again.last_agent) == ("Refunds", "Desk")


async def test_a_file_may_begin_each_message_with_its_first_agent() -> None:
    async with chat(desk(STICKY=False)) as opened:
        opened.model.script(handoff("Refunds"), text("Which order?"), text("Yes?"))
        await opened.send("my money back")
        await opened.send("something else")
    assert [each.agent for each in opened.model.requests] == ["Desk", "Refunds", "Desk"]


@function_tool
async def look_again() -> str:
    """Finds nothing."""
    return "Nothing yet."


async def test_an_error_handler_answers_when_the_agent_takes_too_many_steps() -> None:
    seeker = shop(MAX_TURNS=1, ERROR_HANDLERS={"max_turns": lambda data: f"I gave up: {data.error.message}"})
    seeker.agent = Agent(name="Seeker", tools=[look_again])  # type: ignore[attr-defined]
    async with chat(seeker) as opened:
        opened.model.script(tool_call("look_again"), text("Found."))
        first = await opened.send("Find it")
        second = await opened.send("And now?")
    assert (first.status, first.answer) == ("done", "I gave up: Max turns (1) exceeded")
    assert second.answer == "Found."
    said = [each for each in opened.model.requests[1].input if each.get("role") == "assistant"]
    assert [each["content"][0]["text"] for each in said] == ["I gave up: Max turns (1) exceeded"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"max_turn": len}, "ERROR_HANDLERS has 'max_turn'; the SDK knows invalid_final_output, max_turns"),
        ([len], "ERROR_HANDLERS is [<built-in function len>]; write a dictionary of functions."),
    ],
)
async def test_error_handlers_are_checked(value: Any, words: str) -> None:
    with pytest.raises(BadAgentFile) as found:
        async with chat(shop(ERROR_HANDLERS=value)):
            pass
    assert words in str(found.value)
