"""The agents that workers announce. The web process knows only these, and does not load the SDK."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from agentex_web.tasks.models import Agent, Turn

REPORT_INTERVAL = timedelta(seconds=5)
DEAD_AFTER = timedelta(seconds=16)
"""Three missing reports, plus a second for clock differences."""
UNSTARTED_AFTER = timedelta(seconds=20)
"""Longer than a restart of all parts takes; see `messages_are_started`."""

GONE = "Its file is no longer in agents/."

_KEY = "name"
_FIELDS = [field.name for field in Agent._meta.concrete_fields]
_ANNOUNCED = [name for name in _FIELDS if name != _KEY]


def announce(agents: Sequence[Agent], task_queue: str) -> None:
    """Stores a worker's agents; marks other agents of its task queue as unavailable."""
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


def offer(agents: Sequence[Agent]) -> list[str]:
    """Stores the agents of an author's own worker, unless another queue has an agent of the same name.

    Returns:
        The names of the agents that were not stored.
    """
    now = timezone.now()
    taken = {agent.name for agent in agents if _is_anothers(agent)}
    own = [agent for agent in agents if agent.name not in taken and not _is_described(agent)]
    for agent in own:
        agent.seen_at = now
    Agent.objects.bulk_create(own, update_conflicts=True, unique_fields=[_KEY], update_fields=_ANNOUNCED)
    return sorted(taken)


def _is_anothers(agent: Agent) -> bool:
    known = Agent.objects.filter(name=agent.name, available=True)
    return known.exclude(task_queue=agent.task_queue, workflow=agent.workflow).exists()


def _is_described(agent: Agent) -> bool:
    """True if `runworker` has announced the workflow on the same queue, with the details from its file."""
    known = Agent.objects.filter(task_queue=agent.task_queue, workflow=agent.workflow, available=True)
    return known.exclude(title=agent.title, starters=[]).exists()


def note_worker(task_queue: str, workflows: Collection[str]) -> None:
    """Records that a worker with these workflows, by name, is alive on this queue."""
    carried = Agent.objects.filter(task_queue=task_queue, workflow__in=workflows, available=True)
    carried.update(seen_at=timezone.now())


def worker_is_alive(since: datetime | None = None) -> bool:
    """True if a worker has reported recently, or since a given time."""
    return Agent.objects.filter(seen_at__gte=since or timezone.now() - DEAD_AFTER).exists()


def messages_are_started() -> bool:
    """False if a message has waited for UNSTARTED_AFTER and no agent has begun any other in that time.

    A worker may then report that it runs and still complete no workflow task. One stuck chat does not count
    while others are answered, nor does an agent without a worker.
    """
    now = timezone.now()
    served = Agent.objects.filter(available=True, seen_at__gte=now - DEAD_AFTER)
    waiting = Turn.objects.filter(
        status=Turn.Status.PENDING, created_at__lt=now - UNSTARTED_AFTER, task__agent__in=served
    )
    return not waiting.exists() or Turn.objects.filter(started_at__gte=now - UNSTARTED_AFTER).exists()
