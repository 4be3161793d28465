"""A file's CONTEXT: the run context of its chats, from turn to turn."""

from typing import Any

import pytest

from agentex_web import adk
from agentex_web.adk import TaskRef
from agentex_web.adk.bad_agent_file import BadAgentFile
from agentex_web.adk.testing import chat, text, tool_call
from agents import Agent, RunContextWrapper, function_tool
from tests.turns_in_memory.shop import Cart, described, shop


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
