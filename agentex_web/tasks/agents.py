"""Agents as the worker announces them: the web process knows no others, and loads no SDK."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from agentex_web.tasks.models import Agent

SIGN_OF_LIFE = timedelta(seconds=5)
TAKEN_FOR_DEAD = timedelta(seconds=16)
"""Three missed signs of life, and a second for the clock."""

GONE = "Its file is no longer in agents/."

_KEY = "name"
_FIELDS = [field.name for field in Agent._meta.concrete_fields]
_ANNOUNCED = [name for name in _FIELDS if name != _KEY]


def announce(agents: Sequence[Agent], task_queue: str) -> None:
    """Writes what a worker carries; what its queue carries no more becomes unavailable."""
    now = timezone.now()
    for agent in agents:
        agent.seen_at = now
    with transaction.atomic():
        Agent.objects.bulk_create(
            agents, update_conflicts=True, unique_fields=[_KEY], update_fields=_ANNOUNCED
        )
        Agent.objects.filter(task_queue=task_queue).exclude(name__in=[agent.name for agent in agents]).update(
            available=False, error=GONE
        )


def sign_of_life(task_queue: str, workflows: Collection[str]) -> None:
    """A worker lives that carries these workflows, by their names, on this queue."""
    carried = Agent.objects.filter(task_queue=task_queue, workflow__in=workflows, available=True)
    carried.update(seen_at=timezone.now())


def worker_is_alive(since: datetime | None = None) -> bool:
    """Whether a worker gave a sign of life of late, or since a moment."""
    return Agent.objects.filter(seen_at__gte=since or timezone.now() - TAKEN_FOR_DEAD).exists()
