"""The default runner for agents that run without ``Turn.run``: in the guide's form, and as tools.

``Runner.run`` of openai-agents 0.22 uses the process's default runner, which temporalio-openai-agents
replaces with its own. An agent used as a tool calls ``Runner.run`` too, and this project cannot pass it an
argument. So a runner that knows the turn wraps the plugin's runner. ``set_default_agent_runner`` is not
documented.
"""

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from agents.run import AgentRunner, get_default_agent_runner, set_default_agent_runner
from agents.tool_context import ToolContext
from temporalio import workflow
from temporalio.openai_agents._openai_runner import TemporalOpenAIRunner

from agentex_web.turns import opening, scope
from agentex_web.turns.agent_run import run_agent
from agentex_web.turns.streamed_agent_run import run_agent_streamed
from agents import Agent, RunResult, RunResultStreaming

NOT_SYNCHRONOUS = (
    "Runner.run_sync() blocks, and this code runs in a workflow. Write async def, and await Runner.run(…)."
)


def install() -> None:
    """Wraps the plugin's runner in this one. Calling it again has no effect."""
    runner = get_default_agent_runner()
    if not isinstance(runner, TurnRunner):
        set_default_agent_runner(TurnRunner(runner))


def durable() -> AgentRunner:
    """The plugin's runner, which makes model calls in activities."""
    runner = get_default_agent_runner()
    return runner.plugins if isinstance(runner, TurnRunner) else runner


class TurnRunner(AgentRunner):
    """Runs agents as part of the current turn; outside of turns, it does what the plugin's runner does."""

    def __init__(self, plugins: AgentRunner) -> None:
        self.plugins = plugins

    async def run(self, starting_agent: Agent[Any], input: Any, **kwargs: Any) -> RunResult:
        with opening.working() if workflow.in_workflow() else nullcontext():
            here = _scope_of(kwargs)
            if here is None:
                return await self.plugins.run(starting_agent, input, **kwargs)
            return await run_agent(here, self.plugins, starting_agent, input, **kwargs)

    def run_sync(self, starting_agent: Agent[Any], input: Any, **kwargs: Any) -> RunResult:
        if workflow.in_workflow():
            raise RuntimeError(NOT_SYNCHRONOUS)
        return self.plugins.run_sync(starting_agent, input, **kwargs)

    def run_streamed(self, starting_agent: Agent[Any], input: Any, **kwargs: Any) -> RunResultStreaming:
        if isinstance(self.plugins, TemporalOpenAIRunner) and not self.plugins.model_params.streaming_topic:
            # The plugin refuses to stream without a topic of Workflow Streams, to which nothing here listens.
            self.plugins.model_params = replace(self.plugins.model_params, streaming_topic="unused")
        here = _scope_of(kwargs)
        if here is None:
            return self.plugins.run_streamed(starting_agent, input, **kwargs)
        return run_agent_streamed(here, self.plugins, starting_agent, input, **kwargs)


def _scope_of(options: dict[str, Any]) -> scope.Scope | None:
    here = scope.current() if workflow.in_workflow() else None
    if here is not None and isinstance(tool := options.get("context"), ToolContext):
        # An agent used as a tool: its messages and tool calls belong in the card of its own call.
        return replace(here, parent_tool_call_id=tool.tool_call_id, is_agent_tool=True, quiet=False)
    if here is not None and here.function_tool_call_id:
        # The code of a function tool runs an agent.
        return replace(here, parent_tool_call_id=here.function_tool_call_id, is_agent_tool=False)
    return here
