"""Scripted answers: reading them, keeping them in order and finding the one for a request.

The format is described in the package docstring (`agentex_web.demo_model`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import get_args

from .answers import Answer, Fault, FaultKind, Json
from .errors import ApiError
from .items import normalised
from .prompt import Prompt

_ANSWER_FIELDS = {field.name for field in fields(Answer)}
_FAULT_FIELDS = {field.name for field in fields(Fault)}
_SCRIPT_FIELDS = {"match", "match_instructions", "times", "steps"}
_REASONS = ("max_output_tokens", "content_filter")


@dataclass(slots=True)
class Script:
    """Answers to one or more model calls.

    Attributes:
        match: substring of the latest user message, or None for any.
        match_instructions: substring of the system instructions, or None for any.
        steps: the answers to the successive calls that match.
        times: rounds through the steps that are left; None is for ever.
        position: the step that is next.
    """

    match: str | None
    match_instructions: str | None
    steps: list[Answer]
    times: int | None
    position: int = 0

    @property
    def is_general(self) -> bool:
        """Whether it fits any request."""
        return self.match is None and self.match_instructions is None

    def fits(self, prompt: Prompt) -> bool:
        """Whether the request is one that this script answers."""
        if self.match is not None and self.match not in prompt.last_user_text:
            return False
        return self.match_instructions is None or self.match_instructions in prompt.instructions


class ScriptBook:
    """The scripts that are waiting, oldest first."""

    def __init__(self) -> None:
        self._scripts: list[Script] = []

    def add(self, body: Json) -> int:
        """Append the script in `body`, or each of `body["scripts"]`; returns how many are waiting.

        Raises:
            ApiError: a script is malformed; then none is added.
        """
        given = body.get("scripts", [body])
        if not isinstance(given, list):
            raise ApiError("'scripts' must be a list.", param="scripts")
        self._scripts += [_script(one) for one in given]
        return len(self._scripts)

    def clear(self) -> None:
        """Forget every script."""
        self._scripts.clear()

    def take(self, prompt: Prompt) -> Answer | None:
        """The scripted answer to this request, or None; scripts with a `match` go before the others."""
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
    return Script(head.get("match"), head.get("match_instructions"), [_answer(step) for step in steps], times)


def _answer(step: object) -> Answer:
    if not isinstance(step, dict):
        raise ApiError("A script's step must be a JSON object.", param="steps")
    _refuse_unknown(step, _ANSWER_FIELDS, "a script")
    try:
        output = [normalised(item) for item in step.get("output", [])]
    except ValueError as error:
        raise ApiError(str(error), param="output") from error
    given = {name: value for name, value in step.items() if name not in ("output", "fault")}
    fault = step.get("fault")
    return Answer(output=output, fault=None if fault is None else _fault(fault), **given)


def _fault(body: object) -> Fault:
    kinds = get_args(FaultKind)
    if not isinstance(body, dict) or body.get("kind") not in kinds:
        raise ApiError(f"A fault needs a 'kind', one of: {', '.join(kinds)}.", param="fault")
    _refuse_unknown(body, _FAULT_FIELDS, "a fault")
    if body.get("reason", _REASONS[0]) not in _REASONS:
        raise ApiError(f"A fault's 'reason' is one of: {', '.join(_REASONS)}.", param="fault")
    return Fault(**body)


def _refuse_unknown(body: Json, known: set[str], what: str) -> None:
    if unknown := sorted(set(body) - known):
        message = f"Unknown in {what}: {', '.join(unknown)}. Known: {', '.join(sorted(known))}."
        raise ApiError(message, param=unknown[0])
