"""Prepares an agent's run: its options, the model that the page names, and what cannot work in workflows."""

import dataclasses
from typing import Any, Literal

from agentex_web.compat.mcp_servers import UnusableServer, is_plain
from agentex_web.turns import registry
from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.hooks import TemporalStreamingHooks
from agentex_web.turns.progress import TurnProgress
from agentex_web.turns.recorded_hooks import RecordedHooks
from agentex_web.turns.scope import Scope
from agentex_web.turns.unusable_parts import UnusablePart, unusable_part
from agents import Agent, RunConfig


class UnusableSession(AuthorError):
    """A session does something that a workflow cannot do, such as writing a file."""


def prepare_run(progress: TurnProgress, agent: Agent[Any], options: dict[str, Any]) -> None:
    """Checks that the agent can run in a workflow, and adds the product's hooks and settings to the options.

    Raises:
        UnusableServer, UnusablePart, UnusableSession: a part of the agent or the options cannot work here.
    """
    for server in agent.mcp_servers:
        if is_plain(server):
            raise UnusableServer(
                f"The MCP server “{server.name}” is given to an agent that is made while the turn runs. "
                "Make the agent at the top level of its file."
            )
    if (unusable := unusable_part(agent)) is not None:
        raise UnusablePart(unusable[1])
    session = options.get("session")
    if session is not None and type(session).__module__.startswith("agents."):
        raise UnusableSession(
            f"A session of the SDK that writes to a file or a server ({type(session).__name__}) cannot "
            "work in a workflow. Use turn.history(), which is the chat's memory, or a session of your own on "
            "turn.get_state()."
        )
    if options.get("hooks") is None:
        # Without hooks, the page would show the tool calls that the model streams as never run.
        options["hooks"] = TemporalStreamingHooks(progress.task_id)
    if not isinstance(options["hooks"], TemporalStreamingHooks | RecordedHooks):
        progress.tool_results_unrecorded = True
    options["run_config"] = _reporting_unknown_tools(options.get("run_config"))


def with_model(here: Scope, options: dict[str, Any]) -> Scope:
    """Puts the provider and model of RunConfig into the scope, for each agent of the run, and no script.

    If the model stayed in RunConfig, the plugin would not know which agent makes a model call, so the page
    could not show who is speaking.
    """
    config = options.get("run_config")
    if isinstance(config, dict):
        config = options["run_config"] = RunConfig(**config)
    if config is None:
        return dataclasses.replace(here, provider="", run_model="", script=None)
    prefix = registry.provider_prefix(config.model_provider)
    model = ""
    if config.model is not None:
        name = registry.model_name(config.model)
        model = f"{prefix if isinstance(config.model, str) else ''}{name}"
        options["run_config"] = dataclasses.replace(config, model=None)
    return dataclasses.replace(here, provider=prefix, run_model=model, script=None)


def _reporting_unknown_tools(config: RunConfig | dict[str, Any] | None) -> RunConfig | dict[str, Any]:
    """Reports a made-up tool name to the model, so that it can call another. The SDK would end the run."""
    behavior: Literal["return_error_to_model"] = "return_error_to_model"
    if isinstance(config, dict):
        return {"tool_not_found_behavior": behavior, **config}
    return dataclasses.replace(config or RunConfig(), tool_not_found_behavior=behavior)
