"""Shape of scale-agentex-python examples/tutorials 10_async/10_temporal/010_agent_chat."""

from agentex_web import adk
from agentex_web.adk import SendEventParams, SignalName, TemporalStreamingHooks, workflow
from agents import Agent, Runner, function_tool


@function_tool
async def calculate(x: int, y: int) -> int:
    """Multiplies."""
    return x * y


@workflow.defn
class AgentChat:
    def __init__(self) -> None:
        self._task_id = self._trace_id = self._parent_span_id = ""

    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_task_event_send(self, params: SendEventParams) -> None:
        self._task_id = self._trace_id = self._parent_span_id = params.task.id
        history = await adk.messages.history(parent=params.event.parent)
        await Runner.run(
            Agent(name="Calculator", instructions="Use the tool.", tools=[calculate]),
            [*history, *adk.input_of(params.event)],
            hooks=TemporalStreamingHooks(task_id=params.task.id),
        )
