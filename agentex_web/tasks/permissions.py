"""Who may use which agent, and who may read what other people wrote."""

from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import BooleanField, Exists, IntegerField, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from agentex_web.tasks.models import Agent

Person = User | AnonymousUser

READ_MESSAGES = "tasks.read_messages"
VIEW_MESSAGE = "tasks.view_message"


def may_read_messages(user: Any) -> bool:
    """True for staff who may read everyone's chats, both in the admin and on the chats' pages."""
    return bool(
        user.is_authenticated
        and user.is_staff
        and (user.has_perm(READ_MESSAGES) or user.has_perm(VIEW_MESSAGE))
    )


def usable_agents(user: Person) -> QuerySet[Agent]:
    """The agents that the person may use: those without a group, and those of the person's groups."""
    return Agent.objects.filter(may_use(user, "pk"))


def may_use(user: Person, agent: str) -> Q | Exists:
    """A query condition: the person may use the agent.

    Args:
        agent: the field of the query's rows that holds the agent's name.
    """
    if getattr(user, "is_superuser", False):
        return Q(pk__isnull=False)
    groups = Agent.groups.through.objects.filter(agent=OuterRef(agent))
    return ~Exists(groups) | Exists(groups.filter(group__user=user.pk))


# Two parts of a query that delays each message. They are raw SQL for two reasons: building them from Django's
# expressions takes several milliseconds, and SQLite uses the index of open turns only if the statuses are in
# the query's text.


def asks_may_use(user: Person, agent: str) -> RawSQL:
    """Like `may_use`, as a value in a query.

    Args:
        agent: the column that holds the agent's name, with its table.
    """
    if getattr(user, "is_superuser", False):
        return RawSQL("1 = 1", (), BooleanField())
    groups = f"SELECT 1 FROM tasks_agent_groups g WHERE g.agent_id = {agent}"  # noqa: S608  (constants)
    own = "SELECT group_id FROM auth_user_groups WHERE user_id = %s"
    sql = f"NOT EXISTS ({groups}) OR EXISTS ({groups} AND g.group_id IN ({own}))"
    return RawSQL(sql, (user.pk,), BooleanField())  # noqa: S611  (constants)


def open_turns_of(user: Person) -> RawSQL:
    """The number, as a value in a query, of active turns in all the person's chats.

    Turns that wait for a person or a time do not count.
    """
    return RawSQL(
        "SELECT count(*) FROM tasks_turn t JOIN tasks_task k ON k.id = t.task_id "
        "WHERE k.owner_id = %s AND t.status IN ('pending', 'queued', 'running') AND NOT EXISTS "
        "(SELECT 1 FROM waits_wait w WHERE w.turn_id = t.id AND w.status = 'waiting')",
        (user.pk,),
        IntegerField(),
    )
