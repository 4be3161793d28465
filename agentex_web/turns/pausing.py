"""Pausing a chat: running calls finish, and no new call starts until it is resumed."""

from dataclasses import dataclass

from temporalio import workflow

from agentex_web.turns.turn_signals import TurnSignals


@dataclass
class Gate:
    """Each model call and tool call waits here while the chat is paused.

    Attributes:
        is_paused: True while calls must wait.
        is_signalled: True once a signal has paused or resumed the chat in this run of the workflow.
    """

    is_paused: bool = False
    is_signalled: bool = False

    async def opened(self) -> None:
        """Waits while the chat is paused. A Stop cancels the running turn, and so ends the wait."""
        if self.is_paused:
            await workflow.wait_condition(lambda: not self.is_paused)

    async def opened_for(self, signals: TurnSignals) -> None:
        """Waits before a turn begins: while the chat is paused and the turn neither stopped nor withdrawn."""
        if self.is_paused:
            await workflow.wait_condition(lambda: not self.is_paused or signals.unwanted)
