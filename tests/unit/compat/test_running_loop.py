"""agentex_web/compat/running_loop.py is needed while asyncio refuses a second event loop in a thread."""

import asyncio

import pytest

from agentex_web.compat.running_loop import no_running_loop


async def one() -> int:
    return 1


async def test_asyncio_refuses_a_second_loop_in_a_thread() -> None:
    refused = one()
    with pytest.raises(RuntimeError, match="running event loop"):
        asyncio.run(refused)
    refused.close()


async def test_the_code_of_the_block_may_run_a_loop_of_its_own() -> None:
    own = asyncio.get_running_loop()
    with no_running_loop():
        loop = asyncio.new_event_loop()
        try:
            assert loop.run_until_complete(one()) == 1
        finally:
            loop.close()
    assert asyncio.get_running_loop() is own
