"""A file's settings for its agents: CONTEXT, RUN_CONFIG, MODEL_SETTINGS, HOOKS, STICKY."""

from types import ModuleType
from typing import Any

import pytest
from agents.run_config import SandboxRunConfig
from pydantic import BaseModel

from agentex_web import adk
from agentex_web.adk import TaskRef
from agentex_web.adk.bad_agent_file import BadAgentFile
from agentex_web.adk.testing import chat, handoff, text, tool_call
from agents import Agent, ModelSettings, RunConfig, RunContextWrapper, RunHooks, Tool, function_tool


class Cart(BaseModel):
    owner: str = ""
    items: list[str] = []


@function_tool
async def put_in(context: RunContextWrapper[Cart], name: str) -> str:
    """Puts something in the cart."""
    context.context.items.append(name)
    return f"{len(context.context.items)} in the cart"


def instructions(context: RunContextWrapper[Cart], _agent: Agent[Cart]) -> str:
    return f"The cart of {context.context.owner}: {', '.join(context.context.items) or 'empty'}"


def shop(**names: Any) -> ModuleType:
    module = ModuleType("shop")
    module.agent = Agent[Any](name="Shop", instructions=instructions, tools=[put_in])  # type: ignore[attr-defined]
    vars(module).update(names)
    return module


def cart_of(task: TaskRef) -> Cart:
    return Cart(owner=task.owner)


async def test_the_context_is_kept_from_turn_to_turn() -> None:
    async with chat(shop(CONTEXT=cart_of)) as opened:
        opened.model.script(tool_call("put_in", name="lamp"), text("Done."), text("One lamp."))
        await opened.send("a lamp please")
        await opened.send("what have I?")
    assert opened.model.requests[0].instructions == "The cart of tester: empty"
    assert opened.model.requests[2].instructions == "The cart of tester: lamp"


async def test_the_context_outlives_the_workflow_and_follows_the_branch() -> None:
    async with chat(shop(CONTEXT=Cart)) as opened:
        opened.model.script(tool_call("put_in", name="lamp"), text("Done."))
        await opened.send("a lamp please")
        await opened.sleep(hours=2)
        assert not opened.is_running
        opened.model.script(tool_call("put_in", name="chair"), text("Done."))
        second = await opened.send("and a chair")
        opened.model.script(text("A lamp, then."))
        edited = await opened.edit(second, "no chair, what have I?")
    assert opened.model.requests[2].instructions == "The cart of : lamp"
    assert opened.model.requests[4].instructions == "The cart of : lamp"
    assert (second.context["items"], edited.context["items"]) == (["lamp", "chair"], ["lamp"])


async def test_two_chats_share_no_context() -> None:
    module = shop(CONTEXT=Cart())
    async with chat(module) as one:
        one.model.script(tool_call("put_in", name="lamp"), text("Done."))
        await one.send("a lamp please")
    async with chat(module) as other:
        other.model.script(text("Nothing."))
        await other.send("what have I?")
    assert other.model.requests[0].instructions == "The cart of : empty"


async def test_a_context_that_cannot_be_kept_fails_the_turn() -> None:
    # Pure, because a context that travels to an activity would already be refused there.
    @adk.pure
    @function_tool
    async def open_file(context: RunContextWrapper[Any]) -> str:
        """Opens a file."""
        context.context["file"] = object()
        return "open"

    module = shop(CONTEXT=dict, agent=Agent(name="Clerk", tools=[open_file]))
    async with chat(module) as opened:
        opened.model.script(tool_call("open_file"), text("It is open."), text("Still here."))
        turn = await opened.send("open it")
        after = await opened.send("are you there?")
    assert turn.status == "failed"
    assert turn.error.startswith("The run context dict holds a value that cannot be stored between messages:")
    assert after.answer == "Still here."


class Basket:
    """Neither a dataclass nor a pydantic model, as in many examples."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.items: list[str] = []


@function_tool
async def add(context: RunContextWrapper[Basket], name: str) -> str:
    """Adds something."""
    context.context.items.append(name)
    return f"{context.context.owner}: {', '.join(context.context.items)}"


async def test_a_context_may_be_an_object_of_any_class_that_holds_plain_values() -> None:
    module = shop(CONTEXT=Basket("Ada"), agent=Agent(name="Clerk", tools=[add]))
    async with chat(module) as opened:
        opened.model.script(
            tool_call("add", name="lamp"), text("Done."), tool_call("add", name="chair"), text("Done.")
        )
        await opened.send("a lamp")
        turn = await opened.send("a chair")
    assert turn.tools[0].output == "Ada: lamp, chair"


async def test_an_object_that_holds_something_else_fails_the_turn() -> None:
    basket = Basket("Ada")
    basket.items = {1, 2}  # type: ignore[assignment]
    async with chat(shop(CONTEXT=basket, agent=Agent(name="Clerk"))) as opened:
        turn = await opened.send("hello")
    assert turn.error == (
        "The run context Basket holds a value that cannot be stored between messages: "
        "Error calling function `stored`: TypeError: items is a set"
    )


def test_a_context_of_a_class_that_cannot_be_kept_is_refused() -> None:
    class Connection:
        __slots__ = ("socket",)

    with pytest.raises(BadAgentFile, match="CONTEXT: The run context Connection cannot be stored"):
        described(shop(CONTEXT=Connection))


def described(module: ModuleType) -> Any:
    from agentex_web.adk.agent_file import describe

    return describe("shop", module)


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
