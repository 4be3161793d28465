"""Reads a model call's input from a Responses request, and refuses what the real API refuses."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from .answers import ApiError, Json

# The Agents SDK's name and description of a handoff's tool (agents/handoffs, Handoff.default_tool_*).
_HANDOFF = "transfer_to_"
DESCRIPTION = re.compile(r"Handoff to the (.{1,80}?) agent to handle the request\.\s*")
_CALLS = {"function_call": "arguments", "custom_tool_call": "input"}

# Limit on the characters that the demo model reads of a message, so that no message takes much time.
_MOST_READ = 4000


class Entry(NamedTuple):
    """One step of the conversation: a text, or the arguments or output of the tool `name`."""

    kind: Literal["user", "assistant", "tool_call", "tool_output"]
    text: str
    name: str = ""
    call_id: str = ""
    attachments: tuple[str, ...] = ()

    @property
    def is_handoff(self) -> bool:
        return self.name.startswith(_HANDOFF)


class Tool(NamedTuple):
    """A function that the model may call; `parameters` is its JSON schema."""

    name: str
    description: str
    parameters: Json

    @property
    def agent(self) -> str:
        """The agent that a handoff goes to, such as `Billing Specialist`; empty for other tools."""
        found = DESCRIPTION.match(self.description)
        name = found.group(1) if found else self.name.removeprefix(_HANDOFF).replace("_", " ").title()
        return name if self.name.startswith(_HANDOFF) else ""


@dataclass(frozen=True)
class Prompt:
    """The input of a model call. `body` has the form of the Responses API; `schema` is empty for prose."""

    body: Json
    instructions: str
    entries: tuple[Entry, ...]
    tools: tuple[Tool, ...]
    schema: Json

    @cached_property
    def user_texts(self) -> list[str]:
        """The text of every user message, oldest first."""
        return [entry.text for entry in self.entries if entry.kind == "user"]

    @property
    def message(self) -> str:
        """The latest user message, cut to what the demo model reads."""
        return "".join(self.user_texts[-1:])[:_MOST_READ].strip()

    @property
    def since_user(self) -> tuple[Entry, ...]:
        """The entries after the latest user message."""
        last = max((index for index, entry in enumerate(self.entries) if entry.kind == "user"), default=-1)
        return self.entries[last + 1 :]


def read_responses(body: Json) -> Prompt:
    """Reads the prompt of a Responses request; raises ApiError for a wrong field or an unanswered call."""
    if not isinstance(body.get("model"), str) or not body["model"]:
        raise ApiError("Missing required parameter: 'model'.", 400, "model", "missing_required_parameter")
    limit = body.get("max_output_tokens")
    if limit is not None and (type(limit) is not int or limit < 1):
        message = "Invalid value for 'max_output_tokens': expected a whole number from 1 on."
        raise ApiError(message, 400, "max_output_tokens", "invalid_value")
    given = body.get("input")
    system = [str(body.get("instructions") or "")]
    entries: list[Entry] = []
    names: dict[str, str] = {}
    for item in objects([{"role": "user", "content": given}] if isinstance(given, str) else given, "input"):
        _read_item(item, system, entries, names)
    called = {entry.call_id for entry in entries if entry.kind == "tool_call"}
    answered = {entry.call_id for entry in entries if entry.kind == "tool_output"}
    for call_id in called - answered:
        raise ApiError(f"No tool output found for function call {call_id}.", 400, "input")
    for call_id in answered - called:
        raise ApiError(f"No tool call found for function call output with call_id {call_id}.", 400, "input")
    tools = [
        Tool(str(tool.get("name")), str(tool.get("description") or ""), as_object(tool.get("parameters")))
        for tool in as_list(body.get("tools"))
        if tool.get("type") == "function"
    ]
    schema = as_object(as_object(as_object(body.get("text")).get("format")).get("schema"))
    return Prompt(body, "\n\n".join(filter(None, system)), tuple(entries), tuple(tools), schema)


def _read_item(item: Json, system: list[str], entries: list[Entry], names: dict[str, str]) -> None:
    kind, role, call_id = item.get("type", "message"), item.get("role"), str(item.get("call_id"))
    if kind in _CALLS:
        names[call_id] = str(item.get("name"))
        entries.append(Entry("tool_call", str(item.get(_CALLS[kind], "")), names[call_id], call_id))
    elif str(kind).removesuffix("_output") in _CALLS:
        entries.append(Entry("tool_output", _content(item.get("output"))[0], names.get(call_id, ""), call_id))
    elif kind == "message":
        words, attachments = _content(item.get("content"))
        if role in ("system", "developer"):
            system.append(words)
        elif role in ("user", "assistant"):
            entries.append(Entry(role, words, attachments=attachments))
        else:
            message = f"Invalid value: {role!r}. Use 'assistant', 'system', 'developer' or 'user'."
            raise ApiError(message, 400, "input", "invalid_value")
    # Reasoning and hosted tools' items hold nothing that the demo model needs.


def _content(content: object) -> tuple[str, tuple[str, ...]]:
    """The text and the attachments' names of a message's content, which is a string or a list of parts."""
    if content is None or isinstance(content, str):
        return content or "", ()
    parts = objects(content, "content")
    words = [str(part.get("text") or part.get("refusal") or "") for part in parts]
    files = [as_object(part.get("file")) or part for part in parts if not {"text", "refusal"} & part.keys()]
    return "\n".join(filter(None, words)), tuple(str(file.get("filename") or "an image") for file in files)


def objects(given: object, name: str) -> list[Json]:
    """Returns `given` if it is a list of objects; raises ApiError if it is not."""
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise ApiError(f"Missing or invalid '{name}': expected an array of objects.", 400, name)
    return given


def as_object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
