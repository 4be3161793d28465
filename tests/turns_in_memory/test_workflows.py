"""Authors' workflows: adk.Workflow, and everything that a Turn can do."""

import asyncio
from datetime import timedelta

import pytest
from temporalio import workflow

from agentex_web import adk
from agentex_web.adk.testing import chat, hold, text, tool_call
from agentex_web.compat.temporal_definitions import is_workflow, workflow_name
from agents import Agent, function_tool
from tests.turns_in_memory.agents import kinds, rows

writer = Agent(name="Writer", instructions="Write a draft.")
critic = Agent(name="Critic", instructions="Improve this text.")


@function_tool
def count_words(words: str) -> int:
    """Counts words."""
    return len(words.split())


class Essayist(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        draft = await turn.run(writer, [*await turn.history(), *turn.input])
        await turn.say("Reading it once more.", author="system")
        await turn.run(critic, draft.final_output)


async def test_a_turn_runs_agents_and_says_what_happens() -> None:
    async with chat(Essayist) as essays:
        essays.model.script(text("A draft."), text("A better draft."))
        turn = await essays.send("Write about rain")
        assert [(each.agent_name, each.content) for each in turn.messages[1:]] == [
            ("Writer", "A draft."),
            ("", "Reading it once more."),
            ("Critic", "A better draft."),
        ]
        assert essays.model.requests[1].input == [{"role": "user", "content": "A draft."}]


async def test_later_turns_remember_what_all_agents_of_a_turn_said() -> None:
    async with chat(Essayist) as essays:
        for answer in ("One.", "One, better.", "Two.", "Two, better."):
            essays.model.script(text(answer))
        await essays.send("first")
        await essays.send("second")
        assert kinds(essays.model.requests[2].input) == ["user", "assistant", "assistant", "user"]
        # A new run of the workflow reads the same history from the record.
        await essays.sleep(hours=2)
        assert not essays.is_running
        for answer in ("Three.", "Three, better."):
            essays.model.script(text(answer))
        await essays.send("third")
        assert kinds(essays.model.requests[4].input) == ["user", *["assistant"] * 2] * 2 + ["user"]


async def test_a_stop_between_two_agents_keeps_what_the_first_said() -> None:
    async with chat(Essayist) as essays:
        essays.model.script(text("A draft."), hold(text("A better draft."), after="A better"))
        turn = await essays.send("stop the critic", wait=False)
        await essays.stop(turn)
        assert turn.status == "interrupted"
        assert rows(turn)[-1] == ("text", "interrupted", "A better")
        assert kinds(turn.items) == ["user", "assistant", "assistant"]


class Clerk(adk.Workflow, name="Office clerk"):
    """Uses the remaining features of a Turn."""

    def __init__(self) -> None:
        self.served: list[str] = []

    async def on_message(self, turn: adk.Turn) -> None:
        self.served.append(turn.id)
        words = turn.message.content.content
        match words:
            case "count":
                state = await turn.get_state()
                count = state.value.get("count", 0) + 1
                await turn.set_state({"count": count}, version=state.version)
                await turn.say(f"Message {count}", key="count")
            case "stream":
                async with turn.stream() as message:
                    await message.write("line one\n")
                    await message.write("line two")
            case "wait":
                await turn.say("Good night.", author="system")
                await turn.sleep(timedelta(days=3))
                await turn.say("Good morning.")
            case "fail":
                raise ValueError("the ink is out")
            case "tool":
                clerk = Agent(name="Clerk", instructions="Count.", tools=[count_words])
                await turn.run(clerk, turn.input)
            case "stopped":
                try:
                    await turn.sleep(60)
                except asyncio.CancelledError:
                    await turn.set_state({"stopped": turn.stopped, "status": turn.status})
                    raise
            case _:
                await turn.run(Agent(name="Clerk", instructions="Be brief."), words, max_turns=1)

    @workflow.query
    def how_many(self) -> int:
        return len(self.served)


async def test_state_is_kept_with_its_version() -> None:
    async with chat(Clerk) as clerk:
        await clerk.send("count")
        second = await clerk.send("count")
        assert clerk.state == {"count": 2}
        assert rows(second) == [("text", "done", "Message 2")]


async def test_a_streamed_message_is_kept_whole() -> None:
    async with chat(Clerk) as clerk:
        turn = await clerk.send("stream")
        assert rows(turn) == [("text", "done", "line one\nline two")]


async def test_a_turn_sleeps_for_days() -> None:
    async with chat(Clerk) as clerk:
        turn = await clerk.send("wait", wait=False)
        assert rows(turn) == [("text", "done", "Good night."), ("wait", "pending", "")]
        assert turn.status == "running"
        await clerk.restart()
        await clerk.ended(turn)
        assert [content for _, _, content in rows(turn)] == ["Good night.", "", "Good morning."]


async def test_what_a_handler_raises_fails_the_turn_and_not_the_task() -> None:
    async with chat(Clerk) as clerk:
        failed = await clerk.send("fail")
        assert (failed.status, failed.error) == (
            "failed",
            "The agent's code failed: ValueError: the ink is out",
        )
        assert (await clerk.send("count")).status == "done"


async def test_a_stop_cancels_the_handler_which_may_still_write() -> None:
    async with chat(Clerk) as clerk:
        turn = await clerk.send("stopped", wait=False)
        await clerk.stop(turn)
        assert turn.status == "interrupted"
        assert clerk.state == {"stopped": True, "status": "running"}


async def test_what_an_agents_tools_returned_is_remembered() -> None:
    async with chat(Clerk) as clerk:
        clerk.model.script(tool_call("count_words", words="to be or not"), text("Four."))
        turn = await clerk.send("tool")
        assert [(call.name, call.output) for call in turn.tools] == [("count_words", "4")]
        assert kinds(turn.items) == ["user", "function_call", "function_call_output", "assistant"]


class Echo(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        result = await turn.run(writer, turn.input)
        await turn.say(result.final_output)


async def test_an_answer_that_is_said_again_is_shown_and_remembered_once() -> None:
    async with chat(Echo) as echo:
        echo.model.script(text("Just so."))
        turn = await echo.send("say it again")
        assert rows(turn) == [("text", "done", "Just so.")]
        assert kinds(turn.items) == ["user", "assistant"]


async def test_messages_wait_for_each_other_and_can_be_withdrawn() -> None:
    async with chat(Clerk) as clerk:
        first, second, third = await clerk.queue("wait", "count", "count")
        assert [turn.status for turn in (first, second, third)] == ["running", "queued", "queued"]
        await clerk.withdraw(second)
        await clerk.ended()
        assert [turn.status for turn in clerk.turns] == ["done", "withdrawn", "done"]
        assert rows(third) == [("text", "done", "Message 1")]


async def test_a_message_that_is_delivered_twice_is_served_once() -> None:
    async with chat(Clerk) as clerk:
        turn = await clerk.send("count")
        await clerk.redeliver(turn)
        assert clerk.state == {"count": 1}


class Alarm(adk.Workflow):
    """Has its own `run`, which ends during its last turn."""

    def __init__(self) -> None:
        self.over = False

    async def run(self, params: adk.TaskParams) -> str:
        await workflow.wait_condition(lambda: self.over)
        return params.task.id

    async def on_message(self, turn: adk.Turn) -> None:
        self.over = True
        await turn.say("Goodbye.")


async def test_a_workflows_own_run_ends_after_its_last_turn() -> None:
    async with chat(Alarm) as alarm:
        turn = await alarm.send("ring")
        await alarm.rest()
        assert rows(turn) == [("text", "done", "Goodbye.")]
        assert not alarm.is_running


class Base(adk.Workflow):
    """A base class, because it has no on_message."""

    greeting = "Hello"


class Greeter(Base, name="Greeter of people"):
    async def on_message(self, turn: adk.Turn) -> None:
        await turn.say(self.greeting)


async def test_a_base_class_is_no_workflow_and_its_subclass_is() -> None:
    assert not is_workflow(Base) and not is_workflow(adk.Workflow)
    assert workflow_name(Greeter) == "Greeter of people"
    async with chat(Greeter) as greeter:
        assert rows(await greeter.send("hi")) == [("text", "done", "Hello")]


def test_a_handler_cannot_be_forgotten() -> None:
    with pytest.raises(NotImplementedError):
        asyncio.run(adk.Workflow().on_message(None))  # type: ignore[arg-type]
