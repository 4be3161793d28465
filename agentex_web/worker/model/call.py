"""One model call, and where the messages stand that come of it."""

import time
import uuid
from dataclasses import dataclass, field

from agentex_web.call_items import is_own_call
from agentex_web.positions import below
from agentex_web.tasks.message_ids import model_message_id, tool_message_id
from agentex_web.tasks.models import Message
from agentex_web.turns.context import RunContext
from agentex_web.turns.options import HEARTBEAT
from agentex_web.worker.model.continuing import CutMessage
from agentex_web.worker.model.drafts import Draft


@dataclass(frozen=True)
class Call:
    """A model call as Temporal names it: the same for each attempt.

    Attributes:
        structured: it was asked to answer in JSON.
        hidden_tools: names of functions whose calls are shown in another way (handoffs).
        cut: the message that the answer goes on with; None for an answer of its own.
    """

    context: RunContext
    run_id: str
    activity_id: str
    attempt: int
    structured: bool = False
    hidden_tools: frozenset[str] = frozenset()
    cut: CutMessage | None = None
    began: float = field(default_factory=time.time)
    """When Temporal gave the attempt away, in seconds since 1970."""

    @property
    def may_be_lost(self) -> bool:
        """Whether it lasts so long that Temporal may have given it to another worker meanwhile.

        By the wall's clock: a process that is paused does not hear the other ones tick.
        """
        return time.time() - self.began > HEARTBEAT.total_seconds() / 2

    @property
    def id(self) -> str:
        return str(uuid.uuid5(uuid.UUID(self.run_id), self.activity_id))

    @property
    def task_id(self) -> uuid.UUID:
        return uuid.UUID(self.context.task_id)

    @property
    def turn_id(self) -> uuid.UUID:
        return uuid.UUID(self.context.turn_id)

    def message_id(self, draft: Draft) -> uuid.UUID:
        """Made once for each draft: it is asked for with each token."""
        if draft.message_id is None:
            draft.message_id = self._message_id(draft)
        return draft.message_id

    def _message_id(self, draft: Draft) -> uuid.UUID:
        if draft.kind == Message.Kind.TOOL_REQUEST and not draft.is_unnamed:
            return tool_message_id(self.turn_id, draft.tool_call_id, draft.kind)
        return model_message_id(self.run_id, self.activity_id, draft.index)

    def position(self, draft: Draft) -> str:
        return below(self.context.path, draft.index)

    def shows(self, item: object) -> bool:
        """Whether an output item becomes a message as it streams."""
        if not is_own_call(item):
            return True
        return getattr(item, "name", "") not in self.hidden_tools and not self.context.holds_tools
