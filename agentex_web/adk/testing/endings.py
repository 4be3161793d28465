"""Ends a turn in the in-memory record, as agentex_web/journal does in the database."""

import uuid
from collections.abc import Mapping, Sequence

from agentex_web.adk.testing.kept_messages import Json, KeptMessage
from agentex_web.adk.testing.kept_turns import KeptTurn
from agentex_web.adk.testing.record import Record
from agentex_web.memory import LeftOut, answered, missing_question, without_question, without_refused
from agentex_web.positions import END, GROUP, after, below, path_of
from agentex_web.turns.record_payloads import FinishTurn
from agentex_web.turns.tool_results import outputs_of

NOT_SEEN = "Stopped before the agent started."
NOT_RUN = "It was not run."
NO_END = "It returned nothing."
NOT_RECORDED = "Result not recorded."
"""The same sentences as in production (tests/unit/adk_testing compares them)."""


def finish(record: Record, end: FinishTurn) -> list[Json]:
    """Ends the turn; returns its items as they are stored."""
    turn, items, error = record.turns[end.turn_id], list(end.items), end.error
    if turn.continued != end.continued:
        return turn.items
    if turn.continued:
        return _finish_continued(record, turn, end)
    record.cancel_waits(turn.id)
    if end.status == "done":
        _close_calls(record, turn, outputs_of(items), unrecorded=end.tool_results_unrecorded)
    else:
        rows = turn.messages
        if items:
            items = [*missing_question(rows, items), *items]
            items = answered(items, end.status, error, _begun(rows), _handoffs(rows))
            items += _partial(rows, end.whole_calls)
        unseen = all(row.opens_turn for row in rows) and (
            turn.status in ("pending", "queued") or turn.error == NOT_SEEN
        )
        _close(record, turn, end.status, error)
        if end.status == "interrupted" and unseen:
            error = NOT_SEEN
    if not items and error != NOT_SEEN:
        items = _shown(turn.messages)
    left_out: LeftOut = ""
    if end.refused == "guardrail":
        items = without_question(items) if end.status == "done" else []
    elif end.status == "failed" and end.refused and not _partial(turn.messages, end.whole_calls):
        items, left_out = without_refused(
            items,
            turn.messages[0].content,
            [file.name for file in turn.files],
            has_answers=bool(end.whole_calls),
            too_long=end.refused == "length",
        )
    if turn.status != "withdrawn":
        turn.status = end.status  # type: ignore[assignment]
        turn.error, turn.items, turn.left_out = error, items, left_out
        turn.last_agent, turn.context = end.memory.last_agent, end.memory.context
        turn.usage = _with_children(turn, end.usage, end.children)
        turn.cut = _cut_of(turn, end)
    return items


def _finish_continued(record: Record, turn: KeptTurn, end: FinishTurn) -> list[Json]:
    """Ends a turn that continued a cut answer, and joins the items of both parts."""
    record.cancel_waits(turn.id)
    items, before = list(end.items), turn.items[:-1]
    if end.status == "done":
        _close_calls(record, turn, outputs_of(items), unrecorded=end.tool_results_unrecorded)
    else:
        cut = [each for each in turn.messages if each.id == turn.cut["message"]]
        rows = [each for each in turn.messages if each.position > after(below("", turn.cut["started"]))]
        items = answered(items, end.status, end.error, _begun(rows), _handoffs(rows))
        items += _partial([*([] if end.whole_calls else cut), *rows], end.whole_calls)
        _close(record, turn, end.status, end.error)
    turn.items = [*before, *items]
    turn.status, turn.error = end.status, end.error  # type: ignore[assignment]
    turn.last_agent = end.memory.last_agent or turn.last_agent
    turn.context = turn.context if end.memory.context is None else end.memory.context
    spent = _with_children(turn, end.usage, end.children)
    turn.usage = {name: turn.usage.get(name, 0) + spent.get(name, 0) for name in {**turn.usage, **spent}}
    turn.cut = _cut_of(turn, end)
    return turn.items


def _cut_of(turn: KeptTurn, end: FinishTurn) -> Json:
    """The answer of the turn that can be continued; does what ``journal.continuing.cut_of`` does."""
    texts = [
        each for each in turn.messages if each.kind == "text" and each.call and not each.parent_tool_call_id
    ]
    cut = next(
        (each for each in reversed(texts) if end.cut and each.status == "failed" and each.content), None
    )
    if cut is None and end.status != "done":
        cut = next(
            (each for each in texts if each.id == turn.cut.get("message") and each.status != "done"), None
        )
    if cut is None:
        return {}
    started = max(int(each.position[:GROUP]) for each in turn.messages if each.position < END)
    kept = ("instructions", "model")
    by: Json = {**end.cut_by} if end.cut else {name: turn.cut[name] for name in kept if name in turn.cut}
    return {"message": cut.id, "agent": cut.agent_name, "started": started, **by}


def _with_children(turn: KeptTurn, usage: dict[str, int], children: Sequence[str]) -> dict[str, int]:
    total = dict(usage)
    for path in children:
        for message in turn.messages:
            if path <= message.position < after(path):
                for name, count in message.usage.items():
                    total[name] = total.get(name, 0) + count
    return total


def _begun(rows: Sequence[KeptMessage]) -> dict[str, bool]:
    return {row.tool_call_id: row.status != "pending" for row in rows if row.kind == "tool_request"}


def _handoffs(rows: Sequence[KeptMessage]) -> list[str]:
    return [row.agent_name for row in rows if row.kind == "handoff" and not row.parent_tool_call_id]


def _partial(rows: Sequence[KeptMessage], whole_calls: Sequence[str]) -> list[Json]:
    return [
        {"role": "assistant", "content": row.content}
        for row in rows
        if row.kind == "text"
        and row.call
        and not row.parent_tool_call_id
        and path_of(row.position) not in whole_calls
        and row.content
    ]


def _shown(rows: Sequence[KeptMessage]) -> list[Json]:
    roles = {"user": "user", "agent": "assistant"}
    return [
        {"role": roles[row.author], "content": row.content}
        for row in rows
        if row.kind == "text" and row.author in roles and not row.parent_tool_call_id
    ]


def _close(record: Record, turn: KeptTurn, status: str, error: str) -> None:
    for row in turn.messages:
        if row.status in ("streaming", "pending"):
            row.status = status  # type: ignore[assignment]
    reported = any(row.status == "failed" and row.error == error for row in turn.messages)
    if status == "failed" and not reported:
        record.put(
            KeptMessage(
                str(uuid.uuid5(uuid.UUID(turn.id), "error")),
                turn.id,
                record.position_after_all(turn.id),
                "system",
                "error",
                "failed",
                error,
                error=error,
            )
        )


def _close_calls(record: Record, turn: KeptTurn, outputs: Mapping[str, str], *, unrecorded: bool) -> None:
    for request in turn.messages:
        if request.kind != "tool_request" or request.status not in ("pending", "streaming"):
            continue
        otherwise = NOT_RECORDED if unrecorded else NO_END if request.status == "streaming" else NOT_RUN
        request.status = "done"
        record.put(
            KeptMessage(
                tool_message_id(turn.id, request.tool_call_id, "tool_response"),
                turn.id,
                record.position_after_all(turn.id),
                "agent",
                "tool_response",
                "done" if unrecorded else "failed",
                outputs.get(request.tool_call_id, otherwise),
                request.agent_name,
                request.tool_name,
                request.tool_call_id,
                request.parent_tool_call_id,
            )
        )


def tool_message_id(turn_id: str, tool_call_id: str, kind: str) -> str:
    """The id of a tool call's request or response; it does not depend on who writes it first."""
    return str(uuid.uuid5(uuid.UUID(turn_id), f"{kind}/{tool_call_id}"))
