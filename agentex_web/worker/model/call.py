"""One model call, and the ids and positions of its messages."""

import time
import uuid
from dataclasses import dataclass, field

from agentex_web.call_items import is_own_call
from agentex_web.positions import below
from agentex_web.tasks.message_ids import model_message_id, tool_message_id
from agentex_web.tasks.models import Message
from agentex_web.turns.activity_context import ActivityContext
from agentex_web.turns.options import HEARTBEAT
from agentex_web.worker.model.continuing import CutMessage
from agentex_web.worker.model.drafts import Draft


@dataclass(frozen=True)
class Call:
    """A model call as Temporal identifies it; ``id`` is the same for each attempt.

    Attributes:
        structured: the call asks for JSON.
        hidden_tools: functions whose calls are not shown as tool calls, such as handoffs.
        cut: the message that the answer continues; None for a new answer.
    """

    context: ActivityContext
    run_id: str
    activity_id: str
    attempt: int
    structured: bool = False
    hidden_tools: frozenset[str] = frozenset()
    cut: CutMessage | None = None
    began: float = field(default_factory=time.time)
    """When Temporal handed out the attempt, in seconds since 1970."""

    @property
    def may_be_lost(self) -> bool:
        """Whether the call has lasted so long that Temporal may have given it to another worker.

        Uses the wall clock, which also runs while the process is suspended; monotonic clocks may not.
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
        """Computed once per draft, because it is needed for each token."""
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
        """Whether an output item is shown as a message while it streams."""
        if not is_own_call(item):
            return True
        return getattr(item, "name", "") not in self.hidden_tools and not self.context.holds_tools
