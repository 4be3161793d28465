"""Speaks by itself, beside its answers, as soon as there is a file with the task's name."""

import asyncio
from datetime import timedelta

from agentex_web.agents.slow_tools import wait_for_file
from temporalio import activity, workflow

from agentex_web import adk
from agentex_web.adk import SendEventParams, SignalName, TaskParams, TextContent
from agents import Agent, Runner


@activity.defn
async def ring(task_id: str) -> None:
    """Says two things, and fails the first time, after both were said."""
    async with adk.streaming.message(task_id=task_id, author="system") as message:
        await message.write("Rings.")
    await adk.messages.create(task_id=task_id, content=TextContent("system", "Rang."))
    if activity.info().attempt == 1:
        raise RuntimeError("the first attempt fails")


@workflow.defn
class Clock:
    def __init__(self) -> None:
        self._task_id = ""

    @workflow.run
    async def run(self, params: TaskParams) -> None:
        self._task_id = params.task.id
        limit = timedelta(seconds=60)
        # Sleep once, so that the first turn does not wait for the file.
        await workflow.sleep(timedelta(milliseconds=1))
        await workflow.execute_activity(wait_for_file, params.task.id, start_to_close_timeout=limit)
        await asyncio.gather(*(self._say(f"Strike {number}.") for number in (1, 2, 3)))
        await workflow.execute_activity(ring, params.task.id, start_to_close_timeout=limit)
        await self._say("It is noon.")
        await workflow.wait_condition(lambda: False)

    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_task_event_send(self, params: SendEventParams) -> None:
        await Runner.run(Agent(name="Clock", instructions="You tell the time."), params.event.content.content)

    async def _say(self, words: str) -> None:
        await adk.messages.create(task_id=self._task_id, content=TextContent("system", words))
