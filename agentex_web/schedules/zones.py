"""A person's time zone. Agents need it for times such as “tomorrow at nine”, because they have no browser
that knows it.
"""

from django.conf import settings

from agentex_web.languages.choice import zone_names
from agentex_web.preferences.models import preferences_of
from agentex_web.schedules.models import SeenZone


def zone_of(user_id: int) -> str:
    """The time zone that the person has chosen; else that of the browser that last sent a message. One that
    this machine does not have any more does not count.
    """
    chosen = preferences_of(user_id).time_zone
    if chosen in zone_names():
        return chosen
    seen = SeenZone.objects.filter(person_id=user_id).values_list("time_zone", flat=True).first()
    return seen if seen in zone_names() else settings.TIME_ZONE


def note_zone(user_id: int, time_zone: str) -> None:
    """Notes the time zone of the person's browser. Writes only if it has changed."""
    seen = SeenZone.objects.filter(person_id=user_id).values_list("time_zone", flat=True).first()
    if seen != time_zone:
        SeenZone.objects.update_or_create(person_id=user_id, defaults={"time_zone": time_zone})
