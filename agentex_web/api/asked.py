"""What the API is sent: the JSON objects of its requests. Unknown fields are refused."""

import uuid
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Json = dict[str, Any]
Stripped = Annotated[str, StringConstraints(strip_whitespace=True)]
TITLE_LENGTH = 200
NAME_LENGTH = 100


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ChoicesAsked(Asked):
    """Choices for this message and those after it. What is left out is as in the agent's file."""

    model: str = Field("", max_length=200)
    effort: str = Field("", max_length=40)
    temperature: float | None = Field(None, allow_inf_nan=False)
    without: list[str] = Field([], max_length=200, description="Names of tools that the agent may not use.")


class NewMessage(Asked):
    """A message. It needs text or attachments."""

    id: uuid.UUID | None = Field(None, description="Chosen by you: the same id twice is the same message.")
    content: str = ""
    attachments: list[uuid.UUID] = Field([], max_length=1_000, description="Ids of uploaded files.")
    agent: str = Field("", max_length=NAME_LENGTH, description="Another agent that is to answer.")
    choices: ChoicesAsked | None = None


class FirstMessage(Asked):
    """The first message of a task. It needs text or attachments."""

    content: str = ""
    attachments: list[uuid.UUID] = Field([], max_length=1_000, description="Ids of uploaded files.")


class NewTaskAsked(Asked):
    id: uuid.UUID | None = Field(
        None, description="Chosen by you: the same id twice is the same task. Its first message has it too."
    )
    agent: str = Field(max_length=NAME_LENGTH)
    title: Stripped = Field("", max_length=TITLE_LENGTH, description="By default the message's first words.")
    parameters: Json = Field({}, description="As the agent's `parameters` describe them.")
    choices: ChoicesAsked | None = None
    temporary: bool = Field(False, description="Not listed, and deleted some time after its last message.")
    message: FirstMessage | None = None


class TaskChanges(Asked):
    """What is left out stays."""

    title: Stripped | None = Field(None, min_length=1, max_length=TITLE_LENGTH)
    pinned: bool | None = None
    archived: bool | None = None


class StopAsked(Asked):
    undo: bool = Field(False, description="Also undo what the running turn has done.")


class Approve(Asked):
    action: Literal["approve"]
    arguments: Json | None = Field(None, description="All arguments of the call, if they are changed.")
    always: bool = Field(False, description="Never ask again for this tool in this task.")


class Reject(Asked):
    action: Literal["reject"]
    reason: str = Field("", max_length=2_000, description="The agent is told.")


class AnswerCall(Asked):
    """Answers in the tool's place: the tool is not called, and the agent gets this result."""

    action: Literal["answer"]
    output: str = Field(max_length=100_000)


class Submit(Asked):
    """Answers a form."""

    action: Literal["submit"]
    values: Json


class Skip(Asked):
    """Leaves a form unanswered, if its `actions` allow that."""

    action: Literal["skip"]


class End(Asked):
    """Ends a timer early."""

    action: Literal["end"]


DecisionAsked = Annotated[Approve | Reject | AnswerCall | Submit | Skip | End, Field(discriminator="action")]
