"""Notes deleted schedules. A worker deletes them from Temporal, which may be unavailable right now."""

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from agentex_web.schedules.models import Schedule, ScheduleDeletion


@receiver(pre_delete, sender=Schedule)
def remember(instance: Schedule, **_: Any) -> None:
    """Runs in the transaction that deletes the schedule, also when its owner is deleted."""
    ScheduleDeletion.objects.get_or_create(schedule_id=instance.pk)
