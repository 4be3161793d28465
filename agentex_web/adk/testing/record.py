"""The in-memory record of a chat: the same turns and messages that a page would show."""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from agentex_web.memory import from_summary, refused_call
from agentex_web.positions import END, OPENING, after, below
from agentex_web.turns.event import AttachmentRef, Choices, Continuation
from agentex_web.turns.record_payloads import WriteSpan
from agentex_web.turns.schedule_payloads import PlannedRuns
from agentex_web.turns.task_payloads import TaskInfo
from agentex_web.turns.wait_payloads import OpenWait, Outcome

Json = dict[str, Any]
Author = Literal["user", "agent", "system"]
Kind = Literal[
    "text", "reasoning", "tool_request", "tool_response", "handoff", "approval", "form", "wait", "error"
]
MessageStatus = Literal["pending", "streaming", "done", "interrupted", "failed"]
TurnStatus = Literal["pending", "queued", "running", "done", "interrupted", "failed", "withdrawn"]

OPEN = ("pending", "queued", "running")


@dataclass
class KeptMessage:
    """A message as a page shows it.

    Attributes:
        position: orders the messages of a turn (agentex_web/positions.py).
        content: Markdown, or a tool call's arguments as JSON.
        tool_call_id: the id of the call, for a tool's request and its response.
        parent_tool_call_id: set if an agent used as a tool wrote the message: the id of that tool call.
        error: why the message failed.
        attempt: the attempt of the model or tool call, from 1.
        call: the id of the model call that wrote the message; empty if no model did.
        usage: the tokens of that call, set on the call's last message.
    """

    id: str
    turn_id: str
    position: str
    author: Author
    kind: Kind
    status: MessageStatus
    content: str = ""
    agent_name: str = ""
    tool_name: str = ""
    tool_call_id: str = ""
    parent_tool_call_id: str = ""
    error: str = ""
    attempt: int = 1
    call: str = ""
    data: Json = field(default_factory=dict)
    usage: dict[str, int] = field(default_factory=dict)

    @property
    def opens_turn(self) -> bool:
        """True for the person's message."""
        return self.position == OPENING


@dataclass
class MadeChat:
    """A chat with another agent that the agent created, and the messages that it sent there, by their ids."""

    task: TaskInfo
    messages: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ToolUse:
    """A tool call and its result.

    Attributes:
        arguments: as the model wrote them: JSON for a function tool, any text for a custom tool.
        output: the output that the model got; None without one.
        status: the status of the request; ``failed`` also if the response has failed.
    """

    name: str
    arguments: str
    output: str | None
    status: MessageStatus
    tool_call_id: str
    agent_name: str
    attempt: int


@dataclass
class KeptWait:
    """What a turn waits for, or waited for.

    Attributes:
        asked: the request, with its kind, title and payload.
        outcome: the status (``waiting``, ``decided``, ``expired`` or ``cancelled``) and the decision.
        workflow_id: the workflow that waits.
        deadline: when it expires; None if never.
    """

    id: str
    asked: OpenWait
    outcome: Outcome
    workflow_id: str
    deadline: datetime | None = None

    @property
    def is_waiting(self) -> bool:
        """True until the wait is decided, has expired or was cancelled."""
        return self.outcome.status == "waiting"


@dataclass(frozen=True)
class Streamed:
    """A piece of a message, as it would have reached the page."""

    message_id: str
    turn_id: str
    text: str


@dataclass
class KeptTurn:
    """A turn: one message of a person, and everything that the agent does about it.

    The object changes while the agent works.

    Attributes:
        parent: the id of the turn that it follows; None for the first.
        files: the files that were sent with the message.
        error: why the turn failed, in a sentence for people; while it is being retried, why the last attempt
            failed.
        items: the SDK input items that the turn added to the conversation.
        usage: numbers of tokens: input, cached, output, reasoning.
        attempt: the attempt of the model call, or of another activity without a message, from 1.
        summary: replaces all earlier turns in the model's input; empty if they are not summarised.
        cut: the answer that was cut at the length limit and can be continued; empty if there is none.
        continuation: the last continuation of the turn; None if it was never continued.
        left_out: ``message`` or ``results`` if the model refused that, so that later turns do not get it.
        choices: the person's choices for the answer.
    """

    id: str
    parent: str | None
    record: "Record" = field(repr=False)
    files: list[AttachmentRef] = field(default_factory=list)
    status: TurnStatus = "pending"
    error: str = ""
    items: list[Json] = field(default_factory=list)
    usage: dict[str, int] = field(default_factory=dict)
    attempt: int = 1
    left_out: str = ""
    last_agent: str = ""
    context: Any = None
    summary: str = ""
    choices: Choices | None = None
    cut: Json = field(default_factory=dict)
    continuation: Continuation | None = None
    cut_text: str = ""
    """The text of the cut answer before it was continued."""

    @property
    def agent(self) -> str:
        """The name of the file whose agent answers."""
        return (self.choices and self.choices.agent) or self.record.agent

    @property
    def continued(self) -> int:
        """How often the turn was continued after a cut answer."""
        return self.continuation.number if self.continuation else 0

    @property
    def is_open(self) -> bool:
        """True until the turn has ended."""
        return self.status in OPEN

    @property
    def messages(self) -> list[KeptMessage]:
        """The turn's messages in order, the person's first."""
        return self.record.messages_of(self.id)

    @property
    def said(self) -> list[tuple[Author, Kind, str]]:
        """Author, kind and content of each message, for short comparisons."""
        return [(each.author, each.kind, each.content) for each in self.messages]

    @property
    def answer(self) -> str:
        """The last text of an agent; empty without one. Agents used as tools do not count."""
        texts = [
            each.content
            for each in self.messages
            if each.author == "agent" and each.kind == "text" and not each.parent_tool_call_id
        ]
        return texts[-1] if texts else ""

    @property
    def tools(self) -> list[ToolUse]:
        """The turn's tool calls, in order."""
        responses = {each.tool_call_id: each for each in self.messages if each.kind == "tool_response"}
        found = []
        for request in self.messages:
            if request.kind != "tool_request":
                continue
            response = responses.get(request.tool_call_id)
            failed = response is not None and response.status == "failed"
            found.append(
                ToolUse(
                    request.tool_name,
                    request.content,
                    response.content if response is not None else None,
                    "failed" if failed else request.status,
                    request.tool_call_id,
                    request.agent_name,
                    request.attempt,
                )
            )
        return found

    @property
    def streamed(self) -> str:
        """All text that was streamed to the page, including tool arguments."""
        return "".join(each.text for each in self.record.streamed if each.turn_id == self.id)


class Record:
    """The record of one task.

    Attributes:
        state: the task's state, with ``state_version``.
        spans: the last written version of each span, by id.
        made: the chats with other agents that the agent created (adk.acp), by id.
        streamed: every piece of streamed text, in order.
        waits: the waits of all turns, by id, in order.
        allowed_tools: the tools that need no approval in this chat.
        shown: the last turn of the branch that is shown.
    """

    def __init__(self, task_id: str, agent: str, owner: str, parameters: Json | None = None) -> None:
        self.task_id = task_id
        self.agent = agent
        self.owner = owner
        self.parameters = parameters or {}
        self.title = ""
        self.status: Literal["open", "completed", "failed"] = "open"
        self.state: Json = {}
        self.state_version = 0
        self.turns: dict[str, KeptTurn] = {}
        self.messages: dict[str, KeptMessage] = {}
        self.streamed: list[Streamed] = []
        self.spans: dict[str, WriteSpan] = {}
        self.made: dict[str, MadeChat] = {}
        self.waits: dict[str, KeptWait] = {}
        self.allowed_tools: set[str] = set()
        self.events: dict[str, list[Any]] = {}
        self.schedules: dict[str, PlannedRuns] = {}
        self.shown: str | None = None

    def open_turn(
        self,
        turn_id: str,
        content: str,
        parent: str | None,
        files: list[AttachmentRef] | None = None,
        choices: Choices | None = None,
    ) -> KeptTurn:
        """Adds a turn with a person's message."""
        turn = self.turns[turn_id] = KeptTurn(turn_id, parent, self, files=files or [], choices=choices)
        self.put(KeptMessage(turn_id, turn_id, OPENING, "user", "text", "done", content))
        self.shown = turn_id
        return turn

    def put(self, message: KeptMessage) -> None:
        """Writes a message; an existing one keeps its position."""
        if (known := self.messages.get(message.id)) is not None:
            message.position = known.position
        self.messages[message.id] = message

    def messages_of(self, turn_id: str) -> list[KeptMessage]:
        own = (each for each in self.messages.values() if each.turn_id == turn_id)
        return sorted(own, key=lambda each: each.position)

    def forget(self, messages: Sequence[KeptMessage]) -> None:
        for each in messages:
            del self.messages[each.id]

    def cancel_waits(self, turn_id: str) -> None:
        """Cancels the waits of a turn that ends, so that they cannot be decided any more."""
        for wait in self.waits.values():
            if wait.asked.turn_id == turn_id and wait.is_waiting:
                wait.outcome.status = "cancelled"
                self.messages[wait.id].status = "interrupted"

    def show_decision(self, wait: KeptWait) -> None:
        """Shows a decision on the card of the wait, and an approval also on the card of its call."""
        self.messages[wait.id].status = "done"
        if wait.asked.kind != "approval":
            return
        turn_id, call, value = wait.asked.turn_id, wait.asked.tool_call_id, wait.outcome.value
        of_call = (each for each in self.messages_of(turn_id) if each.tool_call_id == call)
        request = next(
            (each for each in of_call if each.kind == "tool_request" and "hosted" not in each.data), None
        )
        if request is None:
            return
        refused = refused_call(value, expired=wait.outcome.status == "expired")
        if refused is None:
            request.content = json.dumps(value["arguments"]) if "arguments" in value else request.content
            return
        request.status = "done"
        self.put(
            KeptMessage(
                str(uuid.uuid5(uuid.UUID(turn_id), f"tool_response/{call}")),
                turn_id,
                self.position_after_all(turn_id),
                "agent",
                "tool_response",
                "done" if value.get("verdict") == "answer" else "failed",
                refused,
                request.agent_name,
                request.tool_name,
                call,
                request.parent_tool_call_id,
            )
        )

    def position_after_all(self, turn_id: str) -> str:
        """The position of a new message that no activity has a position for: after all others of the turn."""
        last = [each.position for each in self.messages_of(turn_id) if each.position >= END]
        return after(max(last)) if last else below(END, 1)

    def path(self, last: str | None) -> list[KeptTurn]:
        """The turns from the first one to ``last``."""
        return list(self._walk(last))[::-1]

    def items_up_to(self, last: str | None) -> list[Json]:
        """The SDK input items of the turns up to ``last``; a turn's summary replaces all turns before it."""
        items: list[Json] = []
        for turn in self.path(last):
            items = [*(from_summary(turn.summary) if turn.summary else items), *turn.items]
        return items

    def _walk(self, turn_id: str | None) -> Iterator[KeptTurn]:
        while turn_id is not None:
            turn = self.turns[turn_id]
            yield turn
            turn_id = turn.parent
