"""agentex_web/compat/plain_tools.py is needed while a workflow's event loop has no threads."""

import asyncio
import threading

import pytest
from temporalio.worker._workflow_instance import _WorkflowInstanceImpl

from agentex_web.compat.plain_tools import run_inline


def test_a_workflows_loop_runs_nothing_in_threads() -> None:
    assert _WorkflowInstanceImpl.run_in_executor is asyncio.AbstractEventLoop.run_in_executor


async def test_a_plain_function_runs_where_it_is_called() -> None:
    run_inline(asyncio.get_running_loop())
    assert await asyncio.to_thread(threading.get_ident) == threading.get_ident()


async def test_what_a_plain_function_raises_reaches_its_caller() -> None:
    def fail() -> None:
        raise LookupError("no such word")

    run_inline(asyncio.get_running_loop())
    with pytest.raises(LookupError, match="no such word"):
        await asyncio.to_thread(fail)
