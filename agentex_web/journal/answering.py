"""Determines how a message is answered: by which agent, and with which of the person's choices."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from agentex_web.memories.keeping import is_on
from agentex_web.positions import OPENING, below
from agentex_web.preferences.models import instructions_of
from agentex_web.tasks.choosing import still_allowed
from agentex_web.tasks.models import Agent, Message, Task, Turn

Json = dict[str, Any]
MEMORY = "memory"
"""Key in a turn's choices: the agent is given what is remembered about the person, and may remember more."""


@dataclass(frozen=True)
class Answering:
    """Which agent answers a message, and with which choices.

    Attributes:
        agent: the agent that answers.
        before: the title of the agent that the chat was with; empty if the person did not switch agents.
        chosen: model, effort, temperature, without, as checked by tasks/choosing.py; None for those stored
            with the chat.
        parameters: of a new chat, as the agent's file asks for them.
        instructions: given to the agent after the person's own, if it takes any.
    """

    agent: Agent
    before: str = ""
    chosen: Json | None = None
    parameters: Json = field(default_factory=dict)
    instructions: str = ""


@dataclass(frozen=True)
class StoredChoices:
    """The part of an Answering that is stored with the turn.

    Attributes:
        fields: values for fields of its row.
        handoff: the titles of the agent that the chat was with (``from``) and of the one that the person
            chose (``to``); None if the person did not switch agents.
    """

    fields: Json = field(default_factory=dict)
    handoff: Json | None = None


def answering(task: Task) -> Answering:
    """The default: the message is answered like the last one of the branch.

    Args:
        task: with its agent and head. Costs a query if the person has switched to another agent.
    """
    return Answering(next_agent(task))


def next_agent(task: Task) -> Agent:
    """The agent that the next message goes to: the one that was chosen last, or the task's own."""
    return task.agent if task.head is None else agent_of_turn(task, task.head)


def agent_of_turn(task: Task, turn: Turn) -> Agent:
    """The agent that answers a turn of the task. A query if the person chose another than the task's own."""
    name = turn.choices.get("agent", task.agent_id)
    return task.agent if name == task.agent_id else Agent.objects.get(pk=name)


def stored_choices(task: Task, how: Answering) -> StoredChoices:
    """What to store with a turn that follows the head. The agent is stored once a branch has switched agents.

    The choices are stored with the chat as well: this changes ``task.choices`` but does not save it.
    """
    was_named = task.head is not None and "agent" in task.head.choices
    named = {"agent": how.agent.pk} if was_named or how.agent.pk != task.agent_id else {}
    if how.chosen is not None:
        task.choices = {**task.choices, how.agent.pk: how.chosen}
    handoff = {"from": how.before, "to": how.agent.title} if how.before else None
    return StoredChoices(_fields(task, how.agent, named, how.instructions), handoff)


def stored_choices_again(turn: Turn) -> StoredChoices:
    """What to store with another version of a turn: the same agent, with the chat's current choices.

    Args:
        turn: with its task.
    """
    named = {"agent": turn.choices["agent"]} if "agent" in turn.choices else {}
    agent = Agent.objects.get(pk=named.get("agent", turn.task.agent_id))
    row = turn.messages.filter(kind=Message.Kind.HANDOFF, author=Message.Author.USER).first()
    return StoredChoices(_fields(turn.task, agent, named), row.data if row is not None else None)


def _fields(task: Task, agent: Agent, named: Json, instructions: str = "") -> Json:
    choices = {**named, **still_allowed(agent.declared, task.choices.get(agent.pk, {}))}
    if agent.declared.get("memory") and not task.is_temporary and is_on(task.owner_id):
        choices[MEMORY] = True
    given = ""
    if agent.declared.get("instructions"):
        given = "\n\n".join(filter(None, (_instructions(task), instructions)))
    return {"choices": choices, "instructions": given}


def _instructions(task: Any) -> str:
    """The owner's instructions. Some queries have loaded them with the task already (actions/access.py)."""
    known: str | None = getattr(task, "instructions", None)
    return instructions_of(task.owner_id) if known is None else known.strip()


def handoff_message(turn: Turn, handoff: dict[str, Any]) -> Message:
    """Adds the message that shows the handoff to the chosen agent, below the person's message."""
    row = Message(
        pk=uuid.uuid5(turn.pk, "named"),
        turn=turn,
        position=below(OPENING, 0),
        author=Message.Author.USER,
        kind=Message.Kind.HANDOFF,
        content=f"{handoff['from']} → {handoff['to']}",
        data={"from": handoff["from"], "to": handoff["to"]},
        agent_name=handoff["to"],
        finished_at=timezone.now(),
    )
    row.save(force_insert=True)
    return row
