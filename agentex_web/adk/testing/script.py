"""Answers of the scripted model: the parts of answers, failures, and answers that wait."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel

from agentex_web.failure_types import ANSWER_CUT, CONTEXT_EXCEEDED, INPUT_REFUSED, MODEL_FAILURE


@dataclass(frozen=True)
class Part:
    """One part of an answer: a text, reasoning or a call.

    Attributes:
        content: the text, or the arguments of a call as the model writes them.
        name: the name of the called tool, or of the agent that takes over.
        call_id: the call's id; generated if it is empty.
        server: the server label of a hosted MCP tool.
        output: the output of a hosted tool.
    """

    kind: str
    content: str
    name: str = ""
    call_id: str = ""
    server: str = ""
    output: str = ""


@dataclass(frozen=True)
class Failure:
    """An attempt that fails.

    Attributes:
        reason: the error message that people read.
        parts: the parts of the answer before the failure.
        retry: whether another attempt is made.
        delay: the time that the server asks to wait before it; None leaves it to the retry policy.
        kind: the type of the ApplicationError, from agentex_web/failure_types.py.
    """

    reason: str
    parts: tuple[Part, ...] = ()
    retry: bool = True
    delay: timedelta | None = None
    kind: str = MODEL_FAILURE


@dataclass
class Held:
    """An answer that pauses until ``model.release()``.

    Attributes:
        after: how many characters of the last part are streamed before it pauses.
    """

    parts: tuple[Part, ...]
    after: int
    released: asyncio.Event = field(default_factory=asyncio.Event)


Answer = Part | Failure | Held | Sequence[Part]


def text(words: str | BaseModel) -> Part:
    """The model says this text. A pydantic model is sent as JSON, for agents with an ``output_type``."""
    return Part("text", words if isinstance(words, str) else words.model_dump_json())


def reasoning(words: str) -> Part:
    """The model writes this as its reasoning."""
    return Part("reasoning", words)


def refusal(words: str) -> Part:
    """The model declines to answer, with this text."""
    return Part("refusal", words)


def tool_call(
    name: str, /, *, call_id: str = "", arguments_json: str | None = None, **arguments: Any
) -> Part:
    """The model calls a function tool, or an activity or agent that is used as a tool.

    Args:
        name: the tool's name.
        call_id: the call's id, if the test refers to it.
        arguments_json: the arguments as the model writes them, to test invalid ones.
        arguments: the tool's arguments by name. An agent used as a tool has the argument ``input``.
    """
    written = json.dumps(arguments) if arguments_json is None else arguments_json
    return Part("function_call", written, name, call_id)


def custom_tool_call(name: str, /, words: str, *, call_id: str = "") -> Part:
    """The model calls a custom tool with free text."""
    return Part("custom_tool_call", words, name, call_id)


def shell_call(*commands: str, timeout_ms: int | None = None, call_id: str = "") -> Part:
    """The model calls a ``ShellTool`` with these commands."""
    action = {"commands": list(commands), "timeout_ms": timeout_ms}
    return Part("shell_call", json.dumps(action), "shell", call_id)


def patch_call(
    operation: Literal["create_file", "update_file", "delete_file"],
    path: str,
    diff: str = "",
    *,
    call_id: str = "",
) -> Part:
    """The model calls an ``ApplyPatchTool``."""
    given = {"type": operation, "path": path, **({"diff": diff} if diff else {})}
    return Part("apply_patch_call", json.dumps(given), "apply_patch", call_id)


def mcp_approval_request(server: str, name: str, /, *, request_id: str = "", **arguments: Any) -> Part:
    """The model's provider asks whether a tool of a ``HostedMCPTool`` may be called.

    Args:
        server: the tool's ``server_label``.
        request_id: the request's id, if the test refers to it.
        arguments: the tool's arguments by name.
    """
    return Part("mcp_approval_request", json.dumps(arguments), name, request_id, server)


def mcp_call(server: str, name: str, output: str, /, **arguments: Any) -> Part:
    """The model's provider has called a tool of a ``HostedMCPTool``, which returned ``output``."""
    return Part("mcp_call", json.dumps(arguments), name, server=server, output=output)


def handoff(agent: str, /, **arguments: Any) -> Part:
    """The model hands over to this agent, given by a part of its name; case does not matter.

    Args:
        arguments: of a handoff with an ``input_type``.
    """
    return Part("handoff", json.dumps(arguments), agent)


TOO_LONG = "The conversation is too long for the model."
CUT = "The answer reached the model's length limit."
_REFUSED = (400, 413, 415, 422)
_REASONS = {
    401: ("The model's server refused the key (401). Check OPENAI_API_KEY.", False),
    429: ("The model is busy: too many requests (429).", True),
}


def failure(
    status: int = 500,
    *said: Part,
    reason: str = "",
    retry: bool | None = None,
    retry_after: timedelta | None = None,
    too_long: bool = False,
) -> Failure:
    """An attempt of the model call fails; the next attempt gets the next scripted answer.

    Args:
        status: the HTTP status of the model's server. 408, 409, 429 and 5xx are retried. 400, 413, 415 and
            422 without ``said`` mean that the server refused the input.
        said: the parts of the answer before the failure.
        reason: the error message that people read; by default a sentence for the status.
        retry: whether another attempt is made; by default the status decides.
        retry_after: how long the server asks to wait.
        too_long: the conversation exceeds the model's context window.
    """
    known, transient = _REASONS.get(
        status, (f"The model's server failed ({status}).", status >= 500 or status in (408, 409))
    )
    if too_long:
        return Failure(reason or TOO_LONG, said, retry=False, kind=CONTEXT_EXCEEDED)
    kind = INPUT_REFUSED if status in _REFUSED and not said else MODEL_FAILURE
    return Failure(reason or known, said, transient if retry is None else retry, retry_after, kind)


def cut(*said: Part) -> Failure:
    """An answer that reaches the model's length limit; ``chat.continue_answer`` continues it."""
    return Failure(CUT, said, retry=False, kind=ANSWER_CUT)


def hold(*said: Part, after: str | int = "") -> Held:
    """An answer that pauses in its last part until ``model.release()``.

    Args:
        said: the parts of the answer.
        after: pause after this text in the last part, or after this number of characters.
    """
    if isinstance(after, str):
        content = said[-1].content if said else ""
        if after not in content:
            raise ValueError(f"“{after}” is no part of “{content}”.")
        after = content.index(after) + len(after)
    return Held(said, after)
