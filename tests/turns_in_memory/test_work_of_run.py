"""What a workflow's own run does while a turn runs belongs to that turn, in the shape of agentex-sdk's tutorial 020.

There, the handler of messages only changes the state of a state machine, and run does the work.
"""

from pathlib import Path

import pytest

from agentex_web.adk.testing import chat, hold, text

FILE = '''
import os
from typing import Any

from agentex.lib import adk
from agentex.lib.core.temporal.types.workflow import SignalName
from agentex.lib.core.temporal.workflows.workflow import BaseWorkflow
from agentex.lib.sdk.state_machine.state import State
from agentex.lib.sdk.state_machine.state_machine import StateMachine
from agentex.lib.sdk.state_machine.state_workflow import StateWorkflow
from agentex.lib.types.acp import CreateTaskParams, SendEventParams
from agentex.lib.types.llm_messages import LLMConfig, SystemMessage, UserMessage
from agentex.types.text_content import TextContent
from agents import Agent, Runner
from pydantic import BaseModel
from temporalio import workflow

if "OPENAI_API_KEY" not in os.environ:
    raise ValueError("OPENAI_API_KEY is not set")

TEMPLATE = """
{% if questions|length > 0 %}{% for q in questions %}
Q{{ loop.index0 }}: {{ q }}{% endfor %}{% endif %}
Ask about {{ topic }}."""


class Data(BaseModel):
    topic: str = ""
    asked: list[str] = []


class Waiting(StateWorkflow):
    async def execute(self, state_machine, state_machine_data=None):
        await workflow.wait_condition(lambda: state_machine.get_current_state() != "waiting")
        return state_machine.get_current_state()


class Clarifying(StateWorkflow):
    async def execute(self, state_machine, state_machine_data=None):
        if state_machine_data.topic == "nothing":
            raise LookupError("there is nothing to ask about")
        prompt = await adk.utils.templating.render_jinja(
            trace_id="trace",
            template=TEMPLATE if state_machine_data.topic != "wrong" else "{{ topic.nowhere.more }}",
            variables={"questions": state_machine_data.asked, "topic": state_machine_data.topic},
            parent_span_id=None,
        )
        message = await adk.providers.litellm.chat_completion_stream_auto_send(
            task_id=state_machine._task_id,
            llm_config=LLMConfig(
                model="gpt-4o-mini", messages=[SystemMessage(content="Ask."), UserMessage(content=prompt)]
            ),
        )
        state_machine_data.asked.append(message.content.content)
        if len(state_machine_data.asked) > 1:
            await adk.messages.create(
                task_id=state_machine._task_id, content=TextContent(author="agent", content="Thinking.")
            )
            await Runner.run(Agent(name="Thinker"), "Think.")
        return "waiting"


class Machine(StateMachine[Data]):
    async def terminal_condition(self):
        return False


@workflow.defn(name="asking")
class Asking(BaseWorkflow):
    def __init__(self):
        super().__init__(display_name="Asking")
        self.machine = Machine(
            initial_state="waiting",
            states=[State(name="waiting", workflow=Waiting()), State(name="clarifying", workflow=Clarifying())],
            state_machine_data=Data(),
            trace_transitions=True,
        )

    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_task_event_send(self, params: SendEventParams) -> None:
        self.machine.get_state_machine_data().topic = params.event.content.content
        await self.machine.transition("clarifying")
        await adk.messages.create(task_id=params.task.id, content=params.event.content)

    @workflow.run
    async def on_task_create(self, params: CreateTaskParams) -> None:
        self.machine.set_task_id(params.task.id)
        await self.machine.run()
'''


@pytest.fixture
def asking(tmp_path: Path) -> Path:
    path = tmp_path / "asking.py"
    path.write_text(FILE)
    return path


async def test_its_answers_are_those_of_the_turn(asking: Path) -> None:
    async with chat(asking) as opened:
        opened.model.script(text("Which tea?"))
        first = await opened.send("tea")
        opened.model.script(text("How much?"), text("A lot to think."))
        second = await opened.send("green")
        prompt = opened.model.requests[1].input[0]["content"]
    assert first.said == [("user", "text", "tea"), ("agent", "text", "Which tea?")]
    assert prompt == "\n\nQ0: Which tea?\nAsk about green."
    assert second.said == [
        ("user", "text", "green"),
        ("agent", "text", "How much?"),
        ("agent", "text", "Thinking."),
        ("agent", "text", "A lot to think."),
    ]
    assert (first.status, second.status) == ("done", "done")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("nothing", "LookupError: there is nothing to ask about"),
        ("wrong", "render_jinja failed: UndefinedError: 'str object' has no attribute 'nowhere'"),
    ],
)
async def test_its_failure_is_that_of_the_turn(asking: Path, message: str, reason: str) -> None:
    async with chat(asking) as opened:
        failed = await opened.send(message)
        opened.model.script(text("Which tea?"))
        after = await opened.send("tea")
    assert failed.status == "failed" and reason in failed.error
    assert (after.status, after.answer) == ("done", "Which tea?")


async def test_a_stop_ends_it(asking: Path) -> None:
    async with chat(asking) as opened:
        opened.model.script(hold(text("Which tea?"), after="Which"))
        turn = await opened.send("tea", wait=False)
        await opened.stop(turn)
        assert (turn.status, turn.answer) == ("interrupted", "Which")
        opened.model.script(text("Which coffee?"))
        after = await opened.send("coffee")
    assert (after.status, after.answer) == ("done", "Which coffee?")
