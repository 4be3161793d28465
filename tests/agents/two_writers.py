"""A workflow of an author's own with two agents, and no memory that the product keeps for it."""

from agentex_web.adk import SendEventParams, SignalName, workflow
from agents import Agent, Runner


@workflow.defn
class TwoWriters:
    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_event(self, params: SendEventParams) -> None:
        self._task_id = params.task.id
        asked = params.event.content.content
        draft = await Runner.run(Agent(name="Drafter", instructions="Write."), asked)
        await Runner.run(Agent(name="Improver", instructions="Improve."), f"improve: {draft.final_output}")
