"""An activity that has hung two workers is refused by all workers, and not only by the one that read the note."""

import asyncio
import dataclasses
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from agentex_web.streams import hung_activities
from agentex_web.worker.interceptor import refuse_if_hung
from tests.support.redis_alone import redis_alone

REASON = "The activity “crunch” blocked the whole worker (agents/hasty.py, line 12)."


def asked(function: Callable[..., object], attempt: int, activity_id: str = "3") -> None:
    """Asks as a worker does that has just started: on another event loop."""

    async def ask() -> None:
        environment = ActivityEnvironment()
        environment.info = dataclasses.replace(
            environment.info, workflow_id="task-1", activity_id=activity_id, attempt=attempt
        )
        await environment.run(refuse_if_hung, function)

    asyncio.run(ask())


def crunch() -> None:
    pass


def test_each_worker_refuses_it(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with redis_alone(tmp_path) as settings.REDIS_URL:
        asyncio.run(hung_activities.refuse("task-1", "3", 2, REASON))
        asked(crunch, 3)
        monkeypatch.setattr(crunch, "__module__", "agentex_web.agents.hasty")
        with pytest.raises(ApplicationError, match="blocked the whole worker") as refused:
            asked(crunch, 3)
        assert refused.value.non_retryable
        asked(crunch, 1)
        asked(crunch, 3, activity_id="4")
    with caplog.at_level(logging.WARNING):
        asked(crunch, 3)
    assert "runs, although it may have hung workers" in caplog.text
