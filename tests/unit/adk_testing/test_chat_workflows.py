"""Authors' own workflows in `chat`: their time, their mistakes, their task and its state."""

from datetime import timedelta

import pytest

from agentex_web import adk
from agentex_web.adk import SendEventParams, SignalName, TextContent, workflow
from agentex_web.adk.testing import (
    NotDeterministic,
    WorkflowTaskFailed,
    chat,
    text,
)
from agents import Agent, Runner
from tests.unit.adk_testing.chatting import Reminder


class Coin:
    """Randomness that workflows must not use: a replay gets another result."""

    sides = iter(["heads", "tails"] * 10)


@workflow.defn
class Gambler:
    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_event(self, params: SendEventParams) -> None:
        self._task_id = params.task.id
        if next(Coin.sides) == "heads":
            await adk.messages.create(task_id=params.task.id, content=TextContent("agent", "Heads!"))
        else:
            await adk.state.set(task_id=params.task.id, value={"tails": True})


async def test_code_that_decides_by_chance_fails_its_test() -> None:
    async with chat(Gambler) as gambler:
        with pytest.raises(NotDeterministic, match="create_message"):
            await gambler.send("Toss!")


async def test_the_check_can_be_left_out() -> None:
    async with chat(Gambler, check_replay=False) as gambler:
        assert (await gambler.send("Toss!")).status == "done"


async def test_a_turn_may_take_days() -> None:
    async with chat(Reminder) as reminder:
        turn = await reminder.send("Remind me", wait=False)
        await reminder.sleep(days=2)
        assert turn.status == "running"
        await reminder.restart()
        await reminder.sleep(days=2)
        assert (turn.status, turn.answer) == ("done", "Now.")


async def test_waiting_skips_the_days() -> None:
    async with chat(Reminder) as reminder:
        began = reminder.temporal.clock.now
        await reminder.send("Remind me")
        assert timedelta(days=3) <= reminder.temporal.clock.now - began < timedelta(days=3, minutes=1)


@workflow.defn
class Deaf:
    """Has no handler for a chat's messages."""

    @workflow.run
    async def run(self, params: adk.TaskParams) -> None:
        await workflow.wait_condition(lambda: False)


async def test_a_workflow_that_takes_no_message_says_so() -> None:
    async with chat(Deaf) as deaf:
        with pytest.raises(WorkflowTaskFailed, match="The workflow “Deaf” takes no messages. Make it a"):
            await deaf.send("Hello?")


@workflow.defn
class Wrong:
    @workflow.run
    async def run(self, params: adk.TaskParams) -> None:
        raise KeyError("a mistake in run")

    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_event(self, params: SendEventParams) -> None:
        self._task_id = params.task.id


async def test_a_mistake_in_run_is_not_waited_for() -> None:
    async with chat(Wrong) as wrong:
        with pytest.raises(WorkflowTaskFailed, match="a mistake in run"):
            await wrong.send("Hello?")


@workflow.defn
class Mistaken:
    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_event(self, params: SendEventParams) -> None:
        self._task_id = params.task.id
        await Runner.run(Agent(name="Helper", instructions="Help."), params.event.content.content)
        raise KeyError("colour")


async def test_what_a_handler_raises_is_the_turns_failure() -> None:
    async with chat(Mistaken) as mistaken:
        mistaken.model.script(text("Well."))
        turn = await mistaken.send("Hello")
    assert (turn.status, turn.error) == ("failed", "The agent's code failed: KeyError: 'colour'")


@workflow.defn
class Reader:
    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_event(self, params: SendEventParams) -> None:
        self._task_id = params.task.id
        info = await adk.tasks.get(task_id=params.task.id)
        seen = [params.task.owner, info.owner, info.parameters, params.task.parameters]
        await adk.state.set(task_id=params.task.id, value={"seen": seen})


async def test_parameters_and_owner_are_the_tasks() -> None:
    async with chat(Reader, parameters={"language": "no"}, owner="ada") as reader:
        await reader.send("Who am I?")
    assert reader.state["seen"] == ["ada", "ada", {"language": "no"}, {"language": "no"}]


@workflow.defn
class Stubborn:
    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_event(self, params: SendEventParams) -> None:
        self._task_id = params.task.id
        await adk.state.set(task_id=params.task.id, value={"a": 1}, version=0)
        await adk.state.set(task_id=params.task.id, value={"a": 2}, version=0)


async def test_a_state_that_changed_since_is_not_overwritten() -> None:
    async with chat(Stubborn) as stubborn:
        turn = await stubborn.send("Write!")
    assert turn.status == "failed" and "has version 1, not 0" in turn.error
    assert (stubborn.state, stubborn.record.state_version) == ({"a": 1}, 1)
