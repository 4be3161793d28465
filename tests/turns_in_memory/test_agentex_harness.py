"""An activity that runs an agent itself, modelled on scale-agentex-python's tutorial 120."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from temporalio import activity

from agentex_web import adk
from agentex_web.adk.testing import chat
from agentex_web.compat.agentex_sdk.harness import OpenAITurn, UnifiedEmitter
from agents import Agent, Runner, function_tool
from tests.support.model_server import ModelServer, function_call, step, text


@function_tool
def price(item: str) -> str:
    """The price of an item."""
    return f"{item} costs 7"


@activity.defn
async def run_by_itself(task_id: str, words: str) -> str:
    agent = Agent(name="Harnessed", model="gpt-4o", instructions="Sell.", tools=[price])
    turn = OpenAITurn(result=Runner.run_streamed(agent, words), model="gpt-4o")
    emitter = UnifiedEmitter(task_id=task_id, trace_id=task_id, parent_span_id=None)
    return (await emitter.auto_send_turn(turn, created_at=None)).final_text


@adk.workflow.defn
class Harnessed:
    @adk.workflow.signal(name=adk.SignalName.RECEIVE_EVENT)
    async def on_event(self, params: adk.SendEventParams) -> None:
        await adk.workflow.execute_activity(
            run_by_itself,
            args=[params.task.id, params.event.content.content],
            start_to_close_timeout=timedelta(seconds=60),
        )


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    with ModelServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-of-a-test")
        yield server


async def test_text_and_tools_of_a_run_in_an_activity_are_shown(model: ModelServer) -> None:
    model.script_steps(
        step(text("I look."), function_call("price", {"item": "tea"})), step(text("Seven.")), match="tea"
    )
    async with chat(Harnessed, activities=[run_by_itself]) as harnessed:
        turn = await harnessed.send("tea")
    assert turn.said == [
        ("user", "text", "tea"),
        ("agent", "text", "I look."),
        ("agent", "tool_request", '{"item": "tea"}'),
        ("agent", "tool_response", "tea costs 7"),
        ("agent", "text", "Seven."),
    ]
    assert turn.streamed == "I look.Seven."
