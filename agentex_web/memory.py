"""What later turns are given of a turn that did not end well, as SDK input items. Standard library only.

The record (agentex_web/journal) and the record in memory of adk.testing both keep these.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from agentex_web.call_items import is_own_call, output_item

Items = list[dict[str, Any]]
LeftOut = Literal["", "message", "results"]
"""What a turn added to the conversation and later turns are not given: its message, or its tools' results."""

STOPPED_TOOL_OUTPUT = "The user stopped this before it returned."
NOT_RUN = "This was not run: {why}"
CUT_OFF = "This did not return: {why} It may have taken effect."
LOST = "Whether this ran is not known: {why}"
UNKNOWN_TOOL = "The model called “{name}”, a tool that the agent does not have."
"""Why a turn fails that could not go on for that."""

REJECTED = "The user rejected this call."
EXPIRED = "Nobody approved this call in time, so it was not run."
_QUOTED = 500
"""Characters of a message that was left out which stay in its note."""


def answered(
    items: Items,
    status: str,
    error: str,
    began: Mapping[str, bool],
    handoffs: Sequence[str] = (),
    *,
    lost: bool = False,
) -> Items:
    """The items with an output for every tool call: a model refuses a conversation that lacks one.

    Args:
        status: of the turn: ``interrupted`` by a person, or ``failed`` because of ``error``.
        began: whether each call that is shown had begun to run, by the call's id.
        handoffs: the agents that took over in the turn, in order; the SDK's items of a turn that was cut
            short have the calls only.
        lost: the worker was lost, so nobody knows what ran.
    """
    outputs = {item.get("call_id") for item in items if str(item.get("type", "")).endswith("_output")}
    unanswered = [item for item in items if is_own_call(item) and item["call_id"] not in outputs]
    taken_over = iter(handoffs)
    missing: Items = []
    for item in unanswered:
        agent = None if item["call_id"] in began else next(taken_over, None)
        output = (
            json.dumps({"assistant": agent})
            if agent is not None
            else _why_unanswered(item, status, error, began.get(item["call_id"], True), lost=lost)
        )
        missing.append(output_item(item["type"], item["call_id"], output, failed=True))
    return [*items, *missing]


def _why_unanswered(item: Mapping[str, Any], status: str, error: str, has_begun: bool, *, lost: bool) -> str:
    if status != "failed":
        return (
            STOPPED_TOOL_OUTPUT if has_begun else NOT_RUN.format(why="The user stopped it before it began.")
        )
    name = item.get("name", "")
    if error == UNKNOWN_TOOL.format(name=name):
        return NOT_RUN.format(why=f"There is no tool “{name}”.")
    why = f"{error.rstrip('.') or 'The turn failed'}."
    return (LOST if lost else CUT_OFF if has_begun else NOT_RUN).format(why=why)


def refused_call(decision: Mapping[str, Any], *, expired: bool) -> str | None:
    """What the model is given in place of a tool's result when people decided about the call.

    Args:
        decision: with ``verdict``, and its ``reason`` or ``output``.
        expired: nobody decided; the deadline did.

    Returns:
        None if the call was approved.
    """
    match decision.get("verdict"):
        case "approve":
            return None
        case "answer":
            return str(decision.get("output", ""))
    reason = str(decision.get("reason", "")).strip()
    return EXPIRED if expired else f"{REJECTED} Reason: {reason}" if reason else REJECTED


def without_refused(
    items: Items, message: str, files: Sequence[str], *, has_answers: bool, too_long: bool
) -> tuple[Items, LeftOut]:
    """What is remembered of a turn whose input the model refused: otherwise it would refuse each later turn.

    Args:
        items: what the turn added.
        message: the person's words; ``files`` are the names of what was sent with them.
        has_answers: a model has answered in the turn, so it was not the message that was refused.
        too_long: it was refused for its length, so a part of it is no harm.
    """
    said = [item for item in items if item.get("role") in ("user", "assistant")]
    if has_answers:
        note = "(What the tools returned was left out, because the model refused it.)"
        return [*said, {"role": "assistant", "content": note}], "results"
    why = "it is too long for the model" if too_long else "the model refused it"
    # Words alone that were refused would be refused again.
    quoted = f" It began: “{_beginning(message)}”" if message and (files or too_long) else ""
    attached = f" Its files: {', '.join(files)}." if files else ""
    return [
        {"role": "user", "content": f"(A message was left out, because {why}.{quoted}{attached})"}
    ], "message"


def without_question(items: Items) -> Items:
    """What is remembered of a turn whose message a guardrail refused, and whose author answered it."""
    return [item for item in items if item.get("role") != "user"]


def _beginning(text: str) -> str:
    evened = re.sub(r"\s+", " ", text).strip()
    return evened if len(evened) <= _QUOTED else f"{evened[:_QUOTED]}…"


def calls_of(cards: Iterable[tuple[str, str, str, str | None]]) -> Items:
    """Calls and results as items, of a turn whose workflow was lost with its own.

    Args:
        cards: of each call its id, the tool's name, its arguments and its result; None if it has none.
    """
    calls: Items = []
    for call_id, name, arguments, result in cards:
        calls.append({"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments})
        if result is not None:
            calls.append({"type": "function_call_output", "call_id": call_id, "output": result})
    return calls


def from_summary(summary: str) -> Items:
    """What stands in the place of the turns that a summary covers; two items, as some models want a person
    and themselves to take turns.
    """
    return [
        {"role": "user", "content": "Summarise our conversation so far."},
        {"role": "assistant", "content": summary},
    ]


def is_json(arguments: str) -> bool:
    """False of arguments that the model has not written to their end: servers refuse them."""
    try:
        json.loads(arguments)
    except ValueError:
        return False
    return True
