"""agentex-sdk's ``adk.providers``: runs an agent that is described by arguments, in the workflow's own turn.

There, an activity runs the whole agent. Here the agent runs in the workflow like any other, so each model
call and each tool is an activity of its own. Arguments that only concern that activity have no effect.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from mcp import StdioServerParameters
from temporalio import workflow

from agentex_web.compat.mcp_servers import proxy_of_program
from agentex_web.turns import registry, scope
from agentex_web.turns.author_errors import AuthorError
from agentex_web.turns.contents import TaskMessage, TextContent
from agentex_web.turns.hooks import TemporalStreamingHooks
from agentex_web.turns.options import MAX_TURNS
from agentex_web.turns.scope import quiet
from agents import Agent, GuardrailFunctionOutput, InputGuardrail, OutputGuardrail, Runner

Items = list[dict[str, Any]]
_OF_THE_ACTIVITY = {
    *("trace_id", "parent_span_id", "start_to_close_timeout", "heartbeat_timeout", "retry_policy"),
    *("mcp_timeout_seconds", "created_at"),
}
_OF_THE_AGENT = {
    *(
        "handoff_description",
        "handoffs",
        "model",
        "model_settings",
        "tools",
        "output_type",
        "tool_use_behavior",
    ),
    *("input_guardrails", "output_guardrails"),
}


class UnknownArgument(AuthorError):
    """A call has an argument that this product does not know; the text says what to write instead."""


@dataclass
class RunResult:
    """What a run returned; ``final_input_list`` is its input and what it added, for the next run."""

    final_output: Any
    final_input_list: Items = field(default_factory=list)

    def to_input_list(self) -> Items:
        """The same as ``final_input_list``."""
        return self.final_input_list


async def run_agent_streamed_auto_send(
    task_id: str,
    input_list: Items,
    agent_name: str,
    agent_instructions: str,
    mcp_server_params: Sequence[StdioServerParameters] | None = None,
    *,
    max_turns: int | None = None,
    **options: Any,
) -> RunResult:
    """Runs an agent, and shows everything that it does in the chat.

    Args:
        options: fields of the SDK's ``Agent``; agentex-sdk's options of the activity are ignored.

    Raises:
        UnknownArgument: another option is given.
    """
    given = {name: value for name, value in options.items() if value is not None}
    if unknown := given.keys() - _OF_THE_ACTIVITY - _OF_THE_AGENT:
        raise UnknownArgument(
            f"adk.providers.openai has no argument {', '.join(sorted(unknown))} here. Write: "
            "await Runner.run(Agent(…), input_list, hooks=TemporalStreamingHooks(task_id=…))."
        )
    programs = [*(mcp_server_params or ())]
    servers = _servers() if programs else {}
    agent: Agent[Any] = Agent(
        name=agent_name,
        instructions=agent_instructions,
        mcp_servers=[proxy_of_program(each, servers) for each in programs],
        **{name: value for name, value in given.items() if name in _OF_THE_AGENT},
    )
    result = await Runner.run(
        agent,
        list(input_list),  # type: ignore[arg-type]
        hooks=TemporalStreamingHooks(task_id=task_id),
        max_turns=max_turns or MAX_TURNS,
    )
    return RunResult(result.final_output, result.to_input_list())  # type: ignore[arg-type]


def _servers() -> Mapping[str, Callable[..., Any]]:
    """The MCP servers of the file whose workflow runs."""
    here = scope.current()
    if here is not None and here.progress.agent:
        return registry.get(here.progress.agent).mcp_servers
    return registry.with_workflow(workflow.info().workflow_type).mcp_servers


async def run_agent(input_list: Items, *arguments: Any, task_id: str = "", **options: Any) -> RunResult:
    """Runs an agent as a step in a fold, which is no answer, with the arguments of the function above."""
    with quiet():
        return await run_agent_streamed_auto_send(task_id, input_list, *arguments, **options)


async def chat_completion_stream_auto_send(task_id: str, llm_config: Any, **options: Any) -> TaskMessage:
    """Asks a model once, and shows the answer in the chat.

    Args:
        llm_config: an ``LLMConfig`` or a dictionary with ``model`` and ``messages``.

    Returns:
        the answer as a message; its ``content.content`` is the text.
    """
    config = llm_config if isinstance(llm_config, dict) else vars(llm_config)
    messages = [each if isinstance(each, dict) else vars(each) for each in config["messages"]]
    system = [str(each["content"]) for each in messages if each["role"] == "system"]
    asked = [
        {"role": each["role"], "content": each["content"]} for each in messages if each["role"] != "system"
    ]
    ignored = {name: value for name, value in options.items() if name in _OF_THE_ACTIVITY}
    result = await run_agent_streamed_auto_send(
        task_id, asked, "assistant", "\n\n".join(system), model=config.get("model"), **ignored
    )
    return TaskMessage(
        id="", turn_id="", content=TextContent(author="agent", content=str(result.final_output))
    )


def _guardrail(kind: type[Any], guardrail_function: Any, name: str) -> Any:
    async def check(*arguments: Any) -> GuardrailFunctionOutput:
        found = await guardrail_function(*arguments)
        info = found.output_info
        # The page shows a text as the reason.
        said = info.get("rejection_message") if isinstance(info, dict) else None
        return GuardrailFunctionOutput(said or info, found.tripwire_triggered)

    return kind(guardrail_function=check, name=name)


def TemporalInputGuardrail(guardrail_function: Any, name: str) -> InputGuardrail[Any]:
    """agentex-sdk's class of this name: a guardrail of the SDK."""
    return _guardrail(InputGuardrail, guardrail_function, name)  # type: ignore[no-any-return]


def TemporalOutputGuardrail(guardrail_function: Any, name: str) -> OutputGuardrail[Any]:
    """agentex-sdk's class of this name: a guardrail of the SDK."""
    return _guardrail(OutputGuardrail, guardrail_function, name)  # type: ignore[no-any-return]


openai = SimpleNamespace(
    run_agent=run_agent,
    run_agent_auto_send=run_agent_streamed_auto_send,
    run_agent_streamed=run_agent,
    run_agent_streamed_auto_send=run_agent_streamed_auto_send,
)
litellm = SimpleNamespace(
    chat_completion_auto_send=chat_completion_stream_auto_send,
    chat_completion_stream_auto_send=chat_completion_stream_auto_send,
)
