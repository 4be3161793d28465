"""The end of a turn: what is stored of it, and what joins the conversation."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from agentex_web.journal.change import Change, change
from agentex_web.journal.continuing import cut_of, items_before_cut, rows_since_cut, without_whole
from agentex_web.journal.ending import Ending, Finished
from agentex_web.journal.messages import upsert
from agentex_web.journal.shown_items import (
    calls_begun,
    calls_shown,
    handoffs_of,
    partial_answers,
    texts_shown,
    without_refused_message,
)
from agentex_web.journal.stops import NOT_SEEN
from agentex_web.journal.tool_calls import close_open
from agentex_web.journal.turn_status import WAITING, current, move
from agentex_web.journal.waits import cancel_waits
from agentex_web.memory import Items, LeftOut, answered, missing_question, without_question
from agentex_web.tasks.models import Message, Turn
from agentex_web.tasks.queries import position_after_all
from agentex_web.tasks.usage import added, with_children
from agentex_web.waits.models import Wait

# Raw SQL here and in watches/telling.py: from its expressions, Django builds these conditions anew for each
# turn's end, and that took two thirds of it.
WAITS = Q(
    RawSQL(
        "EXISTS (SELECT 1 FROM waits_wait w WHERE w.turn_id = tasks_turn.id AND w.status = %s)",
        (Wait.Status.WAITING,),
        BooleanField(),
    )
)
"""Condition for a turn's row: the turn waits for a person, a time or an event."""


def finish(
    task_id: uuid.UUID, turn_id: uuid.UUID, ending: Ending, watched: Q | None = None
) -> Change[Finished]:
    """Ends the turn. A partial answer is stored as it is, and joins the conversation.

    A turn that was stopped before anything began adds nothing: the agent has not seen it. A turn that has
    already ended does not change.

    Args:
        watched: a condition for the turn's row: something waits for its end.
    """
    usage = with_children(turn_id, ending.usage, ending.children) if ending.children else ending.usage
    with change(task_id) as written:
        if ending.status == Turn.Status.DONE:
            kept = _finish_well(written, task_id, turn_id, ending, usage, watched)
        else:
            kept = Finished(_finish_early(written, task_id, turn_id, ending, usage))
    return written.with_result(kept)


def lose(task_id: uuid.UUID, turn_id: uuid.UUID, reason: str) -> Change[bool]:
    """Ends a turn that nothing works on any more: as failed, or as interrupted if a person had stopped it.

    Returns False if it had ended already.
    """
    with change(task_id) as written:
        turn = current(task_id, turn_id)
        lost = turn.status in Turn.OPEN
        stopped = turn.stop_requested
        status, error = (Turn.Status.INTERRUPTED, "") if stopped else (Turn.Status.FAILED, reason)
        items = [] if turn.continued else turn.items
        ending = Ending(status, error, items, lost=True, continued=turn.continued)
        _finish_early(written, task_id, turn_id, ending, {} if turn.continued else turn.usage)
    return written.with_result(lost)


def _finish_well(
    written: Change[None],
    task_id: uuid.UUID,
    turn_id: uuid.UUID,
    ending: Ending,
    usage: dict[str, int],
    watched: Q | None,
) -> Finished:
    # If an author's own workflow passed no items, the messages that were shown become the memory.
    items = ending.items or texts_shown(turn_id)
    if ending.continued:
        turn = current(task_id, turn_id)
        if turn.continued != ending.continued:
            return Finished(_already_ended(written, task_id, turn_id))
        items, usage = [*items_before_cut(turn), *ending.items], added(turn.usage, usage)
    if ending.refused == "guardrail":
        items = without_question(items)
    # The usual case: one statement ends the turn and finds that there is nothing else to do.
    is_plain = watched is not None and _write_end(
        task_id, turn_id, ending, "", items, usage, unless=WAITS | watched
    )
    if not is_plain and not _write_end(task_id, turn_id, ending, "", items, usage):
        return Finished(_already_ended(written, task_id, turn_id))
    if ending.may_have_called:
        closed = close_open(turn_id, ending.outputs, unrecorded=ending.unrecorded)
        written.add_messages(turn_id, (each.pk for each in closed))
    if not is_plain:
        # An author's code may have ended without waiting for a decision that it asked for.
        written.add_messages(turn_id, cancel_waits(turn_id))
    written.add_turn(Turn(pk=turn_id, status=ending.status))
    return Finished(items, is_watched=not is_plain)


def _finish_early(
    written: Change[None], task_id: uuid.UUID, turn_id: uuid.UUID, ending: Ending, usage: dict[str, int]
) -> Items:
    turn = current(task_id, turn_id)
    if turn.status not in Turn.OPEN or turn.continued != ending.continued:
        return _already_ended(written, task_id, turn_id)
    status, error = ending.status, ending.error
    rows = list(Message.objects.filter(turn_id=turn_id).order_by("position"))
    items = _remembered_items(turn, rows, ending)
    if turn.continued:
        usage = added(turn.usage, usage)
    # Report interrupted messages before the turn's end, even if they have been reported on their own.
    ended = [row for row in rows if row.status in (Message.Status.INTERRUPTED, Message.Status.FAILED)]
    cancel_waits(turn_id)
    changed = [*ended, *_close(rows, turn_id, status, error)]
    unseen = all(row.is_sent for row in rows) and turn.status in WAITING
    if status == Turn.Status.INTERRUPTED and unseen:
        error = NOT_SEEN
    elif not items:
        items = texts_shown(turn_id)
    left_out: LeftOut = ""
    if ending.refused == "guardrail" and not turn.continued:
        # The page shows the guardrail's reason; no model may see the refused message again.
        items = []
    elif ending.refused and not turn.continued and not partial_answers(rows, ending.whole_calls):
        # If the model has begun to answer, it had accepted the input.
        items, left_out = without_refused_message(
            rows, items, has_answers=bool(ending.whole_calls), too_long=ending.refused == "length"
        )
    cut = cut_of(turn, rows, ended_so=ending.cut, cut_by=ending.cut_by)
    _write_end(task_id, turn_id, ending, error, items, usage, left_out=left_out, cut=cut)
    written.add_messages(turn_id, (each.pk for each in changed))
    turn.status, turn.error, turn.left_out, turn.cut = Turn.Status(status), error, left_out, cut
    turn.retry_at = None
    written.add_turn(turn)
    return items


def _remembered_items(turn: Turn, rows: Sequence[Message], ending: Ending) -> Items:
    """The items of a turn that was stopped or failed; empty if its workflow passed none."""

    def completed(items: Items, messages: Sequence[Message]) -> Items:
        begun, handoffs = calls_begun(messages), handoffs_of(messages)
        return answered(items, ending.status, ending.error, begun, handoffs, lost=ending.lost)

    if turn.continued:
        new = rows_since_cut(turn, rows)
        partial = partial_answers(without_whole(turn, new, ending.whole_calls), ending.whole_calls)
        return [*items_before_cut(turn), *completed(ending.items, new), *partial]
    if ending.items:
        items = [*missing_question(rows, ending.items), *ending.items]
        return [*completed(items, rows), *partial_answers(rows, ending.whole_calls)]
    if ending.lost:
        return completed([*texts_shown(turn.pk), *calls_shown(rows)], rows)
    return []


def _write_end(
    task_id: uuid.UUID,
    turn_id: uuid.UUID,
    ending: Ending,
    error: str,
    items: Items,
    usage: dict[str, int],
    left_out: LeftOut = "",
    unless: Q | None = None,
    **fields: Any,
) -> bool:
    memory: dict[str, Any] = {"last_agent": ending.last_agent, "context": ending.context, "cut": {}}
    if ending.continued:
        # Fields that this part of the answer left empty keep their values from the part before.
        memory = {name: value for name, value in memory.items() if value or name == "cut"}
    return move(
        task_id,
        turn_id,
        ending.status,
        unless=unless,
        continued=ending.continued,
        **{**memory, **fields},
        error=error,
        retry_at=None,
        items=items,
        usage=usage,
        left_out=left_out,
        finished_at=timezone.now(),
    )


def _already_ended(written: Change[None], task_id: uuid.UUID, turn_id: uuid.UUID) -> Items:
    turn = current(task_id, turn_id)
    written.add_turn(turn)
    items: Items = turn.items
    return items


def _close(rows: list[Message], turn_id: uuid.UUID, status: str, error: str) -> list[Message]:
    """Ends the open messages, and adds an error message if no message gives the failure's reason."""
    now = timezone.now()
    changed: list[Message] = []
    for row in rows:
        if row.status in (Message.Status.STREAMING, Message.Status.PENDING):
            row.status = Message.Status(status)
            row.finished_at = row.finished_at or now
            row.save(update_fields=("status", "finished_at"))
            changed.append(row)
    reported = any(row.status == Message.Status.FAILED and row.error == error for row in rows)
    if status == Turn.Status.FAILED and not reported:
        note = Message(
            pk=uuid.uuid5(turn_id, "error"),
            turn_id=turn_id,
            position=position_after_all(turn_id),
            author=Message.Author.SYSTEM,
            kind=Message.Kind.ERROR,
            status=Message.Status.FAILED,
            content=error,
            error=error,
            finished_at=now,
        )
        upsert([note])
        changed.append(note)
    return changed
