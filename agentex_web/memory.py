"""The SDK input items that later turns get of a turn that did not end well. Standard library only.

Both the record (agentex_web/journal) and the in-memory record of adk.testing store these.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Protocol

from agentex_web.call_items import is_own_call, output_item

Items = list[dict[str, Any]]
LeftOut = Literal["", "message", "results"]
"""The part of a turn that later turns do not get: nothing, its message, or the results of its tools."""

STOPPED_TOOL_OUTPUT = "The user stopped this before it returned."
NOT_RUN = "This was not run: {why}"
CUT_OFF = "This did not return: {why} It may have taken effect."
LOST = "Whether this ran is not known: {why}"
UNKNOWN_TOOL = "The model called “{name}”, a tool that the agent does not have."
"""Error of a turn that failed because the model called an unknown tool."""

REJECTED = "The user rejected this call."
EXPIRED = "Nobody approved this call in time, so it was not run."
_QUOTED = 500
"""The note about a message that was left out quotes up to this many characters of it."""


def answered(
    items: Items,
    status: str,
    error: str,
    began: Mapping[str, bool],
    handoffs: Sequence[str] = (),
    *,
    lost: bool = False,
) -> Items:
    """Adds the missing outputs of tool calls: a model refuses a conversation with an unanswered call.

    Args:
        status: the turn's status: ``interrupted`` by a person, or ``failed`` because of ``error``.
        began: for each call that people see, by the call's id: whether it had begun to run.
        handoffs: the agents that took over in the turn, in order. If a turn was cut short, the SDK's items
            contain only the handoff calls, not their outputs.
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
    """Returns the text that the model gets in place of a tool's result after people decided about the call.

    Args:
        decision: has a ``verdict``, and its ``reason`` or ``output``.
        expired: nobody decided before the deadline.

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
    """Returns the items to remember of a turn whose input the model refused, so that later turns work again.

    Args:
        items: the items that the turn added.
        message: the text of the person's message; ``files`` are the names of its attachments.
        has_answers: a model has answered in the turn, so the message was not what it refused.
        too_long: the input was refused for its length, so quoting a part of it does no harm.
    """
    said = [item for item in items if item.get("role") in ("user", "assistant")]
    if has_answers:
        note = "(What the tools returned was left out, because the model refused it.)"
        return [*said, {"role": "assistant", "content": note}], "results"
    why = "it is too long for the model" if too_long else "the model refused it"
    # If the message had no files, its text was refused, and quoting that would be refused again.
    quoted = f" It began: “{_beginning(message)}”" if message and (files or too_long) else ""
    attached = f" Its files: {', '.join(files)}." if files else ""
    return [
        {"role": "user", "content": f"(A message was left out, because {why}.{quoted}{attached})"}
    ], "message"


class Shown(Protocol):
    """A message of the record."""

    content: str

    @property
    def opens_turn(self) -> bool: ...


def missing_question(rows: Sequence[Shown], items: Items) -> Items:
    """The item of the person's message, if the turn ended before its items included it; otherwise none."""
    if any(item.get("role") == "user" for item in items):
        return []
    return [{"role": "user", "content": row.content} for row in rows if row.opens_turn]


def without_question(items: Items) -> Items:
    """The items to remember of a turn whose message a guardrail refused and the author's code answered."""
    return [item for item in items if item.get("role") != "user"]


def _beginning(text: str) -> str:
    evened = re.sub(r"\s+", " ", text).strip()
    return evened if len(evened) <= _QUOTED else f"{evened[:_QUOTED]}…"


def calls_of(cards: Iterable[tuple[str, str, str, str | None]]) -> Items:
    """Restores the items of tool calls and results of a turn whose workflow was lost with its items.

    Args:
        cards: for each call its id, the tool's name, its arguments, and its result (None without one).
    """
    calls: Items = []
    for call_id, name, arguments, result in cards:
        calls.append({"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments})
        if result is not None:
            calls.append({"type": "function_call_output", "call_id": call_id, "output": result})
    return calls


def from_summary(summary: str) -> Items:
    """The items that replace the turns that a summary covers.

    There are two, because some models require that user and assistant messages alternate.
    """
    return [
        {"role": "user", "content": "Summarise our conversation so far."},
        {"role": "assistant", "content": summary},
    ]


def is_json(arguments: str) -> bool:
    """False if the model has not finished writing the arguments; servers refuse those."""
    try:
        json.loads(arguments)
    except ValueError:
        return False
    return True
