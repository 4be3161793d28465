"""Scripted answers: parses them, keeps them in order and finds the one for a request.

`POST /script` appends one script, or several as `{"scripts": [...]}`. `DELETE /script` deletes scripts and
records and lets held answers continue. A script is a JSON object:

    match               use it only if the latest user message contains this text
    match_instructions  use it only if the system instructions contain this text
    match_result        true or false: use it only if the input ends with a tool's result, or with something else
    times               how often to use it (default 1; null: forever)
    steps               answers to the successive model calls that match, or, for a single call, directly:

    output              list of output items (below)
    tokens_per_second   pace of the deltas; 0: as fast as possible (default: the server's)
    first_token_after   seconds before the first delta (default: the server's)
    hold_after          wait after so many tokens until `POST /script/release` (body: {} or {"match": "..."});
                        a list: wait at each count, each time for another release
    fault               how the answer fails (below)
    omit                types of events that are not sent; some servers stream fewer than others
    model               the model named in the answer (default: the requested model)

Scripts with a `match` come before those without; otherwise the oldest matching script is used. Each model call takes
one step: a function call and the text after its output are two steps, and so are a 429 and its retry.

Output items. `chunks`, a list of strings, may replace the streamed text to fix the deltas exactly:

    {"type": "text", "text": "...", "citations": [{"url", "title", "start_index", "end_index"}]}
    {"type": "refusal", "refusal": "..."}
    {"type": "reasoning", "summary": ["..."], "raw": "...", "encrypted_content": "..."}
    {"type": "function_call", "name": "...", "arguments": {...} or "...", "call_id": "..."}
    {"type": "custom_tool_call", "name": "...", "input": "...", "call_id": "..."}
    {"type": "web_search_call", "query": "...", "sources": ["https://..."]}
    {"type": "file_search_call", "queries": ["..."], "results": [...]}
    {"type": "code_interpreter_call", "code": "...", "logs": "..."}
    {"type": "image_generation_call", "result": "base64", "partial": "base64", "prompt": "..."}
    {"type": "mcp_list_tools", "server_label": "...", "tools": [...], "error": "..."}
    {"type": "mcp_call", "server_label": "...", "name": "...", "arguments": {...},
     "output": "..." or "error": "..."}
    {"type": "mcp_approval_request", "server_label": "...", "name": "...", "arguments": {...}}

Hosted tools also take `seconds`, the time from start to completion.

A fault has a `kind` and `after`, the number of tokens sent before it happens:

    {"kind": "status", "status": 429, "retry_after": 1, "message": "...", "code": "..."}  an HTTP error
    {"kind": "drop", "after": 5}          closes the connection (without `after`: before any byte)
    {"kind": "end", "after": 5}           ends the stream without its last event
    {"kind": "failed", "after": 5}        response.failed (without `after`: after the whole answer)
    {"kind": "error", "after": 5}         the `error` event, then the end of the stream
    {"kind": "incomplete", "after": 5, "reason": "max_output_tokens" or "content_filter"}

`GET /script/requests` returns `{"requests": [...]}`, each as `records.Record` describes: body, headers, times
on the monotonic clock, and `outcome`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from agentex_web.demo_model.answers import Answer, ApiError, Fault, Json
from agentex_web.demo_model.prompt import Prompt
from tests.support.model_server.items import whole

_ANSWER_FIELDS = {"tokens_per_second", "first_token_after", "model"}
_STEP_FIELDS = {"output", "fault", "hold_after", "omit", *_ANSWER_FIELDS}
_FAULT_FIELDS = {"kind", "after", "status", "retry_after", "message", "code", "reason"}
_SCRIPT_FIELDS = {"match", "match_instructions", "match_result", "times", "steps"}
_FAULT_KINDS = ("status", "drop", "end", "failed", "error", "incomplete")
_REASONS = ("max_output_tokens", "content_filter")


@dataclass(frozen=True, slots=True)
class Scripted:
    """One model call's answer, with the options that only scripts have.

    Attributes:
        error: the HTTP error that is sent instead of the answer.
        hold_after: counts of output tokens, ascending; after each the answer waits for `POST /script/release`.
        cut: `drop` or `end`, and the output tokens before it (0: at once). It is not part of `answer`.
        omit: types of events that are not sent.
    """

    answer: Answer
    error: ApiError | None = None
    hold_after: list[int] = field(default_factory=list)
    cut: tuple[str, int] | None = None
    omit: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Script:
    """Answers to one or more model calls.

    Attributes:
        match: substring of the latest user message, or None for any.
        match_instructions: substring of the system instructions, or None for any.
        match_result: whether the input must end with a tool's result; None for either.
        steps: the answers to successive matching calls.
        times: remaining rounds through the steps; None means forever.
        position: the next step.
    """

    match: str | None
    match_instructions: str | None
    steps: list[Scripted]
    times: int | None
    match_result: bool | None = None
    position: int = 0

    @property
    def is_general(self) -> bool:
        """True if the script is for any user message and any instructions."""
        return self.match is None and self.match_instructions is None

    def fits(self, prompt: Prompt) -> bool:
        """True if this script matches the request."""
        if self.match is not None and self.match not in "".join(prompt.user_texts[-1:]):
            return False
        ends_with_result = bool(prompt.entries) and prompt.entries[-1].kind == "tool_output"
        if self.match_result is not None and self.match_result != ends_with_result:
            return False
        return self.match_instructions is None or self.match_instructions in prompt.instructions


class ScriptBook:
    """The unused scripts, oldest first."""

    def __init__(self) -> None:
        self._scripts: list[Script] = []

    def add(self, body: Json) -> int:
        """Append the script in `body`, or each of `body["scripts"]`, and return how many are unused.

        Raises:
            ApiError: a script is malformed. None is added in that case.
        """
        given = body.get("scripts", [body])
        if not isinstance(given, list):
            raise ApiError("'scripts' must be a list.", param="scripts")
        self._scripts += [_script(one) for one in given]
        return len(self._scripts)

    def clear(self) -> None:
        """Delete all scripts."""
        self._scripts.clear()

    def take(self, prompt: Prompt) -> Scripted | None:
        """The scripted answer to this request, or None. Scripts with a `match` come first."""
        fitting = [script for script in self._scripts if script.fits(prompt)]
        if not fitting:
            return None
        script = next((one for one in fitting if not one.is_general), fitting[0])
        answer = script.steps[script.position]
        script.position += 1
        if script.position == len(script.steps):
            script.position = 0
            if script.times is not None:
                script.times -= 1
                if script.times == 0:
                    self._scripts.remove(script)
        return answer


def _script(body: object) -> Script:
    if not isinstance(body, dict):
        raise ApiError("A script must be a JSON object.")
    head = {name: value for name, value in body.items() if name in _SCRIPT_FIELDS}
    rest = {name: value for name, value in body.items() if name not in _SCRIPT_FIELDS}
    steps = head.get("steps", [rest] if rest else [])
    if "steps" in head and rest:
        raise ApiError(f"Put {', '.join(rest)} into each of 'steps'.", param="steps")
    if not isinstance(steps, list) or not steps:
        raise ApiError("A script needs an 'output', a 'fault' or a list of 'steps'.", param="steps")
    times = head.get("times", 1)
    if times is not None and (not isinstance(times, int) or times < 1):
        raise ApiError("'times' must be a whole number from 1 on, or null for ever.", param="times")
    return Script(
        head.get("match"),
        head.get("match_instructions"),
        [_scripted(step) for step in steps],
        times,
        head.get("match_result"),
    )


def _scripted(step: object) -> Scripted:
    if not isinstance(step, dict):
        raise ApiError("A script's step must be a JSON object.", param="steps")
    _refuse_unknown(step, _STEP_FIELDS, "a script")
    try:
        output = [whole(item) for item in step.get("output", [])]
    except ValueError as error:
        raise ApiError(str(error), param="output") from error
    given = {name: value for name, value in step.items() if name in _ANSWER_FIELDS}
    rest = {name: step[name] for name in ("hold_after", "omit") if step.get(name) is not None}
    if isinstance(rest.get("hold_after"), int):
        rest["hold_after"] = [rest["hold_after"]]
    fault = step.get("fault")
    if fault is None:
        return Scripted(Answer(output, **given), **rest)
    _check_fault(fault)
    kind = fault["kind"]
    if kind == "status":
        answered = ApiError(fault.get("message", "Scripted error."), fault.get("status", 500))
        answered.code, answered.retry_after = fault.get("code"), fault.get("retry_after")
        return Scripted(Answer(**given), answered)
    if kind in ("drop", "end"):
        return Scripted(Answer(output, **given), cut=(kind, fault.get("after") or 0), **rest)
    known = {name: fault[name] for name in ("kind", "after", "message", "code", "reason") if fault.get(name)}
    known |= {"after": fault.get("after")}
    return Scripted(Answer(output, fault=Fault(**known), **given), **rest)


def _check_fault(body: object) -> None:
    if not isinstance(body, dict) or body.get("kind") not in _FAULT_KINDS:
        raise ApiError(f"A fault needs a 'kind', one of: {', '.join(_FAULT_KINDS)}.", param="fault")
    _refuse_unknown(body, _FAULT_FIELDS, "a fault")
    if body.get("reason", _REASONS[0]) not in _REASONS:
        raise ApiError(f"A fault's 'reason' is one of: {', '.join(_REASONS)}.", param="fault")


def _refuse_unknown(body: Json, known: set[str], where: str) -> None:
    if unknown := sorted(set(body) - known):
        message = f"Unknown in {where}: {', '.join(unknown)}. Known: {', '.join(sorted(known))}."
        raise ApiError(message, param=unknown[0])
