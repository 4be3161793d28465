"""What a turn gets from earlier turns and passes on, besides items: the run context and the last agent."""

from typing import Any

from temporalio import workflow

from agentex_web.compat.handoff_targets import reachable
from agentex_web.turns.conversation import Conversation
from agentex_web.turns.record_payloads import TurnMemory
from agentex_web.turns.run_context import ContextMaker, restored, stored
from agentex_web.turns.task_payloads import TaskRef
from agents import Agent

PATCH_LAST_AGENT = "last-agent"
"""Temporal patch id. Before the patch, each message went to the first agent."""


class Memory:
    """The memory of one turn."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._context: Any = None
        self._keeps_last_agent = False

    async def context(self, maker: ContextMaker | None, task: TaskRef) -> Any:
        """Returns the chat's run context as earlier turns left it; None without a maker.

        Raises:
            BadContext: the context cannot be stored, or the stored one no longer fits its class.
        """
        if maker is not None and self._context is None:
            fresh = maker.fresh(task)
            before = (await self._conversation.memory_before()).context
            self._context = fresh if before is None else restored(before, fresh)
            # A context that cannot be stored should fail here, before a model call costs money.
            stored(self._context)
        return self._context

    async def last_agent(self, first: Agent[Any]) -> Agent[Any]:
        """Returns the agent that spoke last in earlier turns, among ``first`` and the agents that it can hand
        over to; ``first`` if there is none.
        """
        if not first.handoffs:
            return first
        self._keeps_last_agent = True
        if self._conversation.is_first or not workflow.patched(PATCH_LAST_AGENT):
            return first
        name = (await self._conversation.memory_before()).last_agent
        return next((each for each in reachable(first) if each.name == name), first)

    async def load(self) -> None:
        """Loads the memory that the turn stored when it ended with a cut answer, so that its continuation
        does not lose it.
        """
        self._keeps_last_agent = True
        await self._conversation.memory_before()

    def update(self) -> TurnMemory:
        """Returns what later turns get, and keeps it for the next turn of this workflow.

        Raises:
            BadContext: the run context holds a value that cannot be stored.
        """
        before = self._conversation.known_memory_before
        spoke = self._conversation.progress.speaker.name if self._keeps_last_agent else ""
        context = before.context if self._context is None else stored(self._context)
        memory = self._conversation.memory = TurnMemory(spoke or before.last_agent, context)
        return memory
