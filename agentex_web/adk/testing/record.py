"""The in-memory record of a chat: the same turns and messages that a page would show."""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from temporalio.exceptions import ApplicationError

from agentex_web.adk.testing.kept_messages import Json, KeptMessage, Streamed
from agentex_web.adk.testing.kept_turns import KeptTurn
from agentex_web.memory import from_summary, refused_call
from agentex_web.positions import END, OPENING, after, below
from agentex_web.turns.event import AttachmentRef, Choices
from agentex_web.turns.record_payloads import WriteSpan
from agentex_web.turns.schedule_payloads import PlannedRuns
from agentex_web.turns.task_payloads import TaskInfo
from agentex_web.turns.wait_payloads import OpenWait, Outcome


@dataclass
class MadeChat:
    """A chat with another agent that the agent created, and the messages that it sent there, by their ids."""

    task: TaskInfo
    messages: dict[str, str] = field(default_factory=dict)


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


class Record:
    """The record of one task.

    Attributes:
        state: the task's state, with ``state_version``.
        spans: the last written version of each span, by id.
        made: the chats with other agents that the agent created (adk.acp), by id.
        streamed: every piece of streamed text, in order.
        waits: the waits of all turns, by id, in order.
        allowed_tools: the tools that need no approval in this chat.
        memories: what the agent has remembered with adk.memory_tools, by number.
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
        self.memories: dict[int, str] = {}
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


class OnRecord:
    """Activities that work on a record.

    Args:
        record: the record that they write to.
    """

    def __init__(self, record: Record) -> None:
        self._record = record

    def _check_task(self, task_id: str) -> None:
        if task_id != self._record.task_id:
            raise ApplicationError(f"This test has no task {task_id}.", non_retryable=True)
