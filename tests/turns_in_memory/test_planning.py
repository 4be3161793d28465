"""Agents that plan runs, by code and by a tool of the model."""

from datetime import UTC, datetime

from agentex_web import adk
from agentex_web.adk.testing import chat, text, tool_call
from agents import Agent


class Planner(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        task = turn.task.id
        daily = await adk.schedule.create(task, "Good morning", cron="0 8 * * *")
        await adk.schedule.create(task, "Happy birthday", at=datetime(2030, 5, 17, 8, tzinfo=UTC))
        await adk.schedule.delete(task, daily.id)
        left = await adk.schedule.list(task)
        await turn.say(", ".join(each.prompt for each in left))


async def test_code_plans_and_takes_back() -> None:
    async with chat(Planner) as box:
        turn = await box.send("plan it")
        assert (turn.status, turn.answer) == ("done", "Happy birthday")


async def test_the_model_plans() -> None:
    async with chat(Agent(name="Planner", instructions="Plan.", tools=[adk.schedule.tool])) as box:
        plan = {"name": "News", "message": "What is new?", "cron": "0 8 * * *", "at": "", "time_zone": "UTC"}
        box.model.script(tool_call("schedule_message", **plan), text("Planned."))
        turn = await box.send("every morning")
        assert turn.answer == "Planned." and "Scheduled: News" in (turn.tools[0].output or "")
        assert [each.prompt for each in box.record.schedules.values()] == ["What is new?"]
