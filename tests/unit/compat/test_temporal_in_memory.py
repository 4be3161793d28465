"""agentex_web/compat/temporal_in_memory.py is needed while temporalio workers cannot use another core
implementation."""

import inspect

import temporalio.bridge.worker
import temporalio.worker
from temporalio import activity

from agentex_web.compat.temporal_in_memory import in_memory_client, in_memory_worker


@activity.defn(name="named")
async def to_be_named() -> None: ...


async def test_a_worker_takes_the_core_that_it_is_given() -> None:
    class Core:
        async def validate(self) -> None:
            raise ConnectionRefusedError("the core was asked")

    worker = in_memory_worker(
        in_memory_client("in-memory"), Core(), task_queue="queue", activities=[to_be_named]
    )
    try:
        await worker.run()
    except ConnectionRefusedError as asked:
        assert str(asked) == "the core was asked"
    else:
        raise AssertionError("the worker ran on another core")


def test_temporalio_offers_no_worker_on_another_core() -> None:
    parameters = inspect.signature(temporalio.worker.Worker.__init__).parameters
    assert not {"bridge_worker", "core", "core_worker"} & parameters.keys()
    assert "client" in inspect.signature(temporalio.bridge.worker.Worker.create).parameters
