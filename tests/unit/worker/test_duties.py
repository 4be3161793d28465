"""A failing duty of the worker is retried, and neither it nor a refused row blocks the others."""

import asyncio
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.schedules import temporal
from agentex_web.schedules.models import Schedule
from agentex_web.worker import deletions, duties


def refused(status: RPCStatusCode) -> RPCError:
    return RPCError("no", status, b"")


async def test_a_duty_goes_on_after_whatever_it_raised(caplog: pytest.LogCaptureFixture) -> None:
    raised = [ValueError("a fault"), refused(RPCStatusCode.UNAVAILABLE), TimeoutError("late")]
    done = asyncio.Event()

    async def duty() -> None:
        if raised:
            raise raised.pop(0)
        done.set()

    running = asyncio.create_task(duties.repeated("The duty", duty, partial(asyncio.sleep, 0)))
    await done.wait()
    running.cancel()
    assert "a fault" in caplog.text and caplog.text.count("waits for Temporal") == 2


def test_each_duty_has_its_loop() -> None:
    others = {"The search for what is due", "The notifications"}
    assert duties.loops().keys() == duties.DUTIES.keys() | others and len(duties.DUTIES) == 13


@pytest.mark.parametrize("status", [RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.UNAVAILABLE])
async def test_a_schedule_that_temporal_refuses_delays_no_other(
    status: RPCStatusCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [Schedule(name=name) for name in "abc"]
    applied: list[str] = []
    behind: list[str] = []

    async def apply(_: Any, row: Schedule) -> None:
        if row.name == "a":
            raise refused(status)
        applied.append(row.name)

    monkeypatch.setattr(temporal, "_changed", lambda: rows)
    monkeypatch.setattr(temporal, "_deleted", list)
    monkeypatch.setattr(temporal, "_move_to_end", lambda row: behind.append(row.name))
    monkeypatch.setattr(temporal, "apply", apply)
    client: Any = None
    if status is RPCStatusCode.UNAVAILABLE:
        with pytest.raises(RPCError):
            await temporal.update_all(client)
        assert not applied
        return
    await temporal.update_all(client)
    assert (applied, behind) == (["b", "c"], ["a"])


async def test_a_deletion_that_fails_delays_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    removed: list[str] = []

    async def remove(_: Any, deletion: Any) -> None:
        if deletion.task_id == "a":
            raise refused(RPCStatusCode.PERMISSION_DENIED)
        removed.append(deletion.task_id)

    monkeypatch.setattr(
        deletions.deletions, "waiting", lambda _: [SimpleNamespace(task_id=each) for each in "abc"]
    )
    monkeypatch.setattr(deletions, "_remove", remove)
    client: Any = None
    await deletions.remove_deleted(client)
    assert removed == ["b", "c"]
