"""The admin's front page: what runs, waits or failed, today's usage, and which workers are alive."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agentex_web.oversight.figures import Figures, figures_of_row, summed
from agentex_web.tasks.agents import DEAD_AFTER, UNSTARTED_AFTER
from agentex_web.tasks.models import Agent, Turn
from agentex_web.waits.models import Wait

TOP = 8
"""Limit on the agents and people that are listed."""
MOST_TURNS = 10_000
"""Limit on the turns of the day whose usage is summed, the latest; the page says so."""
Status = Turn.Status
_AGENT = ("task__agent", "task__agent__title")
_PERSON = ("task__owner", "task__owner__username")
_ASKED = {"status__exact": Wait.Status.WAITING, "kind__in": ",".join(Wait.FOR_PEOPLE)}


@dataclass(frozen=True)
class Tile:
    """A number with a link to the list of what it counts."""

    name: str
    number: int
    address: str
    hint: str = ""
    is_bad: bool = False


@dataclass(frozen=True)
class Share:
    """What one agent or one person used today."""

    name: str
    address: str
    figures: Figures


@dataclass(frozen=True)
class WorkerQueue:
    """A task queue and the number of agents that its workers run."""

    name: str
    agents: int
    seen_at: datetime
    is_alive: bool


@dataclass(frozen=True)
class Overview:
    tiles: list[Tile] = field(default_factory=list)
    today: Figures = field(default_factory=Figures)
    is_bounded: bool = False
    """Whether there were more than `MOST_TURNS` turns today."""
    agents: list[Share] = field(default_factory=list)
    people: list[Share] = field(default_factory=list)
    queues: list[WorkerQueue] = field(default_factory=list)
    most_turns: int = MOST_TURNS


def overview(user: Any) -> Overview | None:
    """The overview, for staff who may view tasks; None for others. Always six queries."""
    if not user.has_perm("tasks.view_task"):
        return None
    today = _start_of_day()
    turns = Turn.objects.filter(created_at__gte=today)
    # The time of the first turn that is too many, from the index alone.
    beyond = turns.order_by("-created_at").values_list("created_at", flat=True)[MOST_TURNS : MOST_TURNS + 1]
    bound = next(iter(beyond), None)
    if bound is not None:
        turns = turns.filter(created_at__gt=bound)
    # One pass: the sums of sums are added here.
    rows: Any = list(turns.order_by().values(*_AGENT, *_PERSON).annotate(**summed()))
    return Overview(
        is_bounded=bound is not None,
        tiles=_tiles(today),
        today=sum((figures_of_row(row) for row in rows), Figures()),
        agents=_shares(rows, *_AGENT, "agent__name__exact"),
        people=_shares(rows, *_PERSON, "owner__id__exact"),
        queues=_queues(),
    )


def _shares(rows: list[dict[str, Any]], key: str, name: str, filter_by: str) -> list[Share]:
    """Those with the highest usage, each with a link to their tasks."""
    used: dict[tuple[Any, str], Figures] = defaultdict(Figures)
    for row in rows:
        used[row[key], row[name]] += figures_of_row(row)
    highest = sorted(used.items(), key=lambda each: (-each[1].tokens_in, str(each[0][0])))
    tasks = reverse("admin:tasks_task_changelist")
    return [
        Share(title, f"{tasks}?{urlencode({filter_by: found})}", figures)
        for (found, title), figures in highest[:TOP]
    ]


def _start_of_day() -> datetime:
    """Midnight in the reader's time zone."""
    return timezone.make_aware(datetime.combine(timezone.localdate(), time.min))


def _tiles(today: datetime) -> list[Tile]:
    now = timezone.now()
    open_turns = Turn.objects.filter(status__in=Turn.OPEN).aggregate(
        running=Count("pk", filter=Q(status=Status.RUNNING)),
        queued=Count("pk", filter=Q(status__in=(Status.PENDING, Status.QUEUED))),
        stuck=Count("pk", filter=stuck(now)),
    )
    failed = Turn.objects.filter(status=Status.FAILED, created_at__gte=today).count()
    turns = reverse("admin:tasks_turn_changelist")
    return [
        Tile(_("Running"), open_turns["running"], f"{turns}?status__exact={Status.RUNNING}"),
        Tile(
            _("Waiting for someone"),
            Wait.objects.filter(status=Wait.Status.WAITING, kind__in=Wait.FOR_PEOPLE).count(),
            f"{reverse('admin:waits_wait_changelist')}?{urlencode(_ASKED)}",
        ),
        Tile(_("Queued"), open_turns["queued"], f"{turns}?status__in={Status.PENDING},{Status.QUEUED}"),
        Tile(
            _("Failed today"),
            failed,
            f"{turns}?{urlencode({'status__exact': Status.FAILED, 'created_at__gte': today.isoformat()})}",
            is_bad=bool(failed),
        ),
        Tile(
            _("Stuck"),
            open_turns["stuck"],
            f"{turns}?stuck=yes",
            _("Retrying after a failure, or waiting for a worker"),
            is_bad=bool(open_turns["stuck"]),
        ),
    ]


def stuck(now: datetime) -> Q:
    """Condition for open turns without progress: a call is being retried, or no worker takes the message."""
    retried = Q(status=Status.RUNNING, retry_at__isnull=False)
    return retried | Q(status=Status.PENDING, created_at__lt=now - UNSTARTED_AFTER)


def _queues() -> list[WorkerQueue]:
    alive = timezone.now() - DEAD_AFTER
    rows = (
        Agent.objects.order_by()
        .values(queue=F("task_queue"))
        .annotate(seen=Max("seen_at"), agents=Count("pk", filter=Q(available=True)))
        .order_by("queue")
    )
    return [WorkerQueue(row["queue"], row["agents"], row["seen"], row["seen"] >= alive) for row in rows]
