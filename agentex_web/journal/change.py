"""One change of what a person sees: rows and the task's version in one transaction, and its events."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from django.db import connection, transaction

from agentex_web.streams.events import (
    BranchChanged,
    MessageDone,
    Recorded,
    TitleChanged,
    TurnChanged,
    VersionRaised,
)
from agentex_web.tasks.models import Task, Turn

R = TypeVar("R")
S = TypeVar("S")


class Superseded(Exception):
    """Another attempt of the same call counts; nothing was written."""


class TurnOver(Superseded):
    """The turn has ended or was deleted, so no attempt of its calls counts; nothing was written."""


@dataclass(frozen=True)
class Change(Generic[R]):
    """A committed change.

    Attributes:
        version: the task's version after the change; 0 if nothing changed.
        result: what the journal's function returns besides the change.
        events: the events that report the change, in order; ``reported`` adds the version to them.
        owner_id: the owner of the task; 0 if nothing changed.
        changes_row: the chat's row in the list of chats changes, although no event implies it.
    """

    task_id: uuid.UUID
    version: int
    result: R
    events: list[Recorded] = field(default_factory=list)
    owner_id: int = 0
    changes_row: bool = False

    def add(self, *events: Recorded) -> None:
        self.events.extend(events)

    def add_messages(self, turn_id: uuid.UUID, ids: Iterable[uuid.UUID]) -> None:
        self.events.extend(MessageDone(str(each), str(turn_id)) for each in ids)

    def add_turn(self, turn: Turn) -> None:
        self.add(turn_changed(turn))

    def with_result(self, result: S) -> "Change[S]":
        return Change(self.task_id, self.version, result, self.events, self.owner_id, self.changes_row)

    @property
    def reported(self) -> list[Recorded]:
        """The events for the stream. The last one has the version: a page that receives it has them all."""
        if not self.version:
            return self.events
        *others, last = self.events or [VersionRaised()]
        return [*others, replace(last, version=self.version)]

    @property
    def is_listed(self) -> bool:
        """Whether the list of chats shows it: a turn was sent or ended, or the chat itself changed."""
        shown = self.changes_row or any(_is_listed(event) for event in self.events)
        return bool(self.owner_id) and shown

    @property
    def as_resync(self) -> list[Recorded]:
        """A single event that replaces all others and is valid whenever it arrives."""
        return [BranchChanged(version=self.version)]


def _is_listed(event: Recorded) -> bool:
    if isinstance(event, TurnChanged):
        return event.status not in (Turn.Status.QUEUED, Turn.Status.RUNNING)
    return isinstance(event, BranchChanged | TitleChanged)


def turn_changed(turn: Turn) -> TurnChanged:
    """The event that reports the turn's status."""
    retry_at = turn.retry_at.isoformat() if turn.retry_at else ""
    return TurnChanged(
        str(turn.pk),
        turn.status,
        turn.attempt,
        turn.error,
        retry_at,
        turn.left_out,
        bool(turn.cut),
        turn.continued,
    )


@contextmanager
def change(task_id: uuid.UUID, *, while_open: uuid.UUID | None = None) -> Iterator[Change[None]]:
    """A transaction that first raises the task's version, which serializes the changes of one task.

    Args:
        while_open: a turn that must still be open.

    Raises:
        Task.DoesNotExist: the task does not exist.
        TurnOver: the turn has ended, or was deleted with its task.
    """
    with transaction.atomic():
        version, owner_id = _raise_version(task_id, while_open)
        yield Change(task_id, version, None, owner_id=owner_id)


def _raise_version(task_id: uuid.UUID, while_open: uuid.UUID | None) -> tuple[int, int]:
    """Returns the task's new version and its owner's id."""
    prepared = Task._meta.pk.get_db_prep_value
    statement = "UPDATE tasks_task SET version = version + 1 WHERE id = %s"
    values = [prepared(task_id, connection)]
    if while_open is not None:
        statement += (
            " AND EXISTS (SELECT 1 FROM tasks_turn WHERE id = %s AND task_id = tasks_task.id"
            " AND status IN (%s, %s, %s))"
        )
        values += [prepared(while_open, connection), *Turn.OPEN]
    with connection.cursor() as cursor:
        # Django's update() cannot return the row; that would cost a second query for each change.
        cursor.execute(f"{statement} RETURNING version, owner_id", values)
        row: tuple[int, int] | None = cursor.fetchone()
    if row is not None:
        return row
    if while_open is not None:
        raise TurnOver(f"Turn {while_open} has ended or was deleted: nothing is added to it.")
    raise Task.DoesNotExist(f"There is no task {task_id}.")
