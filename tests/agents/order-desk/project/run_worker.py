import asyncio

from agentex.lib.core.temporal.activities import get_all_activities
from agentex.lib.core.temporal.plugins.openai_agents.hooks.activities import stream_lifecycle_content
from agentex.lib.core.temporal.plugins.openai_agents.interceptors.context_interceptor import (
    ContextInterceptor,
)
from agentex.lib.core.temporal.plugins.openai_agents.models.temporal_streaming_model import (
    TemporalStreamingModelProvider,
)
from agentex.lib.core.temporal.workers.worker import AgentexWorker
from agentex.lib.environment_variables import EnvironmentVariables
from agentex.lib.utils.debug import setup_debug_if_enabled
from temporalio.contrib.openai_agents import OpenAIAgentsPlugin

from project.activities import Notes, price_of
from project.approval import Approval
from project.workflow import OrderDesk


async def main():
    setup_debug_if_enabled()
    worker = AgentexWorker(
        task_queue=EnvironmentVariables.refresh().WORKFLOW_TASK_QUEUE,
        plugins=[OpenAIAgentsPlugin(model_provider=TemporalStreamingModelProvider())],
        interceptors=[ContextInterceptor()],
    )
    activities = [*get_all_activities(), Notes().note, price_of, stream_lifecycle_content]
    await worker.run(activities=activities, workflows=[OrderDesk, Approval])


if __name__ == "__main__":
    asyncio.run(main())
