"""A starting worker releases running workflows from the sticky queue. Neither a missing run nor an unreachable
Temporal is an error."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio.service import RPCError, RPCStatusCode

from agentex_web.worker import sticky


class Service:
    def __init__(self, fails: dict[str, RPCStatusCode]) -> None:
        self.released: list[str] = []
        self._fails = fails

    async def reset_sticky_task_queue(self, request: Any, **_: Any) -> None:
        name = request.execution.workflow_id
        if name in self._fails:
            raise RPCError("no", self._fails[name], b"")
        self.released.append(name)


def client(monkeypatch: pytest.MonkeyPatch, names: list[str], **fails: RPCStatusCode) -> Any:
    monkeypatch.setattr(sticky, "_at_work", lambda: names)
    return SimpleNamespace(namespace="default", workflow_service=Service(fails))


async def test_each_chat_that_is_at_work_is_released(monkeypatch: pytest.MonkeyPatch) -> None:
    temporal = client(monkeypatch, ["one", "gone", "two"], gone=RPCStatusCode.NOT_FOUND)
    await sticky.release_chats(temporal)
    assert sorted(temporal.workflow_service.released) == ["one", "two"]


async def test_a_temporal_that_is_away_is_one_line_of_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    temporal = client(monkeypatch, ["one"], one=RPCStatusCode.UNAVAILABLE)
    with caplog.at_level(logging.WARNING):
        await sticky.release_chats(temporal)
    assert "were not released" in caplog.text
