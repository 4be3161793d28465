"""Agents that schedule runs, from code and with a tool for the model."""

from datetime import UTC, datetime, timedelta

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
        changed = await adk.schedule.change(task, left[0].id, name="Birthday", at="in 3 days")
        here = await adk.schedule.now(task)
        await turn.say(f"{changed.name}: {changed.prompt}, {changed.when}, {here.tzinfo}")


async def test_code_plans_and_takes_back() -> None:
    async with chat(Planner) as box:
        turn = await box.send("plan it")
        assert turn.status == "done", turn.error
        assert (turn.answer or "").startswith("Birthday: Happy birthday, ")
        notes = [content for author, _, content in turn.said if author == "system"]
        assert len(notes) == 2 and notes[0].startswith("Scheduled: [Good morning](/schedules/")


async def test_the_model_plans_changes_and_cancels() -> None:
    async with chat(Agent(name="Planner", instructions="Plan.", tools=[*adk.schedule_tools])) as box:
        plan = {
            "name": "News",
            "message": "What is new?",
            "cron": "",
            "at": "tomorrow 09:00",
            "time_zone": "",
        }
        box.model.script(tool_call("schedule_message", **plan), text("I will remind you."))
        turn = await box.send("remind me tomorrow at nine")
        assert turn.answer == "I will remind you." and "Scheduled: News" in (turn.tools[0].output or "")
        (planned,) = box.record.schedules.values()
        tomorrow = box.temporal.clock.now + timedelta(days=1)
        assert datetime.fromisoformat(planned.next_at) == tomorrow.replace(
            hour=9, minute=0, second=0, microsecond=0
        )
        nothing = {"name": "", "message": "", "cron": "", "at": ""}
        box.model.script(
            tool_call("list_schedules"),
            tool_call(
                "change_schedule", schedule_id=planned.id, do="edit", **{**nothing, "at": "monday 8:00"}
            ),
            tool_call("change_schedule", schedule_id=planned.id, do="pause", **nothing),
            tool_call("change_schedule", schedule_id="another", do="cancel", **nothing),
            tool_call("change_schedule", schedule_id=planned.id, do="cancel", **nothing),
            text("Cancelled."),
        )
        turn = await box.send("rather not")
        listed, edited, paused, unknown, cancelled = [each.output or "" for each in turn.tools]
        assert listed.startswith(f"It is {box.temporal.clock.now:%A}") and planned.id in listed
        assert "Next run:" in edited and "It is paused" in paused and "There is no schedule" in unknown
        assert cancelled == "It is cancelled." and not box.record.schedules


async def test_a_time_that_is_none_is_told_to_the_model() -> None:
    async with chat(Agent(name="Planner", instructions="Plan.", tools=[*adk.schedule_tools])) as box:
        plan = {"name": "News", "message": "What is new?", "cron": "", "at": "soon", "time_zone": ""}
        box.model.script(tool_call("schedule_message", **plan), text("When?"))
        turn = await box.send("remind me soon")
        assert "Write it as: tomorrow 09:00" in (turn.tools[0].output or "")
