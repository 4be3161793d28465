"""Shape of scale-agentex-python tutorial 020_state_machine, with its import paths."""

from enum import StrEnum

from agentex.lib.core.temporal.types.workflow import SignalName
from agentex.lib.core.temporal.workflows.workflow import BaseWorkflow
from agentex.lib.sdk.state_machine import NoOpWorkflow, State, StateMachine
from agentex.lib.sdk.state_machine.state_workflow import StateWorkflow
from agentex.lib.types.acp import CreateTaskParams, SendEventParams
from pydantic import BaseModel
from temporalio import workflow

from agents import Agent, Runner


class Phase(StrEnum):
    CLARIFYING = "clarifying"
    RESEARCHING = "researching"
    COMPLETED = "completed"


class Research(BaseModel):
    words: list[str] = []


class Machine(StateMachine[Research]):
    async def terminal_condition(self) -> bool:
        return self.get_current_state() == Phase.COMPLETED


class Clarify(StateWorkflow):
    async def execute(self, state_machine, state_machine_data=None) -> str:
        await Runner.run(Agent(name="Asker"), state_machine_data.words[-1])
        return Phase.RESEARCHING


class Research_(StateWorkflow):
    async def execute(self, state_machine, state_machine_data=None) -> str:
        await Runner.run(Agent(name="Researcher"), ", ".join(state_machine_data.words))
        return Phase.COMPLETED


@workflow.defn(name="deep_research")
class DeepResearch(BaseWorkflow):
    def __init__(self) -> None:
        super().__init__(display_name="Deep research")
        self.machine = Machine(
            initial_state=Phase.CLARIFYING,
            states=[
                State(name=Phase.CLARIFYING, workflow=Clarify()),
                State(name=Phase.RESEARCHING, workflow=Research_()),
                State(name=Phase.COMPLETED, workflow=NoOpWorkflow()),
            ],
            state_machine_data=Research(),
            trace_transitions=True,
        )

    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    async def on_task_event_send(self, params: SendEventParams) -> None:
        self.machine.set_task_id(params.task.id)
        self.machine.require_state_machine_data().words.append(params.event.content.content)
        await self.machine.step()

    @workflow.run
    async def on_task_create(self, params: CreateTaskParams) -> None:
        await workflow.wait_condition(lambda: False)
