"""A turn with parallel work continues in another run: each branch continues with its own results."""

import asyncio
from datetime import timedelta

from agentex_web import adk
from agentex_web.adk.testing import chat, text, tool_call
from agents import Agent
from tests.turns_in_memory.agents import of_tests
from tests.turns_in_memory.branches import DONE, left, outputs, right, runs


class Both(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        one, two = await asyncio.gather(turn.run(left, "left"), turn.run(right, "right"))
        await turn.say(f"{one.final_output} {two.final_output}", author="system")


async def test_of_two_agents_at_work_each_goes_on_with_its_own_results() -> None:
    DONE.clear()
    async with chat(Both) as box:
        held = box.tools.hold("slow")
        box.model.script(
            tool_call("slow", what="a"), tool_call("quick", what="b"), text("Left."), agent="Left"
        )
        box.model.script(
            tool_call("quick", what="1"), tool_call("quick", what="2"), text("Right."), agent="Right"
        )
        turn = await box.send("go", wait=False)
        # The right agent has finished before the left agent's first tool ends.
        assert DONE == ["1", "2"]
        box.suggest_continue_as_new()
        held.release("slow a")
        await box.ended(turn)
        assert (turn.status, runs(box)) == ("done", 2), turn.error
        assert ("system", "text", "Left. Right.") in turn.said
        assert DONE == ["1", "2", "b"]
        asked = [each for each in box.model.requests if each.agent == "Left"]
        assert [outputs(each.input) for each in asked] == [[], ["slow a"], ["slow a", "quick b"]]


class Patiently(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        async def wait() -> str:
            await turn.sleep(timedelta(days=2), reason="Two days")
            state = await turn.get_state()
            await turn.set_state({**state.value, "woke": True})
            return "woken"

        woken, result = await asyncio.gather(wait(), turn.run(left, "left"))
        await turn.sleep(timedelta(hours=1))
        await turn.run(right, "then")
        await turn.say(f"{woken} {result.final_output}", author="system")


async def test_waits_that_ended_before_end_again_and_count_once() -> None:
    DONE.clear()
    async with chat(Patiently) as box:
        box.model.script(
            tool_call("delete", what="a"), tool_call("delete", what="b"), text("Left."), agent="Left"
        )
        box.model.script(tool_call("quick", what="1"), text("Right."), agent="Right")
        turn = await box.send("go", wait=False)
        await box.sleep(days=3)
        await box.approve()
        assert DONE == ["a"]
        box.suggest_continue_as_new()
        await box.approve()
        assert (turn.status, runs(box)) == ("done", 2), turn.error
        assert DONE == ["a", "b", "1"]
        assert ("system", "text", "woken Left.") in turn.said
        assert [each.kind for each in turn.messages].count("approval") == 2
        assert [each.kind for each in turn.messages].count("wait") == 2


async def test_an_approval_that_was_open_while_another_branch_was_continued() -> None:
    DONE.clear()
    async with chat(Both) as box:
        held = box.tools.hold("quick")
        box.model.script(tool_call("delete", what="a"), text("Left."), agent="Left")
        box.model.script(tool_call("quick", what="1"), text("Right."), agent="Right")
        turn = await box.send("go", wait=False)
        assert len(box.waiting) == 1
        box.suggest_continue_as_new()
        held.release("quick 1")
        await box.rest()
        assert runs(box) == 2
        await box.restart()
        await box.approve()
        assert (turn.status, DONE) == ("done", ["a"]), turn.error


class Impatient(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        try:
            await asyncio.wait_for(turn.run(left, "left"), 60)
        except TimeoutError:
            await turn.say("It took too long.", author="system")
        await turn.run(right, "right")


async def test_what_was_given_up_before_is_given_up_again() -> None:
    async with chat(Impatient) as box:
        held = box.tools.hold("slow")
        box.model.script(tool_call("slow", what="a"), agent="Left")
        box.model.script(tool_call("quick", what="1"), text("Right."), agent="Right")
        quick_held = box.tools.hold("quick")
        turn = await box.send("go", wait=False)
        await box.sleep(minutes=2)
        box.suggest_continue_as_new()
        quick_held.release("quick 1")
        await box.ended(turn)
        held.release("late")
        assert (turn.status, turn.answer, runs(box)) == ("done", "Right.", 2), turn.error


async def test_a_message_for_the_running_turn_goes_in_after_what_was_done_before() -> None:
    async with chat(of_tests("trips")) as trips:
        held = trips.tools.hold("book")
        trips.model.script(
            tool_call("book", what="hotel"), tool_call("pay", amount=5), text("Booked, without breakfast.")
        )
        turn = await trips.send("book a hotel", wait=False)
        late = await trips.send("no breakfast, please", wait=False)
        await trips.send_now(late)
        trips.suggest_continue_as_new()
        held.release("hotel is booked")
        await trips.ended()
        assert (turn.status, runs(trips)) == ("done", 2), turn.error
        assert (late.status, turn.answer) == ("withdrawn", "Booked, without breakfast.")
        given = trips.model.requests[1].input
        assert [each.get("role") or each["type"] for each in given][-2:] == ["function_call_output", "user"]


boss = Agent(
    name="Boss",
    instructions="Ask both.",
    tools=[left.as_tool("ask_left", "Is slow."), right.as_tool("ask_right", "Is quick.")],
)


class Bossy(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        await turn.run(boss, turn.input)


async def test_agents_that_are_tools_side_by_side_go_on_with_their_own_results() -> None:
    DONE.clear()
    async with chat(Bossy) as box:
        held = box.tools.hold("slow")
        box.model.script(
            [tool_call("ask_left", input="left"), tool_call("ask_right", input="right")],
            text("Both."),
            agent="Boss",
        )
        box.model.script(tool_call("slow", what="a"), tool_call("quick", what="b"), text("L."), agent="Left")
        box.model.script(
            tool_call("quick", what="1"), tool_call("quick", what="2"), text("R."), agent="Right"
        )
        turn = await box.send("go", wait=False)
        assert DONE == ["1", "2"]
        box.suggest_continue_as_new()
        held.release("slow a")
        await box.ended(turn)
        assert (turn.status, turn.answer, runs(box)) == ("done", "Both.", 2), turn.error
        assert DONE == ["1", "2", "b"]
        assert outputs(box.model.requests[-1].input) == ["L.", "R."]
