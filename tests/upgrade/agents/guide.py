"""The guide's hello world, as it is written there but for its imports."""

from temporalio import workflow

from agentex_web import adk
from agentex_web.adk import SendEventParams, SignalName, TemporalStreamingHooks, TextContent
from agents import Agent, Runner


@workflow.defn
class ExampleWorkflow:
    def __init__(self):
        self._task_id = None
        self._trace_id = None
        self._parent_span_id = None

    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_task_event_send(self, params: SendEventParams) -> None:
        # Echo user message
        await adk.messages.create(task_id=params.task.id, content=params.event.content)

        agent = Agent(
            name="Haiku Assistant",
            instructions="You are a friendly assistant who always responds in the form of a haiku.",
        )
        self._task_id = params.task.id
        self._trace_id = params.task.id
        self._parent_span_id = params.task.id

        hooks = TemporalStreamingHooks(task_id=params.task.id)
        result = await Runner.run(agent, params.event.content.content, hooks=hooks)

        # Send response
        await adk.messages.create(
            task_id=params.task.id,
            content=TextContent(
                author="agent",
                content=result.final_output,
            ),
        )
