"""Turns form a tree: regenerating or editing creates a sibling. A branch is the path to one turn."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

from agentex_web.memory import from_summary
from agentex_web.tasks.models import Message, Task, Turn


class _HasParent(Protocol):
    @property
    def parent_id(self) -> uuid.UUID | None: ...


T = TypeVar("T", bound=_HasParent)


class _Row(NamedTuple):
    pk: uuid.UUID
    parent_id: uuid.UUID | None
    status: str
    last_agent: str
    choices: dict[str, Any]


class _Link(NamedTuple):
    pk: uuid.UUID
    parent_id: uuid.UUID | None


BATCH = 100
"""Turns whose items are loaded at a time."""
_OF_A_PLACE = ("pk", "parent_id", "status", "last_agent", "choices")


@dataclass(frozen=True)
class TurnPlace:
    """A turn's place in a branch, without its row.

    Attributes:
        agent: the file of the agent that answers it; empty if the person had not switched agents before it.
        last_agent: the agent that spoke last in it.
        versions: the turns that follow the same turn, oldest first, without withdrawn ones.
    """

    turn_id: uuid.UUID
    status: str
    agent: str
    last_agent: str
    versions: list[uuid.UUID]


def places(task: Task, head: uuid.UUID | None = None) -> list[TurnPlace]:
    """The turns of the shown branch, oldest first. Reads the task's version, head, title and status again.

    One query for both, so the version is that of the turns. It reads no whole rows, because a page of a long
    chat shows only its last turns.

    Args:
        head: the last turn of another branch; by default that of the shown branch.

    Raises:
        Task.DoesNotExist: the task was deleted.
    """
    rows = list(
        Task.objects.filter(pk=task.pk)
        .order_by("turns__created_at")
        .values_list("version", "head_id", "title", "status", *(f"turns__{name}" for name in _OF_A_PLACE))
    )
    if not rows:
        raise Task.DoesNotExist
    task.version, task.head_id, task.title, task.status = rows[0][:4]
    # A task without turns has one row, of nulls.
    turns = {row[4]: _Row(*row[4:]) for row in rows if row[4] is not None}
    versions: defaultdict[uuid.UUID | None, list[uuid.UUID]] = defaultdict(list)
    for turn in turns.values():
        if turn.status != Turn.Status.WITHDRAWN:
            versions[turn.parent_id].append(turn.pk)
    return [
        TurnPlace(
            each.pk, each.status, each.choices.get("agent", ""), each.last_agent, versions[each.parent_id]
        )
        for each in _walk(turns, head or task.head_id)
    ]


def items_up_to(turn_id: uuid.UUID | None) -> list[dict[str, Any]]:
    """The SDK input items on the path that ends with this turn: the memory of the next turn.

    If a turn on the path has a summary, it replaces all turns before that one.
    """
    if turn_id is None:
        return []
    later: list[list[dict[str, Any]]] = []
    before: list[dict[str, Any]] = []
    for turn in _latest_first(turn_id, "items", "summary"):
        later.append(turn.items)
        if turn.summary:
            before = from_summary(turn.summary)
            break
    return [*before, *(item for items in reversed(later) for item in items)]


def memory_at(turn_id: uuid.UUID, agent: str = "") -> tuple[str, Any]:
    """The agent that spoke last on the path that ends with this turn, and the latest stored run context.

    Args:
        agent: the name of an agent's file; only turns that it answered count. Empty: all turns.
    """
    last_agent, context = "", None
    first = Task.objects.filter(turns=turn_id).values_list("agent_id", flat=True).first() if agent else ""
    for turn in _latest_first(turn_id, "last_agent", "context", "choices"):
        if agent and turn.choices.get("agent", first) != agent:
            continue
        last_agent = last_agent or turn.last_agent
        context = turn.context if context is None else context
        if last_agent and context is not None:
            break
    return last_agent, context


def _latest_first(turn_id: uuid.UUID, *fields: str) -> Iterator[Turn]:
    """The turns of the path that ends with this one, with these fields.

    Those of other branches are not loaded: regenerating an answer a thousand times makes a thousand of them,
    each with its items, which may be megabytes.
    """
    rows = Turn.objects.filter(task__turns=turn_id).order_by().values_list("pk", "parent_id")
    path = [row.pk for row in _walk({row[0]: _Link(*row) for row in rows}, turn_id)][::-1]
    for first in range(0, len(path), BATCH):
        batch = path[first : first + BATCH]
        found = Turn.objects.only(*fields).in_bulk(batch)
        yield from (found[each] for each in batch)


def _walk(turns: Mapping[uuid.UUID, T], last: uuid.UUID | None) -> list[T]:
    path: list[T] = []
    while last is not None:
        turn = turns[last]
        path.append(turn)
        last = turn.parent_id
    return path[::-1]


def latest_messages(task_id: uuid.UUID, limit: int) -> list[Message]:
    """The latest messages of the shown branch, oldest first."""
    task = Task.objects.get(pk=task_id)
    turns = [place.turn_id for place in places(task)]
    order = {turn: number for number, turn in enumerate(turns)}
    rows = Message.objects.filter(turn__in=turns[-limit:])
    return sorted(rows, key=lambda row: (order[row.turn_id], row.position))[-limit:]
