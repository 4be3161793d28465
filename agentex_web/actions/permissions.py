"""What a person may do with an agent now: start a chat, continue one, enter a tool's result."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agentex_web.actions.refused import Refused
from agentex_web.tasks.models import Agent, Task, Turn
from agentex_web.tasks.permissions import asks_may_use, may_read_messages, open_turns_of

RETRY_SECONDS = 10
"""Retry-After for a person at the limit of open turns. A guess: nobody knows when the first of them ends."""


def agent_for(user: User, name: str, message_id: uuid.UUID) -> Agent:
    """The agent of this name, for a new chat.

    Raises:
        Refused: it does not exist, the person may not use it, it is unavailable, or the person has too many
            open turns.
    """
    may = asks_may_use(user, "tasks_agent.name")
    agents = Agent.objects.annotate(may_use=may, open_turns=open_turns_of(user))
    agent: Any = agents.filter(name=name).first()
    if agent is None or not agent.may_use:
        raise Refused(_("There is no agent “%(name)s”.") % {"name": name[:100]}, 404)
    if not agent.available:
        raise Refused(_("“%(agent)s” is unavailable at the moment.") % {"agent": agent.title}, 409)
    _check_open_turns(agent.open_turns, message_id)
    found: Agent = agent
    return found


def check_send(task: Any, message_id: uuid.UUID | None = None) -> None:
    """Checks that a message may be sent to the chat.

    Args:
        task: locked, from `get_task_for_user`.
        message_id: the message's id. A message that was sent before is no further turn, and may have ended
            the chat.

    Raises:
        Refused: the agent ended the chat, the person may not use the agent any more, or has too many open
            turns.
    """
    if task.status != Task.Status.OPEN and not _was_sent(task, message_id):
        raise Refused(_("The agent has ended this chat. Start a new one."), 409)
    if not task.may_use:
        raise Refused(no_access(task.agent), 403)
    _check_open_turns(task.open_turns, message_id)


def check_idle(task: Task, besides: Turn | None = None) -> None:
    """Checks that no turn of the chat is open, other than ``besides``.

    Raises:
        Refused: the agent is still working.
    """
    turns = task.turns.filter(status__in=Turn.OPEN)
    if (turns.exclude(pk=besides.pk) if besides else turns).exists():
        raise Refused(_("The agent is still working in this chat. Stop it or wait, then try again."), 409)


def read_only_reason(user: User, task: Task, *, may_use: bool) -> str:
    """Why the person can only read this chat; empty if they can write in it.

    Args:
        may_use: whether the person may use the chat's agent.
    """
    if task.owner_id != user.pk and not may_read_messages(user):
        return _(
            "This chat belongs to %(owner)s. You can read it because your group decides something in it. "
            "Your visit was logged."
        ) % {"owner": task.owner.get_username()}
    if task.owner_id != user.pk:
        return _("This chat belongs to %(owner)s. Your visit was logged.") % {
            "owner": task.owner.get_username()
        }
    if not may_use:
        return no_access(task.agent)
    return ""


def may_enter_result(user: User, agent: Agent) -> bool:
    """True if the person may enter the result of a failed tool by hand."""
    return user.is_staff or agent.allow_manual_result


def may_edit_answers(user: User, agent: Agent) -> bool:
    """True if the person may change the text of answers in their own chats."""
    return user.is_staff or bool(agent.declared.get("edit_answers"))


def no_access(agent: Agent) -> str:
    return _("You do not have access to “%(agent)s”. Ask your administrator.") % {"agent": agent.title}


def _was_sent(task: Task, message_id: uuid.UUID | None) -> bool:
    return message_id is not None and task.turns.filter(pk=message_id).exists()


def _check_open_turns(open_turns: int, message_id: uuid.UUID | None) -> None:
    limit = settings.AGENTEX_OPEN_TURNS
    if not limit or open_turns < limit:
        return
    if message_id is not None and Turn.objects.filter(pk=message_id).exists():
        return
    raise Refused(
        ngettext(
            "%(count)s of your messages is being answered; the limit is %(limit)s. "
            "Try again when it is done.",
            "%(count)s of your messages are being answered; the limit is %(limit)s. "
            "Try again when one of them is done.",
            open_turns,
        )
        % {"count": open_turns, "limit": limit},
        429,
        RETRY_SECONDS,
    )
