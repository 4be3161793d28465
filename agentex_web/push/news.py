"""The notifications for people whose browser shows them: answers that they have not seen, and waits that they
can decide.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agentex_web.preferences.models import preferences_of
from agentex_web.push.models import Subscription, Told
from agentex_web.tasks.models import Turn
from agentex_web.waits.models import Wait

GRACE = timedelta(seconds=5)
"""Within this time, a page that is open and in view has reported its chat as seen."""
WINDOW = timedelta(minutes=10)
"""Nobody is notified of older events. A worker that was down catches up on this much."""
KEPT = timedelta(days=1)
BATCH = 100


@dataclass(frozen=True)
class News:
    """A notification for one person.

    Attributes:
        event: what it is about, as stored in ``Told``.
        message: what the browser's service worker shows.
    """

    person_id: int
    event: str
    message: dict[str, str]
    urgent: bool


def take_due() -> list[News]:
    """The news for this worker to send. Each is returned to one worker only."""
    if not Subscription.objects.exists():
        return []
    found = [*_answers(), *_waits()]
    known = set(
        Told.objects.filter(event__in={each.event for each in found}).values_list("person_id", "event")
    )
    return [
        each
        for each in found
        if (each.person_id, each.event) not in known
        and Told.objects.get_or_create(person_id=each.person_id, event=each.event)[1]
    ]


def forget_old() -> None:
    Told.objects.filter(created_at__lt=timezone.now() - KEPT).delete()


def browsers_of(person_id: int) -> list[Subscription]:
    return list(Subscription.objects.filter(person=person_id, person__is_active=True))


def words_for_cut() -> str:
    """What people are told of a failed turn whose answer was cut and can go on (``Turn.cut``)."""
    return _("The answer reached its length limit. Press Continue to go on.")


def _answers() -> list[News]:
    now = timezone.now()
    turns = Turn.objects.filter(
        Q(task__seen_at=None) | Q(task__seen_at__lt=F("finished_at")),
        finished_at__gt=now - WINDOW,
        finished_at__lte=now - GRACE,
        status__in=(Turn.Status.DONE, Turn.Status.FAILED),
        task__head=F("pk"),
        task__delete_at=None,
        task__owner__in=Subscription.objects.values("person"),
    )
    rows = turns.order_by("finished_at").values_list(
        "pk", "status", "cut", "task_id", "task__title", "task__owner"
    )
    made = []
    for pk, status, cut, task_id, title, owner in rows[:BATCH]:
        with _language_of(owner):
            words = _("An answer is ready.")
            if status == Turn.Status.FAILED:
                words = words_for_cut() if cut else _("The answer failed.")
            message = _message(title or _("Untitled chat"), words, task_id, _address(task_id))
        made.append(News(owner, f"turn/{pk}", message, urgent=False))
    return made


def _waits() -> list[News]:
    now = timezone.now()
    waits = Wait.objects.filter(
        status=Wait.Status.WAITING,
        kind__in=Wait.FOR_PEOPLE,
        created_at__gt=now - WINDOW,
        created_at__lte=now - GRACE,
        task__delete_at=None,
    )
    made = []
    for wait in waits.select_related("task").order_by("created_at")[:BATCH]:
        for person_id in _people(wait):
            own = person_id == wait.task.owner_id
            with _language_of(person_id):
                title = (wait.task.title if own else wait.agent_name) or _("Untitled chat")
                words = wait.title or _("An agent is waiting for you.")
                url = _address(wait.task_id) if own else reverse("chat:inbox")
                message = _message(title, words, wait.task_id, url)
            made.append(News(person_id, f"wait/{wait.pk}", message, urgent=True))
    return made


def _people(wait: Wait) -> list[int]:
    """The people who can decide the wait and have a browser that shows notifications."""
    people = User.objects.filter(is_active=True, pk__in=Subscription.objects.values("person"))
    people = people.filter(groups__name=wait.group) if wait.group else people.filter(pk=wait.task.owner_id)
    decided = wait.decisions.values("person")
    return list(people.exclude(pk__in=decided).values_list("pk", flat=True)[:BATCH])


def _language_of(person_id: int) -> translation.override:
    return translation.override(preferences_of(person_id).language or None)


def _address(task_id: uuid.UUID) -> str:
    return reverse("chat:task", args=(task_id,))


def _message(title: str, words: str, task_id: uuid.UUID, url: str) -> dict[str, str]:
    return {"title": title[:200], "body": words[:300], "tag": str(task_id), "topic": task_id.hex, "url": url}
