"""Accepts what a person sends: checked and committed first, then delivered in the background."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agentex_web.actions.access import get_task_for_user, turn_of
from agentex_web.actions.naming import answered_by
from agentex_web.actions.permissions import agent_for, check_idle, check_send
from agentex_web.actions.refused import Refused
from agentex_web.journal import branches, sent
from agentex_web.journal.answering import Answering
from agentex_web.journal.change import Change
from agentex_web.journal.sent import Accepted
from agentex_web.tasks.attachments import AttachmentRefused
from agentex_web.tasks.models import Agent, Turn

Json = dict[str, Any]


def _nothing_along(_turn: Turn) -> None:
    pass


@dataclass(frozen=True)
class Sent:
    """A message as a person sends it.

    Attributes:
        id: chosen by the sender, so that a repeated request is harmless. A chat has its first message's id.
        chosen: the choices that were sent with it, for the agent that answers; None for those of before. May
            raise Refused.
        to: the name of another agent that is to answer; empty for the chat's current one.
    """

    id: uuid.UUID
    content: str
    attachments: Sequence[uuid.UUID] = ()
    chosen: Callable[[Agent], Json | None] = lambda _agent: None
    to: str = ""


class IdInUse(Refused):
    """The id that the sender chose is used for something else."""

    def __init__(self) -> None:
        super().__init__(_("This page is out of date. Reload it."), 409)


def checked_text(content: str) -> str:
    """The text of a message as it is stored; empty if it has no words.

    Raises:
        Refused: it is too long.
    """
    content = content.replace("\r\n", "\n")
    if not content.strip():
        return ""
    limit = settings.AGENTEX_MESSAGE_LENGTH
    if len(content) > limit:
        raise Refused(
            _(
                "The message has %(length)s characters; the limit is %(limit)s. "
                "Shorten it or send it in parts."
            )
            % {"length": f"{len(content):,}", "limit": f"{limit:,}"}
        )
    return content


def check_count(attachments: int) -> None:
    """Checks how many files a message has.

    Raises:
        Refused: they are too many.
    """
    limit = settings.AGENTEX_ATTACHMENT_COUNT
    if attachments > limit:
        raise Refused(
            ngettext(
                "You can attach %(limit)s file; this message has %(count)s.",
                "You can attach up to %(limit)s files; this message has %(count)s.",
                limit,
            )
            % {"limit": limit, "count": attachments}
        )


def begin_chat(
    person: User,
    agent_name: str,
    message: Sent,
    parameters: Callable[[Agent], Json],
    *,
    is_temporary: bool = False,
    title: str = "",
) -> Change[Accepted]:
    """Creates a chat with its first message, and with its id. Repeating it returns the same chat.

    Args:
        parameters: the chat's parameters, for its agent; may raise Refused.

    Raises:
        Refused: as `agent_for`; a file cannot be attached; or the id is used for something else.
    """
    agent = agent_for(person, agent_name, message.id)
    how = Answering(agent, "", message.chosen(agent), parameters(agent))
    try:
        accepted = sent.new_task(
            person,
            agent,
            message.id,
            message.content,
            message.attachments,
            is_temporary=is_temporary,
            title=title,
            how=how,
        )
    except AttachmentRefused as refused:
        raise Refused(str(refused)) from None
    except sent.IdTaken:
        raise IdInUse from None
    accepted.result.turn.task.owner = person
    return accepted


@transaction.atomic
def send_message(
    person: User, task_id: uuid.UUID, read: Callable[[], Sent], along: Callable[[Turn], None] = _nothing_along
) -> Change[Accepted]:
    """Adds a message to one of the person's chats. Repeating it changes nothing.

    Args:
        read: the message. Called if the person has the chat; may raise Refused.
        along: writes what belongs to the message, in its transaction.

    Raises:
        Http404: the person has no such chat.
        Refused: as `check_send` and `answered_by`; a file cannot be attached; or the id is used elsewhere.
    """
    task = get_task_for_user(person, task_id, lock=True)
    message = read()
    check_send(task, message.id)
    how = answered_by(person, task, message.to)
    how = replace(how, chosen=message.chosen(how.agent))
    try:
        accepted = sent.follow_up(task, message.id, message.content, message.attachments, how)
    except AttachmentRefused as refused:
        raise Refused(str(refused)) from None
    except sent.IdTaken:
        raise IdInUse from None
    # What the delivery needs, so that it makes no query.
    accepted.result.turn.task = task
    task.owner = person
    along(accepted.result.turn)
    return accepted


@dataclass(frozen=True)
class Edited:
    """What replaces a message.

    Attributes:
        content: the new text; None for the same one.
        keep: ids of the message's files to send again; None for all.
    """

    content: str | None = None
    keep: set[str] | None = None


@transaction.atomic
def send_again(
    person: User,
    task_id: uuid.UUID,
    turn_id: uuid.UUID,
    edited: Callable[[], Edited] = Edited,
    message_id: uuid.UUID | None = None,
) -> Change[Accepted]:
    """Sends a turn's message again, or an edited one, as another version of the turn.

    Args:
        message_id: the new message's id, so that a repeated request changes nothing; by default a random one.

    Raises:
        Http404: the person has no such chat, or it has no such turn.
        Refused: as `check_send` and `check_idle`, or by ``edited``.
    """
    task = get_task_for_user(person, task_id, lock=True)
    turn = turn_of(task, turn_id)
    if message_id is not None and (known := sent.known(message_id, task)) is not None:
        return known
    again = edited()
    check_send(task)
    check_idle(task)
    return branches.sibling(turn, again.content, again.keep, message_id)
