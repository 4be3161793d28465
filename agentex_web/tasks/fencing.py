"""An attempt that Temporal has given to another worker meanwhile must not write over what that one wrote.

A worker that was paused or cut off does not know that its call was lost: its attempt goes on when it does.
"""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from agentex_web.positions import after
from agentex_web.tasks.messages import upsert
from agentex_web.tasks.models import Message, Turn


class Superseded(Exception):
    """Another attempt of the same call has written, or the turn is over: this one has nothing to say."""


def keep(rows: Sequence[Message], path: str, attempt: int, *, may_be_lost: bool) -> bool:
    """Writes what an attempt of the turn's activity at ``path`` says.

    Args:
        may_be_lost: the attempt lasts so long that another one may have begun.

    Returns:
        whether rows of an earlier attempt had to go, which wrote them after this one had begun.

    Raises:
        Superseded: nothing was written.
    """
    turn_id = rows[0].turn_id
    with transaction.atomic():
        if may_be_lost:
            check(turn_id, path, attempt)
        upsert(rows)
        # A first attempt has no earlier ones.
        return attempt > 1 and bool(_written(turn_id, path).filter(attempt__lt=attempt).delete()[0])


def check(turn_id: uuid.UUID, path: str, attempt: int) -> None:
    """
    Raises:
        Superseded: the attempt is not the one that counts.
    """
    # Locked, so that the turn does not end between this look and the write.
    is_open = (
        Turn.objects.select_for_update().filter(pk=turn_id, status__in=Turn.OPEN).values_list("pk").first()
    )
    if is_open is None or _written(turn_id, path).filter(attempt__gt=attempt).exists():
        raise Superseded(f"Attempt {attempt} of a call of turn {turn_id} was lost: another one counts.")


def _written(turn_id: uuid.UUID, path: str) -> QuerySet[Message]:
    return Message.objects.filter(
        turn_id=turn_id, position__gte=path, position__lt=after(path), data__has_key="call"
    )
