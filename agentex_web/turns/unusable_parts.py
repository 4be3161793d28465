"""Detects parts of the SDK that cannot work in a durable agent, and says what to write instead."""

import inspect
from typing import Any

from agentex_web.names import NAME_LENGTH
from agentex_web.turns.author_errors import AuthorError
from agents import (
    Agent,
    AgentOutputSchema,
    AgentOutputSchemaBase,
    ComputerTool,
    Handoff,
    LocalShellTool,
    ProgrammaticToolCallingTool,
    UserError,
)

_TOOLS: dict[type, str] = {
    ComputerTool: (
        "A ComputerTool holds a live browser or screen, which a workflow cannot keep over restarts. Give the "
        "agent function tools that do what it needs there, or an MCP server such as Playwright's."
    ),
    LocalShellTool: "A LocalShellTool cannot be sent to the model. Use ShellTool(executor=…).",
    ProgrammaticToolCallingTool: (
        "A ProgrammaticToolCallingTool cannot be sent to the model. Leave it out, and allowed_callers=…, too."
    ),
}
NO_SANDBOX = (
    "A SandboxAgent works in a sandbox of files and processes, which is lost with its worker. "
    "Use Agent(…) with function tools, a ShellTool or an MCP server."
)


class UnusablePart(AuthorError):
    """An agent uses a part of the SDK that cannot work here."""


def unusable_part(agent: Agent[Any]) -> tuple[str, str] | None:
    """Finds the agent's first part that cannot work. Returns the name of the class whose constructor call is
    to blame, and a sentence with the remedy; None if all parts work.
    """
    if (wrong := _wrong_name(agent)) is not None:
        return "Agent", wrong
    for tool in agent.tools:
        if not hasattr(tool, "name"):
            what = f"the function {tool.__name__}" if inspect.isroutine(tool) else f"a {type(tool).__name__}"
            return "Agent", (f"A tool of “{agent.name}” is {what}. Write @function_tool above the function.")
    for each in agent.handoffs:
        if not isinstance(each, Agent | Handoff):
            return "Agent", (
                f"A handoff of “{agent.name}” is a {type(each).__name__}. Give agents, or handoff(agent, …)."
            )
    if (wrong := _wrong_function(agent)) is not None:
        return "Agent", wrong
    if type(agent).__module__.startswith("agents.sandbox"):
        return type(agent).__name__, NO_SANDBOX
    for tool in agent.tools:
        callers = getattr(tool, "allowed_callers", None)
        if callers and "direct" not in callers:
            return "function_tool", (
                f"The tool “{tool.name}” of “{agent.name}” may only be called by a "
                "ProgrammaticToolCallingTool, which cannot be sent to the model. Leave allowed_callers=… out."
            )
    for kind, remedy in _TOOLS.items():
        if any(isinstance(tool, kind) for tool in agent.tools):
            return kind.__name__, remedy
    if (reason := _why_no_schema(agent)) is not None:
        return "Agent", reason
    return None


def _wrong_name(agent: Agent[Any]) -> str | None:
    """Why a name of the agent or of its tools cannot be stored with messages."""
    named = {"an agent": [agent.name], "a tool": [getattr(each, "name", "") for each in agent.tools]}
    for kind, names in named.items():
        for name in names:
            if not isinstance(name, str):
                return f"The name of {kind} is {type(name).__name__}, not a text."
            if len(name) > NAME_LENGTH:
                return f"The name of {kind}, “{name[:40]}…”, is longer than {NAME_LENGTH} characters."
            if not name.isprintable():
                return f"The name of {kind}, {name!a}, has characters that cannot be shown. Use others."
    return None


def _wrong_function(agent: Agent[Any]) -> str | None:
    if inspect.isroutine(agent.instructions):
        given = [
            each
            for each in inspect.signature(agent.instructions).parameters.values()
            if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
        ]
        if len(given) != 2:
            return (
                f"The instructions of “{agent.name}” are a function with {len(given)} arguments. Give it "
                "two: (context, agent)."
            )
    for kind in ("input_guardrail", "output_guardrail"):
        for each in getattr(agent, f"{kind}s"):
            if not callable(inside := getattr(each, "guardrail_function", None)) and inside is not None:
                name = inside.get_name() if hasattr(inside, "get_name") else "…"
                return f"A guardrail of “{agent.name}” is inside another one. Write {kind}s=[{name}]."
            if inspect.isroutine(each):
                return (
                    f"A guardrail of “{agent.name}” is the function {each.__name__}. Write @{kind} above the "
                    "function."
                )
    return None


def _why_no_schema(agent: Agent[Any]) -> str | None:
    output: Any = agent.output_type
    if isinstance(output, AgentOutputSchemaBase) and not isinstance(output, AgentOutputSchema):
        return (
            f"The output_type of “{agent.name}” is a {type(output).__name__}, which cannot be sent to the "
            "model. Use a pydantic model, or AgentOutputSchema(…, strict_json_schema=False)."
        )
    if output is None or isinstance(output, AgentOutputSchema):
        return None
    try:
        AgentOutputSchema(output)
    except UserError as error:
        name = getattr(output, "__name__", str(output))
        return (
            f"The output_type of “{agent.name}” cannot be strict JSON: {str(error).partition('.')[0]}. Write "
            f"output_type=AgentOutputSchema({name}, strict_json_schema=False), or change the type."
        )
    return None
