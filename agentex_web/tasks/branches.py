"""Turns form a tree: regenerating or editing creates a sibling. A branch is the path to one turn."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from agentex_web.memory import from_summary
from agentex_web.tasks.models import Message, Task, Turn


@dataclass(frozen=True)
class Step:
    """A turn of a branch with its versions: the turns that follow the same turn, oldest first."""

    turn: Turn
    versions: list[uuid.UUID]


def path(task: Task) -> list[Turn]:
    """The turns of the shown branch, oldest first, without their items. One query."""
    return [step.turn for step in steps(task)]


def steps(task: Task, head: uuid.UUID | None = None) -> list[Step]:
    """Like ``path``, but each turn with its versions, without withdrawn ones. One query.

    Args:
        head: the last turn of another branch; by default that of the shown branch.
    """
    turns = {
        turn.pk: turn for turn in task.turns.defer("items", "context", "instructions").order_by("created_at")
    }
    versions: defaultdict[uuid.UUID | None, list[uuid.UUID]] = defaultdict(list)
    for turn in turns.values():
        if turn.status != Turn.Status.WITHDRAWN:
            versions[turn.parent_id].append(turn.pk)
    return [Step(turn, versions[turn.parent_id]) for turn in _walk(turns, head or task.head_id)]


def items_up_to(turn_id: uuid.UUID | None) -> list[dict[str, Any]]:
    """The SDK input items on the path that ends with this turn: the memory of the next turn.

    If a turn on the path has a summary, it replaces all turns before that one.
    """
    if turn_id is None:
        return []
    rows = Turn.objects.filter(task__turns=turn_id)
    turns = {turn.pk: turn for turn in rows}
    steps = _walk(turns, turn_id)
    summaries = [number for number, turn in enumerate(steps) if turn.summary]
    if summaries:
        steps = steps[summaries[-1] :]
    before = from_summary(steps[0].summary) if summaries else []
    return [*before, *(item for turn in steps for item in turn.items)]


def memory_at(turn_id: uuid.UUID, agent: str = "") -> tuple[str, Any]:
    """The agent that spoke last on the path that ends with this turn, and the latest stored run context.

    Args:
        agent: the name of an agent's file; only turns that it answered count. Empty: all turns.
    """
    rows = Turn.objects.filter(task__turns=turn_id).defer("items", "instructions")
    turns = {turn.pk: turn for turn in rows}
    path = _walk(turns, turn_id)[::-1]
    if agent:
        first = Task.objects.filter(turns=turn_id).values_list("agent_id", flat=True).first()
        path = [turn for turn in path if turn.choices.get("agent", first) == agent]
    last_agent = next((turn.last_agent for turn in path if turn.last_agent), "")
    return last_agent, next((turn.context for turn in path if turn.context is not None), None)


def _walk(turns: dict[uuid.UUID, Turn], last: uuid.UUID | None) -> list[Turn]:
    steps: list[Turn] = []
    while last is not None:
        turn = turns[last]
        steps.append(turn)
        last = turn.parent_id
    return steps[::-1]


def latest_messages(task_id: uuid.UUID, limit: int) -> list[Message]:
    """The latest messages of the shown branch, oldest first."""
    task = Task.objects.get(pk=task_id)
    turns = path(task)
    order = {turn.pk: number for number, turn in enumerate(turns)}
    rows = Message.objects.filter(turn__in=turns[-limit:])
    return sorted(rows, key=lambda row: (order[row.turn_id], row.position))[-limit:]
