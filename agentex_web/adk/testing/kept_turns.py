"""Turns, as the in-memory record keeps them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from agentex_web.adk.testing.kept_messages import Json, KeptMessage, Kind, ToolUse
from agentex_web.turns.contents import Author
from agentex_web.turns.event import AttachmentRef, Choices, Continuation

if TYPE_CHECKING:
    from agentex_web.adk.testing.record import Record

TurnStatus = Literal["pending", "queued", "running", "done", "interrupted", "failed", "withdrawn"]
OPEN = ("pending", "queued", "running")


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
        last_agent: the agent that spoke last, as after a handoff; empty until the turn has ended, and if the
            workflow does not ask for the last agent.
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
