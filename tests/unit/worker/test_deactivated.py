"""Running turns of a person are stopped when their account is deactivated."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from agentex_web.journal import stops, turn_status
from agentex_web.tasks.models import Turn
from agentex_web.worker import deactivated
from tests.support.own_chats import a_chat, somebody


@pytest.mark.django_db
def test_the_chats_at_work_of_inactive_people_are_found_until_they_are_asked_to_end() -> None:
    gone, here = somebody(), somebody()
    tasks = [a_chat(gone), a_chat(here)]
    assert not deactivated._at_work()
    for task in tasks:
        Turn.objects.filter(task=task).update(status=Turn.Status.RUNNING)
    assert not deactivated._at_work()
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    assert deactivated._at_work() == [tasks[0].pk]
    (asked,) = stops.request_stops(tasks[0].pk).result
    assert turn_status.current(tasks[0].pk, asked.turn.pk).stop_requested
    # Stop is requested once only: turns that ignore it are ended as lost turns.
    assert not deactivated._at_work()


def test_each_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[Any] = []

    async def in_database(_: Any) -> list[str]:
        return ["a", "b"]

    async def record(function: Any, task_id: str) -> Any:
        assert function is stops.request_stops
        return [SimpleNamespace(task_id=task_id)]

    async def deliver_stops(asked: list[Any]) -> None:
        stopped.extend(each.task_id for each in asked)

    monkeypatch.setattr(deactivated, "in_database", in_database)
    monkeypatch.setattr(deactivated, "record", record)
    monkeypatch.setattr(deactivated, "deliver_stops", deliver_stops)
    assert asyncio.run(deactivated.stop_deactivated()) == 2
    assert stopped == ["a", "b"]
