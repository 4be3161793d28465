"""With the shape of scale-agentex-python's tutorials 000, 030, 060, 070 and 080."""

from datetime import timedelta
from typing import override

from agentex.lib import adk
from agentex.lib.core.temporal.plugins.openai_agents.hooks.hooks import TemporalStreamingHooks
from agentex.lib.core.temporal.types.workflow import SignalName
from agentex.lib.core.temporal.workflows.workflow import BaseWorkflow
from agentex.lib.core.tracing.tracing_processor_manager import add_tracing_processor_config
from agentex.lib.environment_variables import EnvironmentVariables
from agentex.lib.types.acp import CreateTaskParams, SendEventParams
from agentex.lib.types.tracing import SGPTracingProcessorConfig
from agentex.lib.utils.logging import make_logger
from agentex.lib.utils.model_utils import BaseModel
from agentex.types.text_content import TextContent
from temporalio import workflow
from temporalio.contrib.openai_agents.workflow import activity_as_tool

from agents import Agent, Runner
from project.activities import NOTE, Note, price_of
from project.tools import approval_of

add_tracing_processor_config(SGPTracingProcessorConfig(sgp_api_key="", sgp_account_id=""))
names = EnvironmentVariables.refresh()
if names.WORKFLOW_NAME is None or names.AGENT_NAME is None:
    raise ValueError("The names are not set")
logger = make_logger(__name__)


class State(BaseModel):
    asked: list[str]


@workflow.defn(name=names.WORKFLOW_NAME)
class OrderDesk(BaseWorkflow):
    def __init__(self):
        super().__init__(display_name=names.AGENT_NAME)
        self._state = None
        self._done = False

    @workflow.signal(name=SignalName.RECEIVE_EVENT)
    @override
    async def on_task_event_send(self, params: SendEventParams) -> None:
        if self._state is None:
            raise ValueError("State is not initialized")
        words = params.event.content.content
        self._state.asked.append(words)
        self._task_id = self._trace_id = params.task.id
        await adk.messages.create(task_id=params.task.id, content=params.event.content)
        if words.startswith("note "):
            note = Note(task_id=params.event.task_id, words=words.removeprefix("note "))
            await workflow.execute_activity(NOTE, note, start_to_close_timeout=timedelta(seconds=9))
            return
        tools = [approval_of, activity_as_tool(price_of, start_to_close_timeout=timedelta(seconds=9))]
        agent = Agent(name="Order Desk", instructions="Confirm orders.", tools=tools)
        async with adk.tracing.span(
            trace_id=params.task.id, name=f"Turn {len(self._state.asked)}", input=self._state
        ) as span:
            self._parent_span_id = span.id if span else None
            result = await Runner.run(agent, words, hooks=TemporalStreamingHooks(task_id=params.task.id))
            span.output = {"answer": result.final_output}

    @workflow.run
    @override
    async def on_task_create(self, params: CreateTaskParams) -> str:
        logger.info("Task created: %s", params)
        if not self.is_continued_run():
            for words in ("Welcome.", f"Parameters: {params.params}"):
                await adk.messages.create(
                    task_id=params.task.id, content=TextContent(author="agent", content=words)
                )
        self._state = State(asked=[])
        await self.run_until_complete(params, is_complete=lambda: self._done)
        return "done"

    @workflow.signal
    async def complete(self) -> None:
        self._done = True
