"""Turns that start chats with other agents and use their answers."""

import asyncio

from agentex_web import adk
from agentex_web.adk.testing import chat


class Editor(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        started = [await turn.start_task("researcher", f"Find {each}", title=each) for each in ("a", "b")]
        answers = await asyncio.gather(*(each.answer(timeout=3_600) for each in started))
        await turn.say(", ".join(each.text or each.error for each in answers))


async def test_answers_come_back_over_a_crash() -> None:
    async with chat(Editor) as box:
        turn = await box.send("go")
        assert turn.status == "running"
        made = list(box.record.made.values())
        assert [(each.task.agent, list(each.messages.values())) for each in made] == [
            ("researcher", ["Find a"]),
            ("researcher", ["Find b"]),
        ]
        assert [each.content for each in turn.messages if each.kind == "wait"] == ["a", "b"]
        await box.restart()
        await box.task_answered("found a", wait=False)
        await box.rest()
        await box.restart()
        await box.task_answered("", status="failed", error="not found")
        assert (turn.status, turn.answer) == ("done", "found a, not found")


async def test_one_that_takes_too_long_is_a_timeout() -> None:
    async with chat(Editor) as box:
        turn = await box.send("go")
        await box.sleep(hours=2)
        assert (turn.status, turn.error) == ("failed", "“a” did not answer in time.")


async def test_a_stop_ends_the_wait() -> None:
    async with chat(Editor) as box:
        turn = await box.send("go")
        await box.stop()
        assert turn.status == "interrupted" and not box.waiting
