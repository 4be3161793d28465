"""Answers with what an agent said that is its tool, as it was said."""

from temporalio import workflow

from agentex_web import adk
from agentex_web.adk import SendEventParams, SignalName, TemporalStreamingHooks, TextContent
from agents import Agent, Runner

scholar = Agent(name="Scholar", instructions="You know things.")
relay = Agent(
    name="Relay",
    instructions="You ask the scholar.",
    tools=[scholar.as_tool("ask_scholar", "Asks the scholar.")],
    tool_use_behavior="stop_on_first_tool",
)


@workflow.defn
class Relay:
    def __init__(self) -> None:
        self._task_id = ""

    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_task_event_send(self, params: SendEventParams) -> None:
        self._task_id = params.task.id
        hooks = TemporalStreamingHooks(params.task.id)
        result = await Runner.run(relay, params.event.content.content, hooks=hooks)
        content = TextContent("agent", result.final_output)
        await adk.messages.create(task_id=params.task.id, content=content)
