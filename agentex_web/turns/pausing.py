"""Pausing a chat: running calls finish, and no new call starts until it is resumed."""

from dataclasses import dataclass

from temporalio import workflow


@dataclass
class Gate:
    """Each model call and tool call waits here while the chat is paused.

    Attributes:
        is_paused: True while calls must wait.
    """

    is_paused: bool = False

    async def opened(self) -> None:
        """Waits while the chat is paused. A Stop cancels the running turn, and so ends the wait."""
        if self.is_paused:
            await workflow.wait_condition(lambda: not self.is_paused)
