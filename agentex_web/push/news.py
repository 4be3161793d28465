"""The notifications for people whose browser shows them: answers that they have not seen, and waits that they
can decide.
"""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agentex_web.preferences.models import preferences_of
from agentex_web.push.models import Subscription, Told
from agentex_web.tasks.models import Turn
from agentex_web.waits.models import Decision, Wait

GRACE = timedelta(seconds=5)
"""Within this time, a page that is open and in view has reported its chat as seen."""
WINDOW = timedelta(minutes=10)
"""Nobody is notified of older events. A worker that was down catches up on this much."""
KEPT = timedelta(days=1)
BATCH = 100
"""Notifications of each kind that a worker takes at a time."""
EXAMINED = 10_000
MEMBERS = 100
"""At most this many people of a group are notified."""

Event = tuple[int, str]
"""A person and what they were told of, as in ``Told``."""


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
    told = set(
        Told.objects.filter(created_at__gt=timezone.now() - 2 * WINDOW).values_list("person_id", "event")
    )
    return [each for each in [*_answers(told), *_waits(told)] if _is_ours(each)]


def _is_ours(news: News) -> bool:
    """Creates the row. False if another worker has created it, or if the account has just been deleted."""
    try:
        return Told.objects.get_or_create(person_id=news.person_id, event=news.event)[1]
    except IntegrityError:
        return False


def forget_old() -> None:
    Told.objects.filter(created_at__lt=timezone.now() - KEPT).delete()


def browsers_of(person_id: int) -> list[Subscription]:
    return list(Subscription.objects.filter(person=person_id, person__is_active=True))


def words_for_cut() -> str:
    """What people are told of a failed turn whose answer was cut and can go on (``Turn.cut``)."""
    return _("The answer reached its length limit. Press Continue to go on.")


def _answers(told: set[Event]) -> list[News]:
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
    ended = turns.order_by("finished_at").values_list("pk", "task__owner")[:EXAMINED]
    due = [pk for pk, owner in ended if (owner, f"turn/{pk}") not in told][:BATCH]
    rows = Turn.objects.filter(pk__in=due).order_by("finished_at") if due else Turn.objects.none()
    made = []
    for pk, status, cut, task_id, title, owner in rows.values_list(
        "pk", "status", "cut", "task_id", "task__title", "task__owner"
    ):
        with _language_of(owner):
            words = _("An answer is ready.")
            if status == Turn.Status.FAILED:
                words = words_for_cut() if cut else _("The answer failed.")
            message = _message(title or _("Untitled chat"), words, task_id, _address(task_id))
        made.append(News(owner, f"turn/{pk}", message, urgent=False))
    return made


def _waits(told: set[Event]) -> list[News]:
    now = timezone.now()
    waiting = Wait.objects.filter(
        status=Wait.Status.WAITING,
        kind__in=Wait.FOR_PEOPLE,
        created_at__gt=now - WINDOW,
        created_at__lte=now - GRACE,
        task__delete_at=None,
    )
    waits = list(waiting.order_by("created_at").values_list("pk", "group", "task__owner")[:EXAMINED])
    people = _people(waits)
    due = [
        (wait_id, person_id)
        for wait_id, *_ in waits
        for person_id in people[wait_id]
        if (person_id, f"wait/{wait_id}") not in told
    ][:BATCH]
    rows = Wait.objects.select_related("task").in_bulk({wait_id for wait_id, _ in due}) if due else {}
    return [_asking(rows[wait_id], person_id) for wait_id, person_id in due if wait_id in rows]


def _asking(wait: Wait, person_id: int) -> News:
    own = person_id == wait.task.owner_id
    with _language_of(person_id):
        title = (wait.task.title if own else wait.agent_name) or _("Untitled chat")
        words = wait.title or _("An agent is waiting for you.")
        url = _address(wait.task_id) if own else reverse("chat:inbox")
        message = _message(title, words, wait.task_id, url)
    return News(person_id, f"wait/{wait.pk}", message, urgent=True)


def _people(waits: Sequence[tuple[uuid.UUID, str, int]]) -> dict[uuid.UUID, list[int]]:
    """The people who can decide each wait and have a browser that shows notifications: three queries."""
    browsers = Subscription.objects.filter(person__is_active=True)
    subscribed = set(browsers.values_list("person", flat=True)) if waits else set()
    groups = {group for _, group, _ in waits if group}
    members: defaultdict[str, list[int]] = defaultdict(list)
    decided: set[tuple[uuid.UUID, int]] = set()
    if groups:
        pairs = User.objects.filter(groups__name__in=groups, pk__in=subscribed)
        for group, person_id in pairs.values_list("groups__name", "pk"):
            members[group].append(person_id)
        of_groups = [wait_id for wait_id, group, _ in waits if group]
        decided = set(Decision.objects.filter(wait__in=of_groups).values_list("wait", "person"))
    return {
        wait_id: [
            each
            for each in (members[group][:MEMBERS] if group else [owner])
            if each in subscribed and (wait_id, each) not in decided
        ]
        for wait_id, group, owner in waits
    }


def _language_of(person_id: int) -> translation.override:
    return translation.override(preferences_of(person_id).language or None)


def _address(task_id: uuid.UUID) -> str:
    return reverse("chat:task", args=(task_id,))


def _message(title: str, words: str, task_id: uuid.UUID, url: str) -> dict[str, str]:
    return {"title": title[:200], "body": words[:300], "tag": str(task_id), "topic": task_id.hex, "url": url}
