"""Suggests what to write for names that the Agents SDK does not have: of another version, or invented."""

import inspect
import linecache
import re
import traceback
from difflib import get_close_matches
from importlib.metadata import version

import agents

_NAME = re.compile(r"cannot import name '(\w{1,100})' from '(agents|openai)(?:\.[\w.]{1,100})?'")
_UNKNOWN_OPTION = re.compile(
    r"(\w{1,100})(?:\.__init__)?\(\) got an unexpected keyword argument '(\w{1,100})'"
)
_MOST = 3


_OF_LINES = (
    (
        "@tool",
        "'module' object is not callable",
        " `tool` of the Agents SDK is a module. Import function_tool instead, and write @function_tool.",
    ),
    (
        "OpenAIChatCompletionsModel(",
        "unexpected keyword argument 'api_key'",
        " Write: OpenAIChatCompletionsModel(model=…, openai_client=AsyncOpenAI(api_key=…, base_url=…)).",
    ),
    (
        "StopAtTools(",
        "",
        ' It has one key, with the tools\' names. Write: StopAtTools(stop_at_tool_names=["…"]).',
    ),
)
"""For an error in a line that contains the first text, and whose own text contains the second: the remedy."""


def _of_line(error: BaseException) -> str:
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        text = linecache.getline(frame.f_code.co_filename, line).strip()
        for part, says, remedy in _OF_LINES:
            if part in text and says in str(error):
                return remedy
    return ""


def _of_option(name: str, option: str) -> str:
    """For an argument that a function or class of the SDK does not have."""
    owner = getattr(agents, name, None)
    try:
        known = inspect.signature(owner).parameters  # type: ignore[arg-type]
    except (TypeError, ValueError):
        # Something of the author's has the name of one of the SDK's modules (``run``) or types (``Prompt``).
        return ""
    if option in inspect.signature(agents.ModelSettings).parameters:
        return f" It is a setting of the model. Write: Agent(…, model_settings=ModelSettings({option}=…))."
    similar = get_close_matches(option, known, 1)
    return f" Do you mean {similar[0]}?" if similar else ""


def sdk_remedy(error: BaseException) -> str:
    """A sentence with a leading space; empty if the error has another reason."""
    text = str(error)
    if isinstance(error, TypeError) and text.startswith("Runner() takes no arguments"):
        return " The SDK's Runner is not created. Write: await Runner.run(agent, …)."
    if text.startswith("additionalProperties should not be set"):
        return (
            " A dict or **arguments have no fixed fields. For a tool, write "
            "@function_tool(strict_mode=False), or take a pydantic model."
        )
    if isinstance(error, TypeError) and (option := _UNKNOWN_OPTION.match(text)):
        return _of_option(*option.groups()) or _of_line(error)
    if isinstance(error, TypeError | ValueError) and (known := _of_line(error)):
        return known
    if not isinstance(error, ImportError) or (found := _NAME.match(text)) is None:
        return ""
    if hasattr(agents, found[1]):
        return f" Write: from agents import {found[1]}."
    if found[2] != "agents":
        return ""
    names = [each for each in dir(agents) if found[1].casefold() in each.casefold()]
    similar = get_close_matches(found[1], dir(agents), _MOST) or names[:_MOST]
    known = f" It has {' and '.join(similar)}." if similar else ""
    return f" openai-agents {version('openai-agents')}, which runs here, has no “{found[1]}”.{known}"
