"""Queries of the API: rows that a person may read, as JSON objects."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from agentex_web.actions.access import get_readable_task, get_task_to_read, tasks_of
from agentex_web.api import shown
from agentex_web.api.paging import cursor, place_of
from agentex_web.api.problems import Problem
from agentex_web.search import found
from agentex_web.search.query import QUERY_LENGTH, parse
from agentex_web.tasks import branches
from agentex_web.tasks.models import Message, Task, Turn
from agentex_web.tasks.permissions import usable_agents
from agentex_web.waits.models import Wait
from agentex_web.waits.queries import inbox_of, open_for

Json = dict[str, Any]
HITS = 200
"""Tasks that a search finds at most, by title and by message each."""
HEAD_DEFERRED = [
    f"head__{each.name}" for each in Turn._meta.concrete_fields if each.attname not in shown.TURN
]
WAITING = Wait.objects.filter(
    task=OuterRef("pk"), status=Wait.Status.WAITING, kind__in=Wait.FOR_PEOPLE, group=""
)
AT_WORK = Turn.objects.filter(task=OuterRef("pk"), status__in=Turn.OPEN)


def agents(person: User) -> list[Json]:
    """The agents that the person may use."""
    return [shown.agent(row) for row in usable_agents(person)]


def agent(person: User, name: str) -> Json:
    row = usable_agents(person).filter(pk=name).first()
    if row is None:
        raise Http404("There is no such agent.")
    return shown.agent(row)


def task_of(person: User, task_id: uuid.UUID) -> Json:
    """A task that the person may read."""
    return as_shown(get_task_to_read(person, task_id), person)


def as_shown(task: Task, person: User) -> Json:
    """A task as JSON. Reads its head if that is not loaded."""
    if task.head_id is not None and not Task.head.is_cached(task):
        task.head = task.turns.only(*shown.TURN).get(pk=task.head_id)
    return shown.task(task, person)


def tasks(
    person: User, *, after: str, limit: int, agent_name: str, status: str, archived: bool, query: str
) -> Json:
    """A part of the person's tasks, the latest used first."""
    rows = tasks_of(person).filter(is_temporary=False, archived_at__isnull=not archived)
    if agent_name:
        rows = rows.filter(Q(agent=agent_name) | Q(head__choices__agent=agent_name))
    if status == "running":
        rows = rows.filter(Exists(AT_WORK))
    elif status == "waiting":
        rows = rows.filter(Exists(WAITING))
    elif status:
        rows = rows.filter(head__status=status)
    if query.strip():
        rows = rows.filter(pk__in=_found(person, query))
    if after:
        rows = rows.filter(_older(after))
    rows = rows.select_related("head").defer("state", "choices", *HEAD_DEFERRED)
    part = list(rows.order_by("-updated_at", "-pk")[: limit + 1])
    last = part[limit - 1] if len(part) > limit else None
    return {
        "data": [shown.task(row, person) for row in part[:limit]],
        "next": cursor(last.updated_at.isoformat(), str(last.pk)) if last else None,
    }


def _found(person: User, query: str) -> set[uuid.UUID]:
    parsed = parse(query[:QUERY_LENGTH])
    if parsed is None:
        return set()
    titles = found.titles(person.pk, parsed, HITS)
    messages = found.messages(person.pk, parsed, HITS).messages
    return {each.task.pk for each in titles} | {each.task.pk for each in messages}


def _older(after: str) -> Q:
    before, last = _moment_and_id(after)
    return Q(updated_at__lt=before) | Q(updated_at=before, pk__lt=last)


def _moment_and_id(after: str) -> tuple[datetime, uuid.UUID]:
    moment, pk = place_of(after, 2)
    try:
        # Of a moment without a zone, the result depends on that of the machine; no cursor of ours has such.
        return datetime.fromisoformat(moment).astimezone(UTC), uuid.UUID(pk)
    except (ValueError, OverflowError):
        raise Problem(422, "`after` is not what an earlier answer gave as `next`.") from None


def messages(
    person: User, task_id: uuid.UUID, *, after: str, limit: int, newest_first: bool, turn_id: uuid.UUID | None
) -> Json:
    """A part of the messages of a task's shown branch, in order; with ``turn_id``, those of that turn."""
    task = get_task_to_read(person, task_id)
    turns = [turn_id] if turn_id else _turns(task)
    if newest_first:
        turns.reverse()
    position = ""
    if after:
        at, position = place_of(after, 2)
        turns = _from(turns, at)
    part: list[Message] = []
    for number in range(0, len(turns), limit):
        # Most turns have a message at least, so these suffice, or nearly.
        some = turns[number : number + limit]
        part += _in_order(task, some, newest_first, some[0] if not number and position else None, position)
        if len(part) > limit:
            break
    last = part[limit - 1] if len(part) > limit else None
    return {
        "data": [shown.message(row, task.pk, person) for row in part[:limit]],
        "next": cursor(str(last.turn_id), last.position) if last else None,
    }


def _turns(task: Task) -> list[uuid.UUID]:
    found_places = branches.places(task)
    return [place.turn_id for place in found_places if place.status != Turn.Status.WITHDRAWN]


def _from(turns: list[uuid.UUID], at: str) -> list[uuid.UUID]:
    for number, turn in enumerate(turns):
        if str(turn) == at:
            return turns[number:]
    raise Problem(422, "The list has changed: begin again without `after`.")


def _in_order(
    task: Task, turns: list[uuid.UUID], newest_first: bool, first: uuid.UUID | None, position: str
) -> list[Message]:
    """The messages of these turns; of the turn ``first``, only those after the position."""
    rows = Message.objects.filter(turn__task=task, turn__in=turns).defer("html")
    if first is not None:
        passed = {"position__gte" if newest_first else "position__lte": position}
        rows = rows.exclude(turn=first, **passed)
    place = {turn: number for number, turn in enumerate(turns)}
    by_position = sorted(rows, key=lambda row: row.position, reverse=newest_first)
    return sorted(by_position, key=lambda row: place[row.turn_id])


def of_turn(person: User, turn: Turn) -> list[Json]:
    """All messages of a turn, in order."""
    rows = Message.objects.filter(turn=turn).defer("html").order_by("position")
    return [shown.message(row, turn.task_id, person) for row in rows]


def inbox(person: User, limit: int, after: str) -> Json:
    """A part of the approvals and forms that wait for the person in all tasks, the oldest first."""
    rows = inbox_of(person).order_by("created_at", "pk")
    if after:
        since, last = _moment_and_id(after)
        rows = rows.filter(Q(created_at__gt=since) | Q(created_at=since, pk__gt=last))
    part = list(rows[: limit + 1])
    end = part[limit - 1] if len(part) > limit else None
    return {
        "data": [shown.wait(row, may_decide=True) for row in part[:limit]],
        "next": cursor(end.created_at.isoformat(), str(end.pk)) if end else None,
    }


def waits_of(person: User, task_id: uuid.UUID, *, everything: bool) -> list[Json]:
    """What a task waits for, the oldest first; with ``everything``, also what was decided."""
    task = get_task_to_read(person, task_id)
    rows = task.waits.order_by("created_at", "pk")
    if not everything:
        rows = rows.filter(status=Wait.Status.WAITING)
    return shown_waits(person, rows)


def shown_waits(person: User, waits: QuerySet[Wait] | Iterable[Wait]) -> list[Json]:
    rows = list(waits)
    open_ids = [row.pk for row in rows if row.is_waiting]
    mine = set(open_for(person).filter(pk__in=open_ids).values_list("pk", flat=True)) if open_ids else set()
    return [shown.wait(row, may_decide=row.pk in mine) for row in rows]


def wait_of(person: User, task_id: uuid.UUID, wait_id: uuid.UUID) -> Json:
    return shown_waits(person, [readable_wait(person, task_id, wait_id)])[0]


def readable_wait(person: User, task_id: uuid.UUID, wait_id: uuid.UUID) -> Wait:
    """A wait of a task that the person may read.

    Raises:
        Http404: there is none.
    """
    wait = get_readable_task(person, task_id).waits.filter(pk=wait_id).first()
    if wait is None:
        raise Http404("There is nothing to decide.")
    return wait
