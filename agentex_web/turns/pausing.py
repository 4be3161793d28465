"""A chat that is paused: what runs ends, and nothing new starts until it goes on."""

from dataclasses import dataclass

from temporalio import workflow


@dataclass
class Gate:
    """What each call of a model or a tool waits at.

    Attributes:
        is_paused: nothing passes.
    """

    is_paused: bool = False

    async def opened(self) -> None:
        """Waits as long as the chat is paused. A Stop ends the wait."""
        if self.is_paused:
            await workflow.wait_condition(lambda: not self.is_paused)
