"""Other agents in a chat: which ones a message may name, and which one answers it."""

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from agentex_web.actions.permissions import no_access
from agentex_web.actions.refused import Refused
from agentex_web.journal.answering import Answering, next_agent
from agentex_web.tasks.models import Agent, Task
from agentex_web.tasks.permissions import usable_agents


def nameable(user: User, task: Task) -> QuerySet[Agent]:
    """The agents that the person may name in the chat. The chat's workflow runs them, so it must be the
    product's own (``hosts``), and they must have neither a workflow of their own nor parameters (``named``).
    """
    if not task.agent.declared.get("hosts"):
        return Agent.objects.none()
    found = usable_agents(user).filter(Q(declared__named=True) | Q(pk=task.agent_id))
    return found.filter(available=True, task_queue=task.agent.task_queue)


def answered_by(user: User, task: Task, name: str) -> Answering:
    """The agent that answers a message.

    Args:
        task: with its agent and head loaded.
        name: the agent that the message names; empty if it names none.

    Raises:
        Refused: the named agent cannot answer in this chat, or the chat's current agent no longer can.
    """
    current = next_agent(task)
    if name not in ("", current.pk):
        if (found := nameable(user, task).filter(pk=name).first()) is None:
            raise Refused(_("“%(name)s” cannot answer in this chat.") % {"name": name[:100]}, 409)
        return Answering(found, before=current.title)
    if current.pk != task.agent_id:
        if not usable_agents(user).filter(pk=current.pk).exists():
            raise Refused(no_access(current), 403)
        if not current.available:
            words = _("“%(agent)s” is unavailable at the moment. Name another agent with @.")
            raise Refused(words % {"agent": current.title}, 409)
    return Answering(current)
