"""A person's message, as the signal RECEIVE_EVENT brings it to a task's workflow. Standard library only."""

from dataclasses import dataclass, field

from agentex_web.turns.contents import TextContent
from agentex_web.turns.task_payloads import AgentexSdkNames, TaskRef


@dataclass
class AttachmentRef:
    """A file attached to a message. Its bytes stay in the record: Temporal limits payloads to 2 MB."""

    id: str
    name: str
    content_type: str


@dataclass
class Choices:
    """A person's choices for the answer to one message. For an empty field, the agent's file decides.

    Attributes:
        agent: the name of the file whose agent answers; empty for the task's own agent.
        effort: how long the model thinks.
        without: the names of the tools that the person switched off.
        instructions: the person's custom instructions for all agents.
        memory: what is remembered about the person; None if the agent may not remember anything.
    """

    agent: str = ""
    model: str = ""
    effort: str = ""
    temperature: float | None = None
    without: list[str] = field(default_factory=list)
    instructions: str = ""
    memory: str | None = None


@dataclass
class Continuation:
    """Continues a turn whose answer was cut at the length limit (turns/continuing.py).

    Attributes:
        number: how often the turn has been continued, counting this time, from 1.
        message: the id of the message that was cut; the new text is appended to it.
        agent: the name of the agent that was speaking.
        started: how many activities and child workflows the turn has already started. New paths are numbered
            after them.
        instructions: the instructions of an agent that is not in the agent's file, because the turn's code
            created it; None for an agent of the file.
        model: the model of such an agent; empty for the default.
    """

    number: int
    message: str
    agent: str
    started: int = 0
    instructions: str | None = None
    model: str = ""


@dataclass
class Event:
    """One message from a person. Its id is also the id of the turn that it opens."""

    id: str
    content: TextContent
    parent: str | None = None
    """The id of the turn before it; None for the task's first turn."""
    attachments: list[AttachmentRef] = field(default_factory=list)
    choices: Choices | None = None
    """None if the person chose nothing."""
    continues: Continuation | None = None
    """Set if the turn ended with a cut answer and is now to be continued."""

    # Attributes that agentex-sdk has. Without annotations they are not dataclass fields, so they stay out of
    # the payload.
    task_id = ""
    agent_id = ""
    sequence_id = 0
    created_at = None


@dataclass
class SendEventParams(AgentexSdkNames):
    """The argument of the signal RECEIVE_EVENT."""

    task: TaskRef
    event: Event

    def __post_init__(self) -> None:
        self.event.task_id, self.event.agent_id = self.task.id, self.task.agent
