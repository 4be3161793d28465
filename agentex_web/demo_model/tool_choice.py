"""Which tools or which agent the persona calls for a message, and with what arguments."""

from __future__ import annotations

import json
from dataclasses import replace

from .answers import Json
from .evidence import Evidence, gather
from .fill import PLACE, Filler
from .prompt import HANDOFF_PREFIX, Prompt, Tool
from .words import overlap, tokens_of

# "Compare all of Europe" must not become fifty calls.
_MOST_CALLS = 4


def calls(prompt: Prompt) -> list[Json]:
    """The function calls that the latest user message asks for; none when it was served or nothing fits."""
    tools = _open_tools(prompt)
    if not tools or prompt.tool_choice == "none":
        return []
    message = prompt.last_user_text
    forced = prompt.tool_choice in ("required", *(tool.name for tool in tools))
    named = [tool for tool in tools if tool.name == prompt.tool_choice]
    best = max(named or tools, key=lambda tool: (fit(message, tool), not tool.is_handoff))
    if not forced and fit(message, best) == 0:
        return []
    if best.is_handoff:
        return [_call(best, _arguments(best, gather(message)))]
    found = gather(message)
    return [_call(best, _arguments(best, part)) for part in _parts(best, found, prompt)]


def fit(message: str, tool: Tool) -> int:
    """How well the tool's name, description and parameters fit the message; 0 is not at all."""
    name = tool.name.removeprefix(HANDOFF_PREFIX)
    return overlap(message, (name, 3), (tool.description, 1), (" ".join(_properties(tool)), 1))


def _open_tools(prompt: Prompt) -> list[Tool]:
    """The tools that may still be called: tools once and one handoff per user message, so it never loops."""
    called = [entry for entry in prompt.since_user if entry.kind == "tool_call"]
    if any(not entry.is_handoff for entry in called):
        return []
    return [tool for tool in prompt.tools if not (called and tool.is_handoff)]


def _parts(tool: Tool, found: Evidence, prompt: Prompt) -> list[Evidence]:
    """One part of the evidence per call: a call for each place when the tool takes one place."""
    places = [name for name in _properties(tool) if PLACE & set(tokens_of(name))]
    single = len(places) == 1 and _properties(tool)[places[0]].get("type", "string") == "string"
    if not single or len(found.places) < 2 or prompt.body.get("parallel_tool_calls") is False:
        return [found]
    return [replace(found, places=[place]) for place in found.places[:_MOST_CALLS]]


def _arguments(tool: Tool, found: Evidence) -> Json:
    if not _properties(tool):
        return {}
    filled = Filler(found, tool.parameters).fill({**tool.parameters, "type": "object"})
    return filled if isinstance(filled, dict) else {}


def _properties(tool: Tool) -> Json:
    properties = tool.parameters.get("properties", {})
    return properties if isinstance(properties, dict) else {}


def _call(tool: Tool, arguments: Json) -> Json:
    return {
        "type": "function_call",
        "name": tool.name,
        "arguments": json.dumps(arguments, ensure_ascii=False),
    }
