"""Who may use which agent, and who may read what other people wrote."""

from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from agentex_web.tasks.models import Agent, Turn

Person = User | AnonymousUser

READ_MESSAGES = "tasks.read_messages"
VIEW_MESSAGE = "tasks.view_message"


def may_read_messages(user: Any) -> bool:
    """True for staff with the right to read everybody's chats, in the admin and as they were seen."""
    return bool(
        user.is_authenticated
        and user.is_staff
        and (user.has_perm(READ_MESSAGES) or user.has_perm(VIEW_MESSAGE))
    )


def usable_agents(user: Person) -> QuerySet[Agent]:
    """The agents that this person may use: those of no group, and those of a group of theirs."""
    return Agent.objects.filter(may_use(user, "pk"))


def may_use(user: Person, agent: str) -> Q | Exists:
    """A condition of a query.

    Args:
        agent: the field of the query's rows that holds the agent's name.
    """
    if getattr(user, "is_superuser", False):
        return Q(pk__isnull=False)
    groups = Agent.groups.through.objects.filter(agent=OuterRef(agent))
    return ~Exists(groups) | Exists(groups.filter(group__user=user.pk))


def open_turns_of(user: Person) -> Coalesce:
    """A number in a query: the turns of all the person's chats that are at work. Those that wait, for a
    person or a time, are not.
    """
    at_work = Turn.objects.filter(task__owner=user.pk, status__in=Turn.OPEN).exclude(waits__status="waiting")
    turns = at_work.order_by()
    return Coalesce(
        Subquery(turns.values("task__owner").annotate(number=Count("*")).values("number")), Value(0)
    )
