"""The time zone in which a person means “tomorrow at nine”: agents plan where no browser is at hand."""

from django.conf import settings

from agentex_web.preferences.models import preferences_of
from agentex_web.schedules.models import SeenZone


def zone_of(user_id: int) -> str:
    """What the person has chosen; else that of the browser with which they last sent a message."""
    if chosen := preferences_of(user_id).time_zone:
        return chosen
    seen = SeenZone.objects.filter(person_id=user_id).values_list("time_zone", flat=True).first()
    return seen or settings.TIME_ZONE


def note_zone(user_id: int, time_zone: str) -> None:
    """The person's browser is in this zone. Writes only if it was in another one before."""
    seen = SeenZone.objects.filter(person_id=user_id).values_list("time_zone", flat=True).first()
    if seen != time_zone:
        SeenZone.objects.update_or_create(person_id=user_id, defaults={"time_zone": time_zone})
