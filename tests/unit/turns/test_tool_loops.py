"""The event loops on which tools run."""

import asyncio

import pytest

from agentex_web.turns import tool_loops
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


def test_an_interrupt_after_the_end_of_a_function_still_ends_its_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Interrupted(tool_loops.Future[None]):
        def set_result(self, _result: None) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(tool_loops, "Future", Interrupted)
    with pytest.raises(tool_loops.ToolExit):
        tool_loops.ToolThreads().submit(lambda: None).result(timeout=10)
