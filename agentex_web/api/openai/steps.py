"""What happens in a turn, as far as a response shows it."""

import uuid
from dataclasses import dataclass

from agentex_web.api.openai.state import TurnState
from agentex_web.tasks.models import Message


@dataclass(frozen=True)
class Began:
    """A text or reasoning begins."""

    message: Message


@dataclass(frozen=True)
class Said:
    """The text that a message goes on with."""

    message: uuid.UUID
    text: str


@dataclass(frozen=True)
class Restarted:
    """What was said in the message is no longer true: it begins again, with this text."""

    message: uuid.UUID
    text: str


@dataclass(frozen=True)
class Finished:
    """The text or reasoning is complete, and its row is committed."""

    message: Message


@dataclass(frozen=True)
class Withdrawn:
    """The message does not belong to the answer any more. Comes at the end of the turn."""

    message: uuid.UUID


@dataclass(frozen=True)
class Called:
    """The agent calls one of its tools."""

    request: Message


@dataclass(frozen=True)
class Returned:
    """The tool has returned or failed; ``response`` is None if it has no result of its own."""

    request: Message
    response: Message | None


@dataclass(frozen=True)
class Ended:
    """The turn has ended, or waits for a person. The last step."""

    state: TurnState


Step = Began | Said | Restarted | Finished | Withdrawn | Called | Returned | Ended
