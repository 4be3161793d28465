"""Where a message goes: on in a chat, or into a new one, which may begin with the messages before it."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from agentex_web.accounts.models import ApiKey
from agentex_web.actions.access import get_task_for_user, tasks_of
from agentex_web.actions.naming import answered_by
from agentex_web.actions.permissions import agent_for, check_idle, check_send
from agentex_web.actions.refused import Refused
from agentex_web.api.openai.errors import ApiError, no_model, no_response
from agentex_web.api.openai.given import ASSISTANT, Given
from agentex_web.api.openai.histories import forget_history, import_history
from agentex_web.api.openai.models import Exchange
from agentex_web.api.openai.parameters import parameters_of
from agentex_web.api.openai.recognising import followed_turn
from agentex_web.api.openai.wanted import RESPONSE, Wanted
from agentex_web.journal import sent
from agentex_web.journal.answering import Answering, stored_choices
from agentex_web.journal.change import Change
from agentex_web.journal.sent import Accepted
from agentex_web.streams.events import BranchChanged
from agentex_web.tasks.choosing import still_allowed
from agentex_web.tasks.models import Agent, Task, Turn


@dataclass(frozen=True)
class NewMessage:
    """
    Attributes:
        id: the id of the message and of its turn.
        files: ids of stored files that it takes.
        remember: called in the transaction that commits the message.
    """

    id: uuid.UUID
    given: Given
    wanted: Wanted
    files: Sequence[uuid.UUID]
    remember: Callable[[], None]


def send(user: User, key: ApiKey, new: NewMessage) -> Change[Accepted]:
    """Commits the message.

    Raises:
        Refused: it cannot be sent there.
        Http404: there is no such chat.
        ApiError: there is no such response or agent.
    """
    wanted = new.wanted
    followed = _followed(key, new.given, wanted)
    if followed is not None:
        return _go_on(user, new, followed.task_id, followed.pk)
    if wanted.chat is not None:
        return _go_on(user, new, wanted.chat)
    try:
        agent = agent_for(user, wanted.model, new.id)
    except Refused as refused:
        if refused.status == 404:
            raise no_model(wanted.model) from None
        raise
    if new.given.before:
        # Not in the message's transaction: it may have thousands of rows.
        task_id, is_new = import_history(user, agent, new.id, new.given, is_kept=wanted.is_kept)
        try:
            return _go_on(user, new, task_id)
        except Exception:
            if is_new:
                forget_history(user, task_id, new.id)
            raise
    return _begin(user, new, agent)


def _followed(key: ApiKey, given: Given, wanted: Wanted) -> Turn | None:
    """The turn that the message follows; None if it begins a chat or is added at the end of one."""
    if wanted.follows is not None:
        if given.before:
            raise ApiError(
                "With “previous_response_id”, send only what is new.", param="input", code="invalid_value"
            )
        mine = Turn.objects.filter(pk=wanted.follows, task__in=tasks_of(key.person))
        if (turn := mine.only("task_id").first()) is None:
            raise no_response(f"{RESPONSE}{wanted.follows.hex}")
        return turn
    if given.before and given.before[-1].role == ASSISTANT:
        return followed_turn(key, given, wanted.model, wanted.chat)
    return None


@transaction.atomic
def _go_on(
    user: User, new: NewMessage, task_id: uuid.UUID, after: uuid.UUID | None = None
) -> Change[Accepted]:
    """Adds the message to a chat.

    Args:
        after: the turn that it follows; None for the last one.
    """
    task = get_task_for_user(user, task_id, lock=True)
    parent_id = after or task.head_id
    check_send(task, new.id)
    how = answered_by(user, task, new.wanted.model)
    chosen = _chosen(how.agent, new.wanted, task.choices.get(how.agent.pk, {}))
    how = replace(how, chosen=chosen, instructions=new.given.system)
    content = _content(new.given, how.agent, parent_id)
    if parent_id == task.head_id:
        accepted = sent.follow_up(task, new.id, content, new.files, how)
    else:
        # Another version of what followed: the client sent an earlier message again, or an edited one.
        check_idle(task)
        stored = stored_choices(task, how)
        accepted = sent.new_turn(task, new.id, content, parent_id, stored, files=new.files)
        accepted = replace(accepted, events=[BranchChanged()])
    return _accepted(accepted, task, user, new)


@transaction.atomic
def _begin(user: User, new: NewMessage, agent: Agent) -> Change[Accepted]:
    """Begins a chat with the message."""
    how = Answering(
        agent,
        chosen=_chosen(agent, new.wanted, {}),
        parameters=parameters_of(agent, new.wanted.metadata),
        instructions=new.given.system,
    )
    content = _content(new.given, agent, None)
    accepted = sent.new_task(
        user,
        agent,
        new.id,
        content,
        new.files,
        is_temporary=not new.wanted.is_kept,
        title="" if content == new.given.asked.text else sent.title_of(new.given.asked.text),
        how=how,
    )
    return _accepted(accepted, accepted.result.turn.task, user, new)


def _accepted(accepted: Change[Accepted], task: Task, user: User, new: NewMessage) -> Change[Accepted]:
    """Remembers the request, and sets what the delivery needs, so that it makes no query."""
    if accepted.result.created:
        new.remember()
    accepted.result.turn.task = task
    task.owner = user
    return accepted


def _content(given: Given, agent: Agent, parent_id: uuid.UUID | None) -> str:
    """The message's text. Agents that take no instructions of a person are given those of the client in it,
    once: again only if they have changed.
    """
    text = given.asked.text
    if not given.system or agent.declared.get("instructions"):
        return text
    before = Exchange.objects.filter(pk=parent_id).values_list("system", flat=True).first()
    return text if before == given.system_digest else f"{given.system}\n\n{text}"


def _chosen(agent: Agent, wanted: Wanted, before: dict[str, Any]) -> dict[str, Any] | None:
    """What the request chooses, as far as the agent's file lets people choose it; None for nothing.

    Args:
        before: what the person chose before.
    """
    wishes = {"temperature": wanted.temperature, "effort": wanted.effort}
    allowed = still_allowed(agent.declared, wishes)
    found = {name: allowed[name] for name in wishes if name in allowed}
    return {**before, **found} if found else None
