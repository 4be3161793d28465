"""What the API sends: the JSON objects of its answers. Their fields are a promise; see docs/api.md."""

import uuid
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field

Item = TypeVar("Item")
Json = dict[str, Any]
TurnStatus = Literal["pending", "queued", "running", "done", "interrupted", "failed", "withdrawn"]
MessageStatus = Literal["pending", "streaming", "done", "interrupted", "failed"]
MessageKind = Literal[
    "text", "reasoning", "tool_request", "tool_response", "handoff", "approval", "form", "wait", "error"
]
Action = Literal["approve", "reject", "answer", "submit", "skip", "end"]


class Problem(BaseModel):
    """An error, as RFC 9457 describes it. Compare ``code``; ``detail`` is for people and may change."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[Json] = Field(default=[], description="What is wrong with which field of the request.")


class Page(BaseModel, Generic[Item]):
    """A part of a list. ``next`` goes into ``after`` of the next request; it is null in the last part."""

    data: list[Item]
    next: str | None


class Choice(BaseModel):
    name: str
    title: str


class ToolChoice(Choice):
    help: str = ""


class Choices(BaseModel):
    """What may be chosen for a message to the agent. Empty lists and null: nothing."""

    models: list[Choice]
    efforts: list[str]
    temperature: list[float] | None = Field(description="The lowest and the highest.")
    tools: list[ToolChoice]


class Agent(BaseModel):
    name: str
    title: str
    description: str
    starters: list[str] = Field(description="Suggested first messages.")
    model: str = Field(description="The model that its file names; empty for the site's default.")
    available: bool = Field(description="False while no worker runs it.")
    parameters: Json | None = Field(description="JSON Schema of a new task's parameters; null for none.")
    choices: Choices


class Turn(BaseModel):
    """One message of a person and everything that the agent does about it. It has that message's id."""

    id: uuid.UUID
    task_id: uuid.UUID
    parent_id: uuid.UUID | None = Field(description="The turn before it.")
    status: TurnStatus
    attempt: int = Field(description="Number of the latest attempt of its latest model call.")
    error: str = Field(description="Why it failed or is being tried again.")
    retry_at: datetime | None = Field(description="Time of the next attempt.")
    stop_requested: bool
    usage: Json = Field(description="Tokens: input, cached, output, reasoning.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Task(BaseModel):
    """One conversation with one agent."""

    id: uuid.UUID
    agent: str
    title: str
    status: Literal["open", "completed", "failed"] = Field(description="Ended by its agent, unless open.")
    pinned: bool
    archived: bool
    temporary: bool
    parameters: Json
    turn: Turn | None = Field(description="The last turn of the conversation.")
    url: str = Field(description="Its page, relative to the site.")
    created_at: datetime
    updated_at: datetime


class Attached(BaseModel):
    """A file of a message."""

    id: uuid.UUID
    name: str
    content_type: str
    size: int | None


class Message(BaseModel):
    """One thing that a person sees in a turn."""

    id: uuid.UUID
    task_id: uuid.UUID
    turn_id: uuid.UUID
    position: str = Field(description="Its place in the turn, compared as text.")
    author: Literal["user", "agent", "system"]
    kind: MessageKind
    status: MessageStatus
    content: str = Field(description="Markdown; for a tool, its arguments or its result as received.")
    error: str
    agent_name: str
    tool_name: str
    tool_call_id: str
    parent_tool_call_id: str = Field(description="Of a message inside a tool call, such as an agent's.")
    attempt: int
    attachments: list[Attached]
    usage: Json
    started_at: datetime | None
    finished_at: datetime | None


class Wait(BaseModel):
    """Something that a turn waits for. Its card is the message with the same id."""

    id: uuid.UUID
    task_id: uuid.UUID
    turn_id: uuid.UUID
    kind: Literal["approval", "form", "timer", "event"]
    status: Literal["waiting", "decided", "expired", "cancelled"]
    title: str
    agent_name: str
    text: str = Field(description="What the person reads besides the title.")
    arguments: Any = Field(description="Of the tool call that needs an approval.")
    json_schema: Json | None = Field(description="Of a form's answer, or of the tool call's arguments.")
    errors: Json = Field(description="Why the agent's code refused the last answer to a form, by field.")
    actions: list[Action] = Field(description="What this person may do about it now.")
    may_change_arguments: bool
    may_always_allow: bool
    group: str = Field(description="Whose members decide; empty for the owner of the task.")
    people: int = Field(description="How many different people must approve.")
    decision: Json | None
    deadline: datetime | None
    created_at: datetime
    decided_at: datetime | None


class File(Attached):
    """An uploaded file."""

    size: int
    note: str = Field(description="What was left out or replaced when it was read.")
    message_id: uuid.UUID | None = Field(description="The message that it was sent with; null until then.")
    created_at: datetime


class SentMessage(BaseModel):
    """A message that was accepted.

    ``messages`` has the person's message; with ``wait``, all messages of the turn so far. ``settled`` is true
    if the turn has ended or waits for a person.
    """

    turn: Turn
    messages: list[Message]
    waits: list[Wait] = Field(description="What waits for a decision now.")
    settled: bool


class NewTask(Task):
    """A task that was created; ``messages`` is empty if it has no message yet."""

    messages: list[Message]
