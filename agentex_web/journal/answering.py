"""How a message is to be answered: by which agent, and what the person chose for it."""

from dataclasses import dataclass, field
from typing import Any

from agentex_web.preferences.models import instructions_of
from agentex_web.tasks.choosing import still_allowed
from agentex_web.tasks.models import Agent, Message, Task, Turn

Json = dict[str, Any]


@dataclass(frozen=True)
class Answering:
    """
    Attributes:
        agent: answers it.
        before: the title of the agent that the chat was with; empty if the person names no other one.
        chosen: model, effort, temperature, without, as tasks/choosing.py checks them; None: as the chat has
            kept them.
        parameters: of a new chat, as the agent's file asks for them.
    """

    agent: Agent
    before: str = ""
    chosen: Json | None = None
    parameters: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Kept:
    """What a turn keeps of it.

    Attributes:
        fields: of its row.
        handoff: the titles of the agent that the chat was with (``from``) and of the one that the person
            named (``to``); None if they named no other one.
    """

    fields: Json = field(default_factory=dict)
    handoff: Json | None = None


def answering(task: Task) -> Answering:
    """How a message is answered for which nobody says anything else: as the last one of the branch.

    Args:
        task: with its agent and head. Another agent that the person has named is one more query.
    """
    return Answering(agent_of(task))


def agent_of(task: Task) -> Agent:
    """The agent that the next message goes to: the task's own, or the one that was named last."""
    name = task.head.choices.get("agent", "") if task.head is not None else ""
    return task.agent if name in ("", task.agent_id) else Agent.objects.get(pk=name)


def kept_of(task: Task, how: Answering) -> Kept:
    """For a turn that follows the head. The agent is kept as soon as another one was named in the branch.

    What is chosen is kept with the chat, too: ``task.choices`` is changed, and not saved.
    """
    was_named = task.head is not None and "agent" in task.head.choices
    named = {"agent": how.agent.pk} if was_named or how.agent.pk != task.agent_id else {}
    if how.chosen is not None:
        task.choices = {**task.choices, how.agent.pk: how.chosen}
    handoff = {"from": how.before, "to": how.agent.title} if how.before else None
    return Kept(_fields(task, how.agent, named), handoff)


def kept_again(turn: Turn) -> Kept:
    """For another version of a turn: the same agent answers, as the chat's menu says now.

    Args:
        turn: with its task.
    """
    named = {"agent": turn.choices["agent"]} if "agent" in turn.choices else {}
    agent = Agent.objects.get(pk=named.get("agent", turn.task.agent_id))
    row = turn.messages.filter(kind=Message.Kind.HANDOFF, author=Message.Author.USER).first()
    return Kept(_fields(turn.task, agent, named), row.data if row is not None else None)


def _fields(task: Task, agent: Agent, named: Json) -> Json:
    choices = {**named, **still_allowed(agent.declared, task.choices.get(agent.pk, {}))}
    given = _instructions(task) if agent.declared.get("instructions") else ""
    return {"choices": choices, "instructions": given}


def _instructions(task: Any) -> str:
    """Of the task's owner; a task that is read for a message has them with it (chat/access.py)."""
    known: str | None = getattr(task, "instructions", None)
    return instructions_of(task.owner_id) if known is None else known.strip()
