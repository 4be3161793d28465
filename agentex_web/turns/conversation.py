"""A turn's place in its conversation: what it gets from the turns before it, and what later turns get.

If this turn follows the one that the same workflow served before, both are known here. Otherwise they are
loaded from the record.
"""

from contextlib import AbstractContextManager, nullcontext

from agentex_web.memory import from_summary
from agentex_web.turns import record
from agentex_web.turns.event import Event
from agentex_web.turns.progress import TurnProgress
from agentex_web.turns.record_payloads import AgentMemory, TurnMemory
from agentex_web.turns.scope import outside
from agentex_web.turns.turn_items import Item


class Conversation:
    """What one turn gets from earlier turns, and passes on.

    Args:
        message: the message that opened the turn.
        agent_is_chosen: True if the person chose the agent, so that others may have answered turns before.

    Attributes:
        progress: what the turn has started, said and spent so far.
        memory: what later turns get from this one besides its items; None until it has ended.
    """

    def __init__(self, progress: TurnProgress, message: Event, *, agent_is_chosen: bool) -> None:
        self.memory: TurnMemory | None = None
        self.progress = progress
        self._message = message
        self._agent_is_chosen = agent_is_chosen
        self._previous: Conversation | None = None
        self._items_before: list[Item] | None = None
        self._memory_before: TurnMemory | None = None

    def follow(self, previous: "Conversation | None") -> None:
        """Notes the turn that this workflow served before. If this turn follows it, its items and memory need
        not be loaded from the record.
        """
        self._previous = previous
        if previous is None or previous.progress.turn_id != self._starts_from:
            return
        if previous.has_all_memory and previous.progress.agent == self.progress.agent:
            self._memory_before = previous.memory

    async def items_before(self) -> list[Item]:
        """Returns the items of the turns before this one, or the summary that replaces them."""
        if self.progress.summary:
            return list[Item](from_summary(self.progress.summary))
        if self._items_before is None:
            self._items_before = await self._load_items()
            self._previous = None
        return list(self._items_before)

    async def memory_before(self) -> TurnMemory:
        """Returns what the turns before this one pass on besides their items."""
        if self._memory_before is None:
            self._memory_before = await self._load_memory()
        return self._memory_before

    @property
    def known_memory_before(self) -> TurnMemory:
        """What the turns before this one pass on, if that is known; otherwise empty."""
        return self._memory_before or TurnMemory()

    @property
    def is_first(self) -> bool:
        """True if no turn comes before this one."""
        return self._message.parent is None

    @property
    def has_all_memory(self) -> bool:
        """True if the memory of this turn includes that of the turns before it."""
        return self._memory_before is not None or self.is_first

    def items(self) -> list[Item] | None:
        """The items up to and including this turn; None if only the record knows them."""
        if self._message.continues:
            return None
        before = from_summary(self.progress.summary) if self.progress.summary else self._items_before
        return None if before is None else [*before, *self.progress.items.added]

    @property
    def _starts_from(self) -> str | None:
        """The id of the turn whose items and memory this one starts from. A turn that continues a cut answer
        starts from itself.
        """
        return self.progress.turn_id if self._message.continues else self._message.parent

    async def _load_items(self) -> list[Item]:
        start, previous = self._starts_from, self._previous
        if start is None:
            return []
        if previous is not None and previous.progress.turn_id == start:
            items = previous.items()
            if items is not None:
                return items
        with self._counted_as_in_previous_run("load_items"):
            return await record.load_items(start)

    async def _load_memory(self) -> TurnMemory:
        start = self._starts_from
        if start is None:
            return TurnMemory()
        if self._agent_is_chosen:
            with self._counted_as_in_previous_run("load_agent_memory"):
                return await record.load_agent_memory(AgentMemory(start, self.progress.agent))
        with self._counted_as_in_previous_run("load_memory"):
            return await record.load_memory(start)

    def _counted_as_in_previous_run(self, activity: str) -> AbstractContextManager[None]:
        """If the previous run did not need this read (it had the data in memory), the read must not count as
        a step of the turn: it would shift the paths of the steps after it.
        """
        return nullcontext() if self.progress.steps.had_step(self.progress.next_path, activity) else outside()
