"""Turns that are withdrawn or stopped at any moment."""

import asyncio
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from agentex_web import adk
from agentex_web.adk.testing import ScriptedModel, chat, hold, reasoning, text, tool_call
from agentex_web.failure_types import TURN_OVER, TURN_STOPPED
from agentex_web.turns import calls_here
from agentex_web.turns.payloads import SignalName, StopParams
from agents import Agent, ModelResponse, function_tool
from tests.turns_in_memory.agents import example, kinds, of_tests, rows

NOT_SEEN = "Stopped before the agent started."


async def test_a_queued_message_can_be_withdrawn_and_is_not_answered() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(hold(text("Answer."), after="A"), text("Third."))
        first, second = await haiku.queue("first", "second")
        await haiku.withdraw(second)
        haiku.model.release()
        await haiku.ended()
        third = await haiku.send("third")
        with pytest.raises(ValueError, match="done"):
            await haiku.withdraw(third)
    assert [turn.status for turn in haiku.turns] == ["done", "withdrawn", "done"]
    assert "second" not in str(haiku.model.requests[-1].input)


async def test_a_stop_ends_the_calls_of_this_process_also_without_redis(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended: list[tuple[str, int]] = []
    monkeypatch.setattr(calls_here, "_end", lambda *turn: ended.append(turn))
    async with chat(example("haiku")) as haiku:
        haiku.model.script(hold(text("one two"), after="one"), hold(text("three four"), after="three"))
        first, waiting = await haiku.queue("first", "waits")
        await haiku.temporal.signal(haiku.workflow_id, SignalName.STOP, StopParams(waiting.id))
        await haiku.rest()
        assert not ended
        await haiku.stop(first)
        assert ended == [(first.id, 0)]
        # That would end the calls that undo.
        second = await haiku.send("second", wait=False)
        await haiku.stop_and_undo(second)
    assert ended == [(first.id, 0)]
    assert [turn.status for turn in haiku.turns] == 3 * ["interrupted"]


async def test_stop_keeps_what_was_said_and_remembers_it() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(hold(text("one two three four"), after="three"), text("Gladly."))
        turn = await haiku.send("stop midway", wait=False)
        await haiku.stop(turn)
        await haiku.send("and then?")
    assert turn.status == "interrupted"
    assert rows(turn) == [("text", "interrupted", "one two three")]
    assert haiku.model.requests[-1].input[1] == {"role": "assistant", "content": "one two three"}


async def test_stop_before_the_first_word() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(hold(text("Too late.")), text("Yes?"))
        turn = await haiku.send("stop early", wait=False)
        await haiku.stop()
        assert (await haiku.send("there?")).answer == "Yes?"
    assert turn.status == "interrupted"


async def test_stop_during_a_tool() -> None:
    async with chat(of_tests("slow_tools")) as slow:
        slow.tools.hold("wait_for_file")
        slow.model.script(tool_call("wait_for_file", name="never"), text("Yes?"))
        turn = await slow.send("stop a tool", wait=False)
        assert [call.status for call in turn.tools] == ["streaming"]
        await slow.stop()
        assert [call.status for call in turn.tools] == ["interrupted"]
        # A model would refuse a conversation with a call that has no output.
        assert (await slow.send("after the stop")).status == "done"
    assert len(slow.model.requests) == 2


async def test_a_stop_in_a_tool_keeps_what_was_said_and_returned() -> None:
    async with chat(of_tests("slow_tools")) as slow:
        slow.tools.hold("wait_for_file")
        slow.tools["count_up"] = "quick ran 1 time"
        calls = [tool_call("count_up", name="quick"), tool_call("wait_for_file", name="stopped")]
        slow.model.script([reasoning("Two tools."), text("Both at once."), *calls], text("Next."))
        turn = await slow.send("stop in a tool", wait=False)
        await slow.stop(turn)
        await slow.send("next")
    asked = slow.model.requests[-1].input[:-1]
    assert kinds(asked) == [
        "user",
        "reasoning",
        "assistant",
        *["function_call"] * 2,
        *["function_call_output"] * 2,
    ]
    assert [item["output"] for item in asked[5:]] == [
        "quick ran 1 time",
        "The user stopped this before it returned.",
    ]


async def test_stop_also_ends_what_is_queued() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(hold(text("one two"), after="one"))
        begun, waiting = await haiku.queue("first", "second")
        await haiku.stop()
    assert (begun.status, begun.error) == ("interrupted", "")
    assert (waiting.status, waiting.error) == ("interrupted", NOT_SEEN)
    assert len(haiku.model.requests) == 1


async def test_a_stop_while_an_agent_that_is_a_tool_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    respond, open_at_end = ScriptedModel.respond, []

    async def slowly(self: ScriptedModel, *call: Any) -> ModelResponse:
        """Stores an answer that was stopped some passes of the loop later, as a busy worker does."""
        try:
            return await respond(self, *call)
        except asyncio.CancelledError:
            for _ in range(100):
                await asyncio.sleep(0)
            open_at_end.append(turn.is_open)
            raise

    monkeypatch.setattr(ScriptedModel, "respond", slowly)
    async with chat(of_tests("editor")) as editor:
        call = tool_call("judge", input="judge for long", call_id="call_long")
        editor.model.script(call, text("Next."), agent="Editor")
        editor.model.script(hold(text("word word word"), after="word word"), agent="Critic")
        turn = await editor.send("long helper", wait=False)
        await editor.stop(turn)
        # A turn that has ended takes no words.
        assert open_at_end == [True]
        (inner,) = [each for each in turn.messages if each.kind == "text" and each.author == "agent"]
        assert (inner.status, inner.parent_tool_call_id) == ("interrupted", "call_long")
        await editor.send("next")
    returned = editor.model.requests[-1].input[2]
    assert returned["output"] == "The user stopped this before it returned."


published: list[str] = []


@function_tool
async def give_back(item: str) -> str:
    """Takes longer than the call that was stopped."""
    await asyncio.sleep(0.3)
    return f"{item} is given back"


@adk.tool(undo=give_back)
@function_tool
async def reserve(item: str) -> str:
    """Reserves something."""
    return f"{item} is reserved"


@function_tool
async def publish(words: str) -> str:
    """Publishes words."""
    published.append(words)
    return "published"


async def test_an_agent_that_is_a_tool_does_nothing_more_while_steps_are_undone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    respond = ScriptedModel.respond

    async def completes(self: ScriptedModel, *call: Any) -> ModelResponse:
        """Answers although it was cancelled: the cancellation came too late."""
        try:
            return await respond(self, *call)
        except asyncio.CancelledError:
            await asyncio.sleep(0.1)
            return await respond(self, *call)

    monkeypatch.setattr(ScriptedModel, "respond", completes)
    critic = Agent(name="Critic", tools=[publish])
    editor = Agent(name="Editor", tools=[reserve, critic.as_tool("judge", "Judges.")])
    async with chat(editor) as office:
        office.model.script(
            tool_call("reserve", item="a desk"), tool_call("judge", input="judge"), agent="Editor"
        )
        office.model.script(
            hold(text("word word"), after="word"),
            tool_call("publish", words="word"),
            text("It is published."),
            agent="Critic",
        )
        turn = await office.send("long", wait=False)
        await office.stop_and_undo(turn)
        await office.ended()
        assert turn.status == "interrupted"
        assert [each.output for each in turn.tools if each.name == "Undo: reserve"] == [
            "a desk is given back"
        ]
        assert published == []


class Tidy(adk.Workflow):
    """Tidies up for a minute when it is stopped."""

    async def on_message(self, turn: adk.Turn) -> None:
        try:
            await asyncio.sleep(3_600)
        finally:
            await asyncio.sleep(60)
            await turn.say("Tidied up.")


@pytest.mark.parametrize(("again", "said"), [(True, ["Tidied up."]), (False, [])])
async def test_a_stop_that_is_sent_again_does_not_end_what_follows_the_stop(
    again: bool, said: list[str]
) -> None:
    async with chat(Tidy) as tidy:
        turn = await tidy.send("go", wait=False)
        for stop in (StopParams(turn.id), StopParams(turn.id, again=again)):
            await tidy.temporal.signal(tidy.workflow_id, SignalName.STOP, stop)
            await tidy.rest()
        await tidy.ended()
        assert turn.status == "interrupted"
        assert [each.content for each in turn.messages if not each.opens_turn] == said


class Noticing(adk.Workflow):
    """Its calls are told to end before its workflow is."""

    async def on_message(self, turn: adk.Turn) -> None:
        raise ApplicationError("Stopped.", type=turn.message.content.content)


@pytest.mark.parametrize(("reason", "seconds"), [(TURN_STOPPED, 5), (TURN_OVER, 0)])
async def test_a_turn_that_is_over_does_not_wait_for_the_signal_of_its_stop(
    reason: str, seconds: float
) -> None:
    async with chat(Noticing) as noticing:
        before = noticing.temporal.clock.now
        turn = await noticing.send(reason)
        assert turn.status == "interrupted"
        assert (noticing.temporal.clock.now - before).total_seconds() == seconds
