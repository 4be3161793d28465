"""The event loops on which tools run."""

import asyncio

from agentex_web.turns.tool_loops import ToolLoop


async def test_a_late_interrupt_ends_no_loop() -> None:
    loop = ToolLoop()

    async def interrupted() -> None:
        running = asyncio.get_running_loop()

        def between_two_callbacks() -> None:
            del running._run_once  # type: ignore[attr-defined]
            raise MemoryError

        running._run_once = between_two_callbacks  # type: ignore[attr-defined]

    await loop.run(interrupted())
    # It takes one more turn to get there.
    await asyncio.wait_for(loop.run(asyncio.sleep(0)), 30)
    assert await loop.responds()
