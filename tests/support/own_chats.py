"""Chats for tests that need no agent, written through the journal as the product writes them."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from agentex_web.journal.ending import Ending
from agentex_web.journal.endings import finish
from agentex_web.journal.messages import write
from agentex_web.journal.sent import follow_up, new_task
from agentex_web.positions import below
from agentex_web.tasks.models import Agent, Message, Task, Turn


def somebody(**fields: Any) -> User:
    return User.objects.create_user(f"person-{uuid.uuid4().hex[:10]}", password=None, **fields)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def an_agent(title: str = "Quiet", **fields: Any) -> Agent:
    given = {"workflow": "w", "task_queue": "nobody", "seen_at": timezone.now(), **fields}
    return Agent.objects.create(name=f"quiet-{uuid.uuid4().hex[:8]}", title=title, **given)


def a_chat(
    owner: User, asked: str = "A question", answered: str = "An answer", agent: Agent | None = None
) -> Task:
    """A chat with one successful turn."""
    accepted = new_task(owner, agent or an_agent(), uuid.uuid4(), asked)
    answer(accepted.result.turn, answered)
    task = accepted.result.turn.task
    task.refresh_from_db()
    return task


def another_turn(task: Task, asked: str, answered: str) -> Turn:
    task = Task.objects.select_related("head").get(pk=task.pk)
    turn = follow_up(task, uuid.uuid4(), asked).result.turn
    answer(turn, answered)
    return turn


def answer(turn: Turn, words: str) -> Message:
    """Ends the turn with this answer."""
    row = Message(
        pk=uuid.uuid4(),
        turn=turn,
        position=below(below("", 1), 0),
        author=Message.Author.AGENT,
        content=words,
        html=f"<p>{words}</p>",
        agent_name="Quiet",
        data={"call": str(uuid.uuid4())},
        finished_at=timezone.now(),
    )
    write(turn.task_id, row)
    asked = turn.messages.get(pk=turn.pk).content
    items = [{"role": "user", "content": asked}, {"role": "assistant", "content": words}]
    finish(turn.task_id, turn.pk, Ending("done", items=items))
    return row


def aged(task: Task, **age: float) -> Task:
    """Makes the chat look last used ``age`` ago."""
    Task.objects.filter(pk=task.pk).update(updated_at=timezone.now() - timedelta(**age))
    task.refresh_from_db()
    return task
