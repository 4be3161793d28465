"""Chooses the tool or agent to call for a message, and words an answer from the results."""

import json
import re

from .answers import Json
from .filling import Filling, names
from .prompt import DESCRIPTION, Prompt, Tool, as_object

# So that "Compare all of Europe" does not become fifty calls.
_MOST_CALLS = 4
_MOST_TEXT = 1200

# Words too common to distinguish tools, and words that people use in place of the tool's own.
_COMMON = frozenset(
    "about and answer answers are but can could does find for from give handle has have help how its like "
    "need not one please questions request show some tell that the their them there this was want what when "
    "where which will with work would you your".split()
)
_SAME = dict.fromkeys(("rain", "sunny", "umbrella", "forecast", "warm", "cold"), "weather")
_SAME |= dict.fromkeys(("refund", "money", "paid"), "billing") | dict.fromkeys(("broken", "bug"), "errors")
_REJECTED = "The user rejected this call."
_FAILED = re.compile(r"\b(error|exception|failed|failure|time(d )?out|not approved|rejected|denied)\b", re.I)


def calls(prompt: Prompt) -> list[Json]:
    """The calls that the message asks for: at most one handoff and one round of tools, to avoid loops."""
    choice = prompt.body.get("tool_choice", "auto")
    choice = choice.get("name", "auto") if isinstance(choice, dict) else choice
    called = [entry for entry in prompt.since_user if entry.kind == "tool_call"]
    tools = [tool for tool in prompt.tools if not (called and tool.agent)]
    if not tools or choice == "none" or not all(entry.is_handoff for entry in called):
        return []
    said = _words(prompt.message)
    tools = [tool for tool in tools if tool.name == choice] or tools
    best = max(tools, key=lambda tool: (_fit(said, tool), not tool.agent))
    if not _fit(said, best):
        # A conversation that was handed over stays with the same agent.
        earlier = {entry.name for entry in prompt.entries if entry.is_handoff}
        best = next((tool for tool in tools if tool.name in earlier), best)
        if best.name not in (*earlier, choice) and choice != "required":
            return []
    schema = {"type": "object", **best.parameters}
    filled = [json.dumps(Filling(schema, part).value, ensure_ascii=False) for part in _parts(best, prompt)]
    return [{"type": "function_call", "name": best.name, "arguments": arguments} for arguments in filled]


def results(prompt: Prompt) -> str:
    """An answer with the tools' results; empty if no tool was called."""
    outputs = [entry for entry in prompt.since_user if entry.kind == "tool_output" and not entry.is_handoff]
    return "\n\n".join(_result(output.name, output.text) for output in outputs)


def _fit(said: set[str], tool: Tool) -> int:
    """The number of words that the message shares with the tool; those of its name count more."""
    parameters = " ".join(as_object(tool.parameters.get("properties")))
    described = _words(f"{DESCRIPTION.sub('', tool.description)} {parameters}")
    return 3 * len(said & _words(tool.name)) + len(said & described)


def _words(text: str) -> set[str]:
    """The stems of a text's words, without common words."""
    found = set(re.findall(r"[a-zà-þ]{3,}", text.lower())) - _COMMON
    if re.search(r"\d\s*[-+*/×^]\s*\d", text):
        found |= {"calculate", "calculator", "math"}
    same = (_SAME.get(word, word) for word in found)
    return {re.sub(r"(ations?|ing|ed|es|s|e)$", "", word) if len(word) > 4 else word for word in same}


def _parts(tool: Tool, prompt: Prompt) -> list[str]:
    """The message; or, for a tool that takes a single text, the names in the message if there are several."""
    kinds = [as_object(one).get("type") for one in as_object(tool.parameters.get("properties")).values()]
    found = [f'"{name}"' for name in names(prompt.message)[:_MOST_CALLS]]
    parallel = kinds == ["string"] and not tool.agent and prompt.body.get("parallel_tool_calls") is not False
    return found if parallel and len(found) > 1 else [prompt.message]


def _result(name: str, output: str) -> str:
    short = output.strip()[:_MOST_TEXT]
    if short.startswith(_REJECTED):
        return f"As you wish, I leave it: `{name}` did not run.{short.removeprefix(_REJECTED)}"
    try:
        value = as_object(json.loads(output))
    except (ValueError, RecursionError):
        value = {}
    if value.get("error") or (not value and _FAILED.search(short[:200])):
        return f"`{name}` **failed**, so I cannot answer from it. It said: {short}"
    lines = [f"\n- **{key}:** {str(part)[:200]}" for key, part in [*value.items()][:20]]
    return "\n".join([f"`{name}` returned:", *lines]) if lines else short or f"`{name}` returned nothing."
