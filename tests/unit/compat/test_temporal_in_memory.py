"""agentex_web/compat/temporal_in_memory.py is needed as long as temporalio offers no worker on another core."""

import inspect

import temporalio.bridge.worker
import temporalio.worker
from temporalio import activity, workflow

from agentex_web.compat.temporal_in_memory import (
    activity_name,
    in_memory_client,
    in_memory_worker,
    workflow_name,
)


@workflow.defn(name="Named")
class ToBeNamed:
    @workflow.run
    async def run(self) -> None: ...


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


def test_temporalio_has_no_public_way_to_ask_for_names() -> None:
    assert (workflow_name(ToBeNamed), activity_name(to_be_named)) == ("Named", "named")
    assert not [
        name for name in ("name_of", "definition") if hasattr(workflow, name) or hasattr(activity, name)
    ]
