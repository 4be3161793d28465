"""Starts a run of a schedule: a chat of the schedule's owner with its prompt."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext

from agentex_web.journal import sent
from agentex_web.journal.change import Change
from agentex_web.journal.sent import Accepted
from agentex_web.schedules.models import Schedule, ScheduledRun
from agentex_web.schedules.times import comes_again
from agentex_web.tasks.models import Agent, Turn
from agentex_web.tasks.permissions import usable_agents
from agentex_web.watches.notices import notify


@dataclass(frozen=True)
class Begun:
    """The result of a run that was due.

    Attributes:
        run: the run's row.
        accepted: the first message of its chat; None if no chat was started.
    """

    run: ScheduledRun
    accepted: Change[Accepted] | None = None


def run_id_of(schedule_id: uuid.UUID, due_at: datetime) -> uuid.UUID:
    """The id of the run that is due at this time. It is deterministic: a repetition starts no second chat."""
    return uuid.uuid5(schedule_id, due_at.isoformat())


@transaction.atomic
def begin_run(schedule_id: uuid.UUID, due_at: datetime, by_hand: uuid.UUID | None = None) -> Begun:
    """Starts a due run of a schedule, unless it is skipped or the owner may not start a chat now.

    Args:
        by_hand: the id of the run, if a person starts it by hand.

    Raises:
        Schedule.DoesNotExist: the schedule was deleted.
    """
    schedule = (
        Schedule.objects.select_for_update(of=("self",)).select_related("owner", "agent").get(pk=schedule_id)
    )
    run_id = by_hand or run_id_of(schedule_id, due_at)
    known = ScheduledRun.objects.select_related("task").filter(pk=run_id, schedule=schedule).first()
    run = known or ScheduledRun(pk=run_id, schedule=schedule, due_at=due_at, by_hand=by_hand is not None)
    if known is not None and (known.task is None or known.skipped or known.error):
        return Begun(run)
    if by_hand is None and _is_skipped(schedule, due_at):
        run.skipped = True
    else:
        run.error = _refusal(schedule.owner, schedule.agent) if known is None else ""
    if run.skipped or run.error:
        run.save(force_insert=True)
        return Begun(run)
    accepted = sent.new_task(schedule.owner, schedule.agent, run_id, schedule.prompt, title=schedule.name)
    turn = accepted.result.turn
    turn.task.owner, turn.task.agent = schedule.owner, schedule.agent
    if known is None:
        run.task = turn.task
        run.save(force_insert=True)
        if schedule.notify:
            notify(schedule.owner, turn)
    return Begun(run, accepted)


def _is_skipped(schedule: Schedule, due_at: datetime) -> bool:
    if due_at in schedule.skipped_times:
        return True
    return bool(schedule.cron) and comes_again(schedule.cron, schedule.time_zone, due_at)


def _refusal(owner: User, agent: Agent) -> str:
    """The reason why no chat may be started now; empty if one may."""
    if not owner.is_active:
        return gettext("The account is not active.")
    if not usable_agents(owner).filter(pk=agent.pk).exists():
        return gettext("You no longer have access to this agent.")
    if not agent.available:
        return gettext("The agent no longer exists.")
    most = settings.AGENTEX_OPEN_TURNS
    if most and Turn.objects.filter(task__owner=owner, status__in=Turn.OPEN).count() >= most:
        return gettext("%(count)d of your messages were still being answered, which is the limit.") % {
            "count": most
        }
    return ""
