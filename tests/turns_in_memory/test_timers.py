"""Timers of a turn go on when its workflow continues as a new run: no time begins anew."""

import asyncio
from datetime import timedelta

import pytest
from temporalio import workflow

from agentex_web import adk
from agentex_web.adk.testing import Chat, chat, text, tool_call
from agentex_web.adk.testing.kept_turns import KeptTurn
from agents import Agent, function_tool


@function_tool(needs_approval=True)
def quick(what: str) -> str:
    """Waits for the test."""
    return f"quick {what}"


left = Agent(name="Left", instructions="Be slow.", tools=[quick])


def runs(box: Chat) -> int:
    return len(box.temporal.runs_of(box.workflow_id))


async def continued(box: Chat) -> KeptTurn:
    """Sends a message to a workflow that runs ``left``, and continues it as new after its tool."""
    box.model.script(tool_call("quick", what="1"), text("Left."), agent="Left")
    turn = await box.send("go", wait=False)
    await box.sleep(hours=3)
    box.suggest_continue_as_new()
    await box.approve(wait=False)
    await box.rest()
    assert runs(box) == 2
    return turn


class Slept(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        for _ in range(100):
            await asyncio.sleep(60)
        await workflow.sleep(timedelta(minutes=30))
        await turn.sleep(4)
        began = workflow.now()
        await turn.run(left, "left")
        await turn.say(f"{workflow.now() - began < timedelta(hours=2)}", author="system")


async def test_what_has_slept_does_not_sleep_again() -> None:
    async with chat(Slept) as box:
        turn = await continued(box)
        await box.rest()
        assert (turn.status, turn.messages[-1].content) == ("done", "True"), turn.error


class Limited(adk.Workflow):
    """A pending timer, and one that is done, beside an agent."""

    async def on_message(self, turn: adk.Turn) -> None:
        async def nap() -> str:
            await asyncio.sleep(3600)
            await turn.say("An hour.", author="system")
            await asyncio.sleep(3600 * 5)
            return "Six hours."

        try:
            async with asyncio.timeout(3600 * 24):
                napped, result = await asyncio.gather(nap(), turn.run(left, "left"))
        except TimeoutError:
            await turn.say("A day.", author="system")
        else:
            await turn.say(f"{napped} {result.final_output}", author="system")


async def test_a_timer_that_runs_keeps_its_time() -> None:
    async with chat(Limited) as box:
        turn = await continued(box)
        await box.sleep(hours=2, minutes=50)
        assert turn.is_open
        await box.restart()
        await box.sleep(minutes=11)
        assert (turn.status, turn.messages[-1].content) == ("done", "Six hours. Left."), turn.error
        assert [each.content for each in turn.messages].count("An hour.") == 1


class Held(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        waiting = asyncio.ensure_future(turn.run(left, "left"))
        done, _ = await asyncio.wait([waiting], timeout=3600 * 10)
        if not done:
            waiting.cancel()
        await turn.say(f"{len(done)}", author="system")


async def test_a_limit_counts_from_its_first_beginning() -> None:
    async with chat(Held) as box:
        box.model.script(
            tool_call("quick", what="1"), tool_call("quick", what="2"), text("Never."), agent="Left"
        )
        turn = await box.send("go", wait=False)
        await box.sleep(hours=8)
        box.suggest_continue_as_new()
        await box.approve(wait=False)
        await box.rest()
        assert runs(box) == 2
        await box.sleep(hours=1, minutes=50)
        assert turn.is_open
        await box.sleep(minutes=11)
        assert turn.status == "done", turn.error
        assert ("system", "text", "0") in turn.said


class Until(adk.Workflow):
    """Comes to a time that has passed when the next run comes to it."""

    async def on_message(self, turn: adk.Turn) -> None:
        start = workflow.now()
        await turn.wait_until(start - timedelta(hours=1))
        await turn.wait_until(start + timedelta(seconds=3))
        await turn.wait_until(start + timedelta(hours=1), reason="An hour")
        while workflow.now() < start + timedelta(hours=2):  # noqa: ASYNC110
            await asyncio.sleep(600)
        await turn.wait_until(start + timedelta(hours=1))
        slept = await turn.sleep(60, reason="A minute")
        await turn.run(left, "left")
        await turn.say(f"slept {slept}", author="system")


async def test_a_time_that_has_passed_takes_the_same_steps() -> None:
    async with chat(Until) as box:
        turn = await continued(box)
        assert (turn.status, turn.messages[-1].content) == ("done", "slept True"), turn.error
        assert [each.kind for each in turn.messages].count("wait") == 2


class Counting(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        async def nap() -> bool:
            return await turn.sleep(timedelta(hours=4), reason="Four hours")

        slept, _ = await asyncio.gather(nap(), turn.run(left, "left"))
        await turn.say(f"slept {slept}", author="system")


@pytest.mark.parametrize("pressed", [True, False])
async def test_a_countdown_goes_on(pressed: bool) -> None:
    async with chat(Counting) as box:
        turn = await continued(box)
        if pressed:
            await box.go_on()
        else:
            await box.sleep(minutes=61)
        assert (turn.status, turn.messages[-1].content) == ("done", f"slept {not pressed}"), turn.error
        assert [each.kind for each in turn.messages].count("wait") == 1
