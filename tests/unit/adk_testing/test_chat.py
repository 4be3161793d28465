"""The features of ``chat``, with agents that are defined in this file."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import activity
from temporalio.openai_agents.workflow import activity_as_tool

from agentex_web import adk
from agentex_web.adk import SendEventParams, SignalName, TextContent, workflow
from agentex_web.adk.bad_agent_file import BadAgentFile
from agentex_web.adk.testing import (
    Chat,
    NoAnswerScripted,
    NotDeterministic,
    NothingHappens,
    WorkflowTaskFailed,
    chat,
    failure,
    handoff,
    hold,
    text,
    tool_call,
    with_chat,
)
from agents import Agent, Runner

ROOT = Path(__file__).resolve().parents[3]


@activity.defn
async def dice(sides: int) -> int:
    """Throws a die."""
    return sides


roller = Agent(
    name="Dice Roller",
    instructions="You roll dice.",
    tools=[activity_as_tool(dice, start_to_close_timeout=timedelta(seconds=10))],
)


async def test_an_agent_is_enough() -> None:
    async with chat(roller, activities=[dice]) as game:
        game.model.script(tool_call("dice", sides=6), text("A six."))
        turn = await game.send("Roll!")
    assert [(call.name, call.output) for call in turn.tools] == [("dice", "6")]
    assert turn.answer == "A six."


@with_chat(roller, activities=[dice])
async def test_a_test_need_not_be_a_coroutine(game: Chat) -> None:
    game.model.script(text("Gladly."))
    assert (await game.send("Roll?")).answer == "Gladly."


@with_chat(roller, activities=[dice])
async def test_fixtures_still_come(game: Chat, tmp_path: Path) -> None:
    assert tmp_path.is_absolute() and game.turns == []


class TestInAClass:
    @with_chat(roller, activities=[dice])
    async def test_a_method(self, game: Chat) -> None:
        assert isinstance(self, TestInAClass) and not game.is_running


async def test_a_path_a_module_or_a_text_is_enough() -> None:
    from agentex_web.adk.agent_file import import_agent

    path = ROOT / "agents" / "haiku.py"
    for target in (path, str(path), import_agent("haiku")):
        async with chat(target) as haiku:
            haiku.model.script(text("Waves."))
            assert (await haiku.send("the sea")).answer == "Waves."


async def test_a_file_that_offers_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text("agent = 3\n")
    with pytest.raises(BadAgentFile, match="is a int"):
        async with chat(tmp_path / "empty.py"):
            pass
    with pytest.raises(FileNotFoundError, match="nowhere"):
        async with chat(tmp_path / "nowhere.py"):
            pass


async def test_two_files_of_one_name_are_two_agents(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        source = f"from agents import Agent\nagent = Agent(name='{folder}', instructions='')\n"
        (tmp_path / folder / "same.py").write_text(source)
    for folder in ("one", "two"):
        async with chat(tmp_path / folder / "same.py") as opened:
            opened.model.script(text("Here."))
            await opened.send("who?")
            assert opened.model.requests[0].agent == folder


async def test_what_the_model_is_asked_can_be_read() -> None:
    async with chat(roller, activities=[dice]) as game:
        game.model.script(text("No."))
        await game.send("Roll!")
    (request,) = game.model.requests
    assert (request.agent, request.instructions, request.question) == (
        "Dice Roller",
        "You roll dice.",
        "Roll!",
    )
    assert (request.tools, request.handoffs, request.schema, request.attempt) == (["dice"], {}, None, 1)
    assert request.input == [{"role": "user", "content": "Roll!"}]


async def test_an_answer_that_nobody_scripted_fails_the_test() -> None:
    async with chat(roller, activities=[dice]) as game:
        with pytest.raises(NoAnswerScripted, match="“Dice Roller” asked the model.*'Roll!'"):
            await game.send("Roll!")


async def test_an_answer_that_nobody_asked_for_can_be_counted() -> None:
    async with chat(roller, activities=[dice]) as game:
        game.model.script(text("One."), text("Two."))
        await game.send("Roll!")
        assert game.model.unused == 1


async def test_answers_find_their_agent_and_their_question() -> None:
    friend = Agent(name="Friend", instructions="Help.")
    both = roller.clone(tools=[friend.as_tool("ask", "Asks.")])
    async with chat(both) as game:
        game.model.script(text("for later"), match="second")
        game.model.script(text("from the friend"), agent="Friend")
        game.model.script(tool_call("ask", input="what now?"), text("first"))
        assert (await game.send("the first")).answer == "first"
        assert (await game.send("the second")).answer == "for later"


async def test_a_handoff_to_nobody_fails_the_turn() -> None:
    async with chat(roller, activities=[dice]) as game:
        game.model.script(handoff("nobody"))
        with pytest.raises(LookupError, match="“nobody” is to take over"):
            await game.send("Roll!")


async def test_only_known_tools_are_replaced() -> None:
    async with chat(roller, activities=[dice]) as game:
        with pytest.raises(KeyError, match=r"No tool is named dicee; there are .*\bdice\b"):
            game.tools["dicee"] = 6


@pytest.mark.parametrize("replacement", [5, lambda sides: sides - 1], ids=["a value", "a function"])
async def test_a_replaced_tool_returns_what_the_test_says(replacement: object) -> None:
    async with chat(roller, activities=[dice]) as game:
        game.tools["dice"] = replacement
        game.model.script(tool_call("dice", sides=6), text("Five."))
        turn = await game.send("Roll!")
        assert turn.tools[0].output == "5"
        assert [(run.name, run.arguments) for run in game.tools.runs] == [("dice", (6,))]
        del game.tools["dice"]
        game.model.script(tool_call("dice", sides=6), text("Six."))
        assert (await game.send("Again!")).tools[0].output == "6"


async def test_a_coroutine_function_replaces_a_tool_too() -> None:
    async def loaded(_sides: int) -> int:
        return 1

    async with chat(roller, activities=[dice]) as game:
        game.tools["dice"] = loaded
        game.model.script(tool_call("dice", sides=6), text("One."))
        assert (await game.send("Roll!")).tools[0].output == "1"


async def test_a_tool_that_never_works_is_given_up() -> None:
    async with chat(roller, activities=[dice]) as game:
        game.tools["dice"] = OSError("no table")
        game.model.script(tool_call("dice", sides=6))
        with pytest.raises(NothingHappens, match="dice failed 20 times: no table"):
            await game.send("Roll!")


async def test_hold_waits_where_the_test_says() -> None:
    async with chat(roller) as game:
        game.model.script(hold(text("one two three"), after="two"))
        turn = await game.send("Count!", wait=False)
        assert (turn.status, turn.streamed, game.model.is_held) == ("running", "one two", True)
        game.model.release()
        await game.ended(turn)
        assert (turn.status, turn.streamed, turn.answer) == ("done", "one two three", "one two three")
    with pytest.raises(ValueError, match="“four” is no part of “one two”"):
        hold(text("one two"), after="four")


async def test_files_go_along_as_references() -> None:
    from agentex_web.turns.event import AttachmentRef

    async with chat(roller) as game:
        game.model.script(text("A picture."))
        await game.send("Look!", files=[AttachmentRef("7", "die.png", "image/png")])
    (item,) = game.model.requests[0].input
    assert [part["type"] for part in item["content"]] == ["input_text", "input_image"]
    assert item["content"][1]["image_url"] == "attachment:7"


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


@workflow.defn
class Reminder:
    """Waits for three days before it answers."""

    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_event(self, params: SendEventParams) -> None:
        self._task_id = params.task.id
        await workflow.sleep(timedelta(days=3))
        await adk.messages.create(task_id=params.task.id, content=TextContent("agent", "Now."))


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


async def test_several_chats_at_once_do_not_disturb_each_other() -> None:
    async with chat(roller, activities=[dice]) as one, chat(Reminder) as other:
        one.model.script(text("One."))
        turn = await other.send("Remind me", wait=False)
        assert (await one.send("Roll!")).answer == "One."
        await other.ended()
        assert turn.answer == "Now."


async def test_failures_wait_on_the_clock_of_the_test() -> None:
    async with chat(roller) as game:
        game.model.script(failure(429, retry_after=timedelta(hours=1)), text("At last."))
        turn = await game.send("Roll!", wait=False)
        await game.sleep(minutes=59)
        assert (turn.status, len(game.model.requests)) == ("running", 1)
        await game.sleep(minutes=2)
        assert (turn.answer, len(game.model.requests)) == ("At last.", 2)


OWN_LOOP = """
import asyncio
import threading
from datetime import timedelta
from temporalio import activity, workflow
from agentex_web import adk

LOOPS = []

@activity.defn
async def look_{name}(task_id: str) -> str:
    LOOPS.append(threading.current_thread().name)
    activity.heartbeat("looking")
    await adk.messages.create(task_id=task_id, content=adk.TextContent(author="agent", content="Looking."))
    return "seen"

async def on_message(turn: adk.Turn) -> None:
    seen = await workflow.execute_activity(look_{name}, turn.task.id, start_to_close_timeout=timedelta(minutes=1))
    await turn.say(seen)
"""


async def test_an_activity_runs_on_a_loop_of_its_own_as_in_production(tmp_path: Path) -> None:
    path = tmp_path / "looking.py"
    path.write_text(OWN_LOOP.format(name="here"))
    async with chat(path) as opened:
        turn = await opened.send("look")
    assert [each.content for each in turn.messages[1:]] == ["Looking.", "seen"], turn.error
    assert sys.modules["agentex_web.agents.looking"].LOOPS == ["tools"]


async def test_two_agents_with_one_name_for_an_activity_are_refused_as_in_production(tmp_path: Path) -> None:
    paths = [tmp_path / "first.py", tmp_path / "second.py"]
    for path in paths:
        path.write_text(OWN_LOOP.format(name="here"))
    with pytest.raises(BadAgentFile, match="the activity “look_here” is also in"):
        async with chat(paths[0], others=[paths[1]]):
            pass
