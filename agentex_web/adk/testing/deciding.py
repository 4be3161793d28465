"""A person's decisions in a test: approvals, and decisions about other waits."""

from abc import abstractmethod
from typing import Any

from agentex_web.adk.testing.kept_turns import KeptTurn
from agentex_web.adk.testing.record import KeptWait, Record
from agentex_web.adk.testing.temporal.client import InMemoryTemporal
from agentex_web.turns.payloads import SignalName


class Deciding:
    """The part of a ``Chat`` for decisions.

    Attributes:
        record: everything that is stored.
        temporal: the in-memory Temporal.
    """

    record: Record
    temporal: InMemoryTemporal

    @property
    def waiting(self) -> list[KeptWait]:
        """The waits that are not decided yet, the oldest first."""
        return [each for each in self.record.waits.values() if each.is_waiting]

    async def approve(
        self,
        *tools: str,
        arguments: dict[str, Any] | None = None,
        always: bool = False,
        by: str = "",
        wait: bool = True,
    ) -> None:
        """Approves the waiting calls: all of them, or those of the given tools.

        Args:
            arguments: replace the arguments that the model wrote.
            always: later calls of these tools in this chat need no approval.
            by: the user name of the person who decides; by default the owner.
            wait: wait until the turns have ended, or wait again.

        Raises:
            LookupError: no such call waits.
        """
        value: dict[str, Any] = {"verdict": "approve"}
        if arguments is not None:
            value["arguments"] = arguments
        if always:
            self.record.allowed_tools |= {each.asked.title for each in self._approvals(tools)}
        await self._verdict(tools, value, by, wait)

    async def reject(self, *tools: str, reason: str = "", by: str = "", wait: bool = True) -> None:
        """Rejects the waiting calls: all of them, or those of the given tools. The model gets the reason."""
        await self._verdict(tools, {"verdict": "reject", "reason": reason}, by, wait)

    async def answer_for(self, *tools: str, output: str, by: str = "", wait: bool = True) -> None:
        """Answers instead of the tools: they are not called, and the model gets ``output``."""
        await self._verdict(tools, {"verdict": "answer", "output": output}, by, wait)

    async def decide(self, wait: KeptWait, value: dict[str, Any], by: str = "") -> None:
        """Decides one wait of any kind.

        Args:
            value: the decision that the workflow gets.
            by: the user name of the person who decides; by default the owner.

        Raises:
            ValueError: the wait is over already.
        """
        if not wait.is_waiting:
            raise ValueError(f"“{wait.asked.title}” is {wait.outcome.status}.")
        outcome = wait.outcome
        outcome.status, outcome.value, outcome.by = "decided", value, by or self.record.owner
        outcome.at = self.temporal.clock.now.isoformat()
        self.record.show_decision(wait)
        await self.temporal.signal(wait.workflow_id, SignalName.DECIDE, outcome)

    async def _verdict(self, tools: tuple[str, ...], value: dict[str, Any], by: str, wait: bool) -> None:
        chosen = self._approvals(tools)
        for each in chosen:
            await self.decide(each, value, by)
        if wait:
            await self.ended(
                *{each.asked.turn_id: self.record.turns[each.asked.turn_id] for each in chosen}.values()
            )

    def _approvals(self, tools: tuple[str, ...]) -> list[KeptWait]:
        approvals = [each for each in self.waiting if each.asked.kind == "approval"]
        chosen = [each for each in approvals if not tools or each.asked.tool_name in tools]
        if not chosen:
            raise LookupError(f"No call of {', '.join(tools) or 'a tool'} waits for an approval.")
        return chosen

    @abstractmethod
    async def ended(self, *turns: KeptTurn) -> None:
        """Waits until these turns have ended or wait for a person."""
