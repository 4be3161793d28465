"""What a workflow's own run does beside its handler, or between turns."""

from pathlib import Path

from agentex_web.adk.testing import chat, text

BESIDE = """
from datetime import timedelta

from agentex.lib import adk
from agentex.lib.core.temporal.types.workflow import SignalName
from agentex.lib.core.temporal.workflows.workflow import BaseWorkflow
from agentex.lib.types.acp import CreateTaskParams, SendEventParams
from agentex.types.text_content import TextContent
from agents import Agent, Runner
from temporalio import activity, workflow
from temporalio.common import RetryPolicy


@activity.defn
async def look_up(word: str) -> str:
    if word == "news" and activity.info().attempt == 1:
        raise RuntimeError("there is none yet")
    return word.upper()


@workflow.defn
class Desk(BaseWorkflow):
    def __init__(self):
        super().__init__(display_name="Desk")
        self.words = []

    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_task_event_send(self, params: SendEventParams) -> None:
        words = params.event.content.content
        self.words.append(words)
        if words == "news":
            await Runner.run(Agent(name="Desk"), words)

    @workflow.run
    async def on_task_create(self, params: CreateTaskParams) -> None:
        while True:
            await workflow.wait_condition(lambda: self.words)
            found = await workflow.execute_activity(
                look_up,
                self.words.pop(0),
                start_to_close_timeout=timedelta(days=1),
                retry_policy=RetryPolicy(initial_interval=timedelta(hours=1)),
            )
            await adk.messages.create(task_id=params.task.id, content=TextContent(author="agent", content=found))
"""


async def test_a_handler_may_leave_everything_to_run(tmp_path: Path) -> None:
    (tmp_path / "desk.py").write_text(BESIDE)
    async with chat(tmp_path / "desk.py") as opened:
        first = await opened.send("tea")
        second = await opened.send("green")
    assert [(each.status, each.answer) for each in (first, second)] == [("done", "TEA"), ("done", "GREEN")]


async def test_what_run_does_beside_a_handler_that_works_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "desk.py").write_text(BESIDE)
    async with chat(tmp_path / "desk.py") as opened:
        opened.model.script(text("Myself."))
        turn = await opened.send("news")
        before = turn.answer
        await opened.sleep(hours=2)
    assert (turn.status, before) == ("done", "Myself.")
    assert [content for _, _, content in turn.said][1:] == ["Myself.", "NEWS"]


TOLD = """
from temporalio import workflow
from agentex_web import adk
from agentex_web.adk import TextContent

class Told(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        self.task = turn.task.id
        await turn.say("Yes?")

    @workflow.signal
    async def tell(self, words: str) -> None:
        await adk.messages.create(task_id=self.task, content=TextContent(author="agent", content=words))
"""


async def test_a_signal_of_another_client_writes_a_message_between_turns(tmp_path: Path) -> None:
    (tmp_path / "told.py").write_text(TOLD)
    async with chat(tmp_path / "told.py") as told:
        await told.send("Hello")
        await told.temporal.signal(told.workflow_id, "tell", "The parcel has arrived.")
        await told.rest()
        again = await told.send("And?")
    assert again.status == "done"
    assert [each.content for each in told.messages] == [
        "Hello",
        "Yes?",
        "The parcel has arrived.",
        "And?",
        "Yes?",
    ]
