"""What `chat` opens: an agent, a file, a module; and its test functions."""

import sys
from pathlib import Path

import pytest

from agentex_web.adk.bad_agent_file import BadAgentFile
from agentex_web.adk.testing import (
    Chat,
    chat,
    text,
    tool_call,
    with_chat,
)
from tests.unit.adk_testing.chatting import Reminder, dice, roller

ROOT = Path(__file__).resolve().parents[3]


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


async def test_files_go_along_as_references() -> None:
    from agentex_web.turns.event import AttachmentRef

    async with chat(roller) as game:
        game.model.script(text("A picture."))
        await game.send("Look!", files=[AttachmentRef("7", "die.png", "image/png")])
    (item,) = game.model.requests[0].input
    assert [part["type"] for part in item["content"]] == ["input_text", "input_image"]
    assert item["content"][1]["image_url"] == "attachment:7"


async def test_several_chats_at_once_do_not_disturb_each_other() -> None:
    async with chat(roller, activities=[dice]) as one, chat(Reminder) as other:
        one.model.script(text("One."))
        turn = await other.send("Remind me", wait=False)
        assert (await one.send("Roll!")).answer == "One."
        await other.ended()
        assert turn.answer == "Now."


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
