"""A person names another agent in a chat: it answers, with the chat's memory, until another agent is named."""

from pathlib import Path

import pytest

from agentex_web.adk.testing import Chat, chat, failure, hold, text, tool_call
from agentex_web.turns.contents import TextContent
from agentex_web.turns.event import Event

GROCER = '''
"""Keeps a shopping list."""
from pydantic import BaseModel
from agents import Agent, RunContextWrapper, function_tool

class ShoppingList(BaseModel):
    items: list[str] = []

@function_tool
async def put_on_list(context: RunContextWrapper[ShoppingList], name: str) -> str:
    context.context.items.append(name)
    return ", ".join(context.context.items)

CONTEXT = ShoppingList
agent = Agent[ShoppingList](name="Grocer", instructions="You keep a list.", tools=[put_on_list])
'''
DESK = '''
"""Two colleagues."""
from agents import Agent
repairs = Agent(name="Repairs", instructions="You repair.")
agent = Agent(name="Desk", instructions="You are the desk.", handoffs=[repairs])
'''


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    grocer, desk = tmp_path / "named_grocer.py", tmp_path / "named_desk.py"
    grocer.write_text(GROCER)
    desk.write_text(DESK)
    return grocer, desk


async def two_answers(grocer: Chat) -> None:
    grocer.model.script(tool_call("put_on_list", name="milk"), text("Noted."))
    await grocer.send("milk")
    grocer.model.script(text("At the desk."))
    turn = await grocer.send("Who is there?", to="named_desk")
    assert (turn.status, turn.answer, turn.agent) == ("done", "At the desk.", "named_desk")


async def test_the_named_agent_answers_with_the_history_of_the_chat(files: tuple[Path, Path]) -> None:
    async with chat(files[0], others=[files[1]]) as grocer:
        await two_answers(grocer)
        asked = grocer.model.requests[-1]
        assert (asked.agent, asked.instructions, asked.tools) == ("Desk", "You are the desk.", [])
        assert [item.get("content") for item in asked.input if item.get("role") == "user"] == [
            "milk",
            "Who is there?",
        ]


async def test_later_messages_stay_with_it_until_another_is_named(files: tuple[Path, Path]) -> None:
    async with chat(files[0], others=[files[1]]) as grocer:
        await two_answers(grocer)
        grocer.model.script(text("Still the desk."), text("The grocer."))
        await grocer.send("And now?")
        assert grocer.model.requests[-1].agent == "Desk"
        await grocer.send("Back", to="named_grocer")
        assert grocer.model.requests[-1].agent == "Grocer"


@pytest.mark.parametrize("new_run", [False, True])
async def test_each_agent_finds_its_own_context_again(files: tuple[Path, Path], new_run: bool) -> None:
    async with chat(files[0], others=[files[1]]) as grocer:
        await two_answers(grocer)
        if new_run:
            await grocer.sleep(hours=5)
            assert not grocer.is_running
        grocer.model.script(tool_call("put_on_list", name="eggs"), text("Noted."))
        turn = await grocer.send("eggs", to="named_grocer")
        assert turn.tools[0].output == "milk, eggs"


@pytest.mark.parametrize("new_run", [False, True])
async def test_each_file_remembers_who_spoke_last(files: tuple[Path, Path], new_run: bool) -> None:
    async with chat(files[0], others=[files[1]]) as grocer:
        from agentex_web.adk.testing import handoff

        grocer.model.script(handoff("Repairs"), text("I repair."), text("A list."))
        await grocer.send("My lamp", to="named_desk")
        await grocer.send("List", to="named_grocer")
        if new_run:
            await grocer.sleep(hours=5)
        grocer.model.script(text("Still repairing."))
        await grocer.send("Lamp?", to="named_desk")
        assert grocer.model.requests[-1].agent == "Repairs"


async def test_a_message_for_another_agent_does_not_go_into_the_running_turn(
    files: tuple[Path, Path],
) -> None:
    async with chat(files[0], others=[files[1]]) as grocer:
        grocer.model.script(hold(text("Slowly."), after="Slow"))
        running = await grocer.send("list", wait=False)
        grocer.model.script(text("The desk."))
        queued = await grocer.send("Who?", to="named_desk", wait=False)
        await grocer.send_now(queued)
        grocer.model.release()
        await grocer.ended(running, queued)
        assert (running.answer, queued.answer) == ("Slowly.", "The desk.")


async def test_an_agent_that_is_gone_fails_the_turn_with_a_reason(files: tuple[Path, Path]) -> None:
    async with chat(files[0]) as grocer:
        turn = await grocer.send("Hello", to="nobody")
        assert turn.status == "failed"
        assert "no agent “nobody”" in turn.error


async def test_it_is_retried_and_outlives_a_crash(files: tuple[Path, Path]) -> None:
    async with chat(files[0], others=[files[1]]) as grocer:
        grocer.model.script(failure(429), text("The desk."))
        turn = await grocer.send("Who?", to="named_desk", wait=False)
        await grocer.restart()
        await grocer.ended(turn)
        assert turn.answer == "The desk."
        grocer.model.script(text("The desk again."))
        again = await grocer.retry(turn)
        assert (again.agent, again.answer) == ("named_desk", "The desk again.")


def test_an_event_of_an_older_version_has_no_choices() -> None:
    assert Event("1", TextContent("user", "Hi")).choices is None
