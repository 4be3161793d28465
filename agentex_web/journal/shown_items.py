"""The items of a turn that ended early, as far as its messages show what its workflow did not pass on."""

import uuid
from collections.abc import Sequence

from agentex_web.memory import Items, LeftOut, calls_of, is_json, without_refused
from agentex_web.positions import path_of
from agentex_web.tasks.models import Message


def calls_begun(rows: Sequence[Message]) -> dict[str, bool]:
    """Whether each shown tool call had started to run, by call id."""
    return {
        row.tool_call_id: row.status != Message.Status.PENDING
        for row in rows
        if row.kind == Message.Kind.TOOL_REQUEST
    }


def handoffs_of(rows: Sequence[Message]) -> list[str]:
    """The agents that took over, in order."""
    return [row.agent_name for row in rows if _is_handoff(row) and "inside" not in row.data]


def _is_handoff(row: Message) -> bool:
    """True for a handoff by an agent, as opposed to one by the person."""
    return row.kind == Message.Kind.HANDOFF and not row.is_sent


def calls_shown(rows: Sequence[Message]) -> Items:
    """The calls of the agent's own tools, rebuilt from the messages of a turn that left nothing else."""
    results = {row.tool_call_id: row.content for row in rows if row.kind == Message.Kind.TOOL_RESPONSE}
    return calls_of(
        (row.tool_call_id, row.tool_name, row.content, results.get(row.tool_call_id))
        for row in rows
        if row.kind == Message.Kind.TOOL_REQUEST
        and not {"hosted", "inside"} & row.data.keys()
        and is_json(row.content)
    )


def without_refused_message(
    rows: Sequence[Message], items: Items, *, has_answers: bool, too_long: bool
) -> tuple[Items, LeftOut]:
    """The items without the message that the model refused, and what was left out (memory.py)."""
    asked = next(row for row in rows if row.opens_turn)
    files = [str(each["name"]) for each in asked.data.get("attachments", [])]
    return without_refused(items, asked.content, files, has_answers=has_answers, too_long=too_long)


def texts_shown(turn_id: uuid.UUID) -> Items:
    """What was said in the turn, as items."""
    roles = {Message.Author.USER: "user", Message.Author.AGENT: "assistant"}
    rows = Message.objects.filter(turn_id=turn_id, kind=Message.Kind.TEXT, author__in=roles)
    return [
        {"role": roles[Message.Author(row.author)], "content": row.content}
        for row in rows.order_by("position")
        if "inside" not in row.data
    ]


def partial_answers(rows: Sequence[Message], whole_calls: Sequence[str]) -> Items:
    """The partial texts of model calls that were cut short, which are missing in the SDK's items."""
    return [
        {"role": "assistant", "content": row.content}
        for row in rows
        if row.kind == Message.Kind.TEXT
        and "call" in row.data
        and "inside" not in row.data
        and path_of(row.position) not in whole_calls
        and row.content
    ]
