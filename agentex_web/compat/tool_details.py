"""Sends the model what temporalio-openai-agents leaves out of a function tool.

temporalio-openai-agents 1.1 sends its name, description and parameters. The Responses API also takes
``defer_loading`` and a namespace, by which a ``ToolSearchTool`` finds tools, ``allowed_callers``, and the
schema of the result. Without them, an agent with a ``ToolSearchTool`` fails. No upstream issue is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents._tool_identity import (
    get_explicit_function_tool_namespace,
    get_function_tool_namespace_description,
)
from temporalio.openai_agents import _invoke_model_activity as plugin
from temporalio.openai_agents._invoke_model_activity import FunctionToolInput

from agents import FunctionTool, Tool, tool_namespace

FIELD = "details"
"""The field of the plugin's FunctionToolInput that is added."""
_SENT = ("defer_loading", "allowed_callers", "output_json_schema")
_built = plugin._build_tool


def install() -> None:
    """Adds the field, and gives it to the tools that the activity makes. Calling it again has no effect."""
    if FIELD not in FunctionToolInput.__dataclass_fields__:
        FunctionToolInput.__annotations__[FIELD] = dict[str, Any] | None
        setattr(FunctionToolInput, FIELD, None)
        dataclass(FunctionToolInput)
    plugin._build_tool = _build_tool


def add_details(sent: Sequence[Any], tools: Sequence[Tool]) -> None:
    """Adds the tools' details to what the plugin sends of them."""
    for each, tool in zip(sent, tools, strict=True):
        if isinstance(tool, FunctionTool):
            each.details = _details_of(tool)


def namespaces_of(tools: Sequence[Tool]) -> dict[str, str]:
    """The namespaces that a model's calls of these tools have, by tool name.

    A tool that is loaded later and has no namespace is in one of its own name.
    """
    functions = [each for each in tools if isinstance(each, FunctionTool)]
    found = {
        each.name: get_explicit_function_tool_namespace(each) or (each.name if each.defer_loading else "")
        for each in functions
    }
    return {name: namespace for name, namespace in found.items() if namespace}


def _details_of(tool: FunctionTool) -> dict[str, Any] | None:
    found = {name: value for name in _SENT if (value := getattr(tool, name))}
    if namespace := get_explicit_function_tool_namespace(tool):
        found["namespace"] = [namespace, get_function_tool_namespace_description(tool) or ""]
    return found or None


def _build_tool(tool: Any, env_refs: Any) -> Tool:
    made = _built(tool, env_refs)
    if isinstance(made, FunctionTool) and (details := getattr(tool, FIELD, None)):
        for name in _SENT:
            setattr(made, name, details.get(name, getattr(made, name)))
        if "namespace" in details:
            name, description = details["namespace"]
            [made] = tool_namespace(name=name, description=description, tools=[made])
    return made
