"""Chats that an agent starts with other agents, on behalf of the owner of its own chat (adk/acp.py)."""

import logging
import uuid

from django.conf import settings
from django.db import transaction
from temporalio import activity
from temporalio.exceptions import ApplicationError

from agentex_web.delivery.client import TemporalMissing
from agentex_web.delivery.messages import deliver_turn
from agentex_web.journal import sent
from agentex_web.journal.change import Change
from agentex_web.journal.record import report
from agentex_web.journal.task import empty_task
from agentex_web.tasks import permissions
from agentex_web.tasks.models import Task, Turn
from agentex_web.tasks.queries import MADE_BY
from agentex_web.tasks.threads import in_database
from agentex_web.turns.record_payloads import CreateTask, SendMessage
from agentex_web.turns.running_activity import new_message, require_context
from agentex_web.turns.task_payloads import TaskInfo

logger = logging.getLogger(__name__)

MOST_DEEP = 5
MOST_MADE = 100
"""Limit on the chats that one chat may create."""


class ChatRefused(Exception):
    """The chat cannot be created or written to; the message gives the reason."""


@activity.defn(name="create_task")
async def create_task(create: CreateTask) -> TaskInfo:
    """Creates a chat without a message. A repeated activity returns the same chat."""
    task_id, made_by = new_message().id_of("task"), uuid.UUID(require_context().task_id)
    try:
        return await in_database(_make, create, task_id, made_by)
    except ChatRefused as refused:
        raise _failure(refused) from refused


def _depth(task_id: uuid.UUID) -> int:
    """Number of ancestors of a chat: the chat that created it, the one that created that, and so on."""
    depth, above = 0, str(task_id)
    while depth < MOST_DEEP and above:
        parameters = Task.objects.filter(pk=above).values_list("parameters", flat=True).first() or {}
        above = parameters.get(MADE_BY, "")
        depth += bool(above)
    return depth


def _make(create: CreateTask, task_id: uuid.UUID, made_by: uuid.UUID) -> TaskInfo:
    owner = Task.objects.select_related("owner").get(pk=made_by).owner
    agent = permissions.usable_agents(owner).filter(pk=create.agent).first()
    if agent is None:
        raise ChatRefused(f"There is no agent “{create.agent}” that {owner.get_username()} may use.")
    if _depth(made_by) >= MOST_DEEP:
        raise ChatRefused(f"Chats that start other chats can be nested at most {MOST_DEEP} deep.")
    if owner.tasks.filter(parameters__made_by=str(made_by)).exclude(pk=task_id).count() >= MOST_MADE:
        raise ChatRefused(f"A chat can start up to {MOST_MADE} others.")
    task = empty_task(
        owner, agent, task_id, create.title or agent.title, {**create.parameters, MADE_BY: str(made_by)}
    )
    return TaskInfo(str(task.pk), task.title, "open", agent.pk, owner.get_username(), task.parameters)


@activity.defn(name="send_message")
async def send_message(message: SendMessage) -> str:
    """Sends a message to a chat that the current chat created; returns the turn's id."""
    message_id, made_by = new_message().id_of("message"), require_context().task_id
    try:
        accepted = await in_database(_send, message, message_id, made_by)
    except ChatRefused as refused:
        raise _failure(refused) from refused
    await report(accepted)
    try:
        await deliver_turn(message_id)
    except TemporalMissing as error:
        logger.warning("Task %s: its message waits for Temporal: %s", message.task_id, error)
    return str(message_id)


def _send(message: SendMessage, message_id: uuid.UUID, made_by: str) -> Change[sent.Accepted]:
    with transaction.atomic():
        found = Task.objects.select_for_update(of=("self",)).filter(pk=message.task_id)
        task = found.select_related("owner", "agent", "head").first()
        if task is None or task.parameters.get(MADE_BY) != made_by:
            raise ChatRefused(f"Task {message.task_id} was not started by this chat.")
        if task.status != Task.Status.OPEN:
            raise ChatRefused(f"Task {message.task_id} has ended.")
        if not permissions.usable_agents(task.owner).filter(pk=task.agent_id).exists():
            raise ChatRefused(f"{task.owner.get_username()} may not use “{task.agent_id}”.")
        under_way = Turn.objects.filter(task__owner=task.owner, status__in=Turn.OPEN).count()
        if settings.AGENTEX_OPEN_TURNS and under_way >= settings.AGENTEX_OPEN_TURNS:
            raise ChatRefused(f"{under_way} messages of {task.owner.get_username()} are already in progress.")
        if len(message.content) > (limit := settings.AGENTEX_MESSAGE_LENGTH):
            raise ChatRefused(f"The message is too long; the limit is {limit:,} characters.")
        return sent.follow_up(task, message_id, message.content)


def _failure(refused: ChatRefused) -> ApplicationError:
    return ApplicationError(str(refused), type="ChatRefused", non_retryable=True)
