"""Which tool or agent to call for a message, and what to say about the results."""

import json
import re

from .answers import Json
from .filling import Filling, names
from .prompt import Entry, Prompt, Tool
from .reading import as_object

# "Compare all of Europe" must not become fifty calls.
_MOST_CALLS = 4
_MOST_TEXT = 1200

_COMMON = """about agent answer answers could does find from give handle have help hello like need please question
    questions request return returns show some tell that their them there this tool user want what when where which
    will with work would your"""
# Words that people use for what an author calls otherwise.
_SAME = {
    "rain": "weather",
    "sunny": "weather",
    "umbrella": "weather",
    "forecast": "weather",
    "warm": "weather",
}
_SAME |= {"cold": "weather", "refund": "billing", "money": "billing", "paid": "billing", "broken": "errors"}
_FAILED = re.compile(r"\b(error|exception|traceback|failed|failure|timed out|timeout)\b", re.IGNORECASE)
_REFUSED = re.compile(r"\b(not approved|rejected|denied|declined)\b", re.IGNORECASE)


def calls(prompt: Prompt) -> list[Json]:
    """The function calls that the latest user message asks for.

    Tools are called once, and one handoff is made, for each user message: so it never loops.
    """
    called = [entry for entry in prompt.since_user if entry.kind == "tool_call"]
    tools = [tool for tool in prompt.tools if not (called and tool.agent)]
    if not tools or prompt.tool_choice == "none" or not all(entry.is_handoff for entry in called):
        return []
    said = _words(prompt.message)
    named = [tool for tool in tools if tool.name == prompt.tool_choice]
    best = max(named or tools, key=lambda tool: (_fit(said, tool), not tool.agent))
    if not _fit(said, best):
        earlier = {entry.name for entry in prompt.entries if entry.is_handoff}
        again = [tool for tool in tools if tool.agent and tool.name in earlier]
        if not (named or again or prompt.tool_choice == "required"):
            return []
        best = (named or again or tools)[0]
    return [_call(best, part) for part in _parts(best, prompt)]


def reason(made: list[Json], prompt: Prompt) -> str:
    """A sentence on why these calls are made."""
    name = made[0]["name"]
    agent = next(tool.agent for tool in prompt.tools if tool.name == name)
    if agent:
        return f"This is a matter for {agent}, so I hand over."
    if len(made) > 1:
        return (
            f"The tool `{name}` fits the message, once for each of {len(made)} names. I call it side by side."
        )
    return f"The tool `{name}` fits the message, so I call it with {made[0]['arguments'][:200]}."


def results(prompt: Prompt) -> str:
    """An answer that says what the tools returned; empty if none was called."""
    entries = prompt.since_user
    calls = {entry.call_id: entry for entry in entries if entry.kind == "tool_call"}
    outputs = [entry for entry in entries if entry.kind == "tool_output" and not entry.is_handoff]
    return "\n\n".join(_result(calls[output.call_id], output.text) for output in outputs)


def _fit(said: set[str], tool: Tool) -> int:
    """How many words the message shares with the tool; those of its name count three times."""
    name = _words(tool.name)
    described = _words(f"{tool.purpose} {' '.join(as_object(tool.parameters.get('properties')))}")
    return sum(3 * any(map(word.__eq__, name)) + (word in described) for word in said)


def _words(text: str) -> set[str]:
    """The words of a text by their stems, without common ones."""
    found = {word for word in re.findall(r"[a-zà-þ]{3,}", text.lower()) if word not in _COMMON.split()}
    if re.search(r"\d\s*[-+*/×^]\s*\d", text):
        found |= {"calculate", "calculator", "expression", "math"}
    return {_stem(_SAME.get(word, word)) for word in found}


def _stem(word: str) -> str:
    return re.sub(r"(ations?|ing|ed|es|s|e)$", "", word) if len(word) > 4 else word


def _parts(tool: Tool, prompt: Prompt) -> list[str]:
    """The message, or for a tool that takes one text, each name in it."""
    properties = as_object(tool.parameters.get("properties"))
    found = names(prompt.message)[:_MOST_CALLS]
    one = len(properties) == 1 and as_object(next(iter(properties.values()))).get("type") == "string"
    parallel = one and not tool.agent and prompt.body.get("parallel_tool_calls") is not False
    return found if parallel and len(found) > 1 else [prompt.message]


def _call(tool: Tool, message: str) -> Json:
    filled = Filling({"type": "object", **tool.parameters}, message).value
    return {"type": "function_call", "name": tool.name, "arguments": json.dumps(filled, ensure_ascii=False)}


def _result(call: Entry, output: str) -> str:
    short = output.strip()[:_MOST_TEXT]
    if _REFUSED.search(short[:200]):
        return f"I did not run `{call.name}`, because the call was not approved: {short}"
    try:
        value = json.loads(output)
    except ValueError:
        value = None
    if _FAILED.search(short[:200]) and not isinstance(value, list) or as_object(value).get("error"):
        return f"`{call.name}` **failed**, so I cannot answer from it. It said: {short}"
    if isinstance(value, dict | list) and value:
        pairs = value.items() if isinstance(value, dict) else enumerate(value, 1)
        lines = [f"- **{key}:** {str(part)[:200]}" for key, part in list(pairs)[:20]]
        return f"`{call.name}` returned:\n\n" + "\n".join(lines)
    return f"`{call.name}` returned: {short}" if short else f"`{call.name}` is done; it returned nothing."
