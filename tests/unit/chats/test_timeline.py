"""The timeline in the details of an answer."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from agentex_web.chat import timeline
from agentex_web.chat.timeline_scale import Scale
from agentex_web.positions import below
from agentex_web.tasks.models import Message, Turn
from tests.support.own_chats import a_chat, client_of, somebody

pytestmark = pytest.mark.django_db(transaction=True)

SENT = datetime(2026, 8, 1, 12, tzinfo=timezone.get_default_timezone())
HOUR = 3_600.0


def at(seconds: float) -> datetime:
    return SENT + timedelta(seconds=seconds)


def a_turn(*rows: dict[str, Any], begin: float = 0.2, end: float = 10) -> Turn:
    turn: Turn = a_chat(somebody()).turns.get()
    Turn.objects.filter(pk=turn.pk).update(created_at=SENT, started_at=at(begin), finished_at=at(end))
    turn.messages.exclude(pk=turn.pk).delete()
    for number, row in enumerate(rows, 1):
        times = {name: at(row.pop(name)) for name in ("started_at", "finished_at") if name in row}
        Message.objects.create(turn=turn, position=below("", number), author="agent", **times, **row)
    turn.refresh_from_db()
    return turn


def said(call: str, begin: float, end: float, **fields: Any) -> dict[str, Any]:
    data = {"call": call, **fields.pop("data", {})}
    return {"agent_name": "Desk", "started_at": begin, "finished_at": end, "data": data, **fields}


def called(name: str, begin: float, end: float, **fields: Any) -> dict[str, Any]:
    fields = {"kind": "tool_request", "tool_name": name, "tool_call_id": name, **fields}
    return {"agent_name": "Desk", "started_at": begin, "finished_at": end, **fields}


def timing(*moments: float) -> dict[str, Any]:
    return {"timing": [at(each).timestamp() for each in moments]}


def test_calls_tools_and_handoffs_are_in_order_and_nested() -> None:
    turn = a_turn(
        said("1", 1, 2, kind="reasoning"),
        called("ask", 4, 9, data={"call": "1", **timing(0.5, 1, 3)}, usage={"input": 9, "output": 4}),
        said("2", 5, 6, agent_name="Helper", attempt=2, data={"inside": "ask"}),
        called("look", 6, 8, tool_call_id="look", status="failed", data={"inside": "ask"}),
        {"kind": "tool_response", "tool_name": "look", "tool_call_id": "look", "content": "A secret result"},
        {"kind": "handoff", "started_at": 9, "data": {"from": "Desk", "to": "Billing"}},
    )
    shown = timeline.of_turn(turn)
    assert shown and not (shown.is_shortened or shown.has_more)
    facts = [
        (each.kind, str(each.name), each.depth, each.seconds and round(each.seconds)) for each in shown.steps
    ]
    assert facts == [
        ("model", "Desk", 0, 2),
        ("tool_request", "ask", 0, 5),
        ("model", "Helper", 1, 1),
        ("tool_request", "look", 1, 2),
        ("handoff", "Handoff", 0, None),
    ]
    model, _, helper, failed, handoff = shown.steps
    assert (model.until_first, model.usage) == (0.5, {"input": 9, "output": 4})
    assert (helper.attempt, failed.status, handoff.detail) == (2, "failed", "Billing")
    page = client_of(turn.task.owner).get(f"/tasks/{turn.task_id}/turns/{turn.pk}/details/").content.decode()
    assert "Timeline" in page and "500 ms to the first token" in page and "2 attempts" in page
    assert "A secret result" not in page


def test_a_wait_of_hours_leaves_room_for_the_rest() -> None:
    turn = a_turn(
        said("1", 1, 3),
        called("pay", 5 + HOUR, 7 + HOUR),
        {"kind": "approval", "tool_name": "pay", "started_at": 4, "finished_at": 4 + HOUR},
        begin=2,
        end=8 + HOUR,
    )
    shown = timeline.of_turn(turn)
    assert shown and shown.is_shortened
    queued, model, _, wait = shown.steps
    assert (queued.kind, queued.seconds, wait.seconds) == ("queue", 2, HOUR)
    assert model.bar and wait.bar
    assert float(model.bar.width[:-1]) > 10 and 10 < float(wait.bar.width[:-1]) < 30


def test_the_scale_goes_from_nothing_to_all_whatever_the_waits() -> None:
    for waits in ([], [(0.0, 10.0)], [(2.0, 8.0), (7.0, 12.0)], [(5.0, 5.0)]):
        scale = Scale(0, 10, waits)
        places = [scale.at(moment / 10) for moment in range(101)]
        assert places[0] == 0 and places[-1] == pytest.approx(100) and places == sorted(places)


def test_a_long_turn_is_cut_and_a_turn_without_times_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "MOST_STEPS", 2)
    shown = timeline.of_turn(a_turn(*(said(str(uuid.uuid4()), each, each + 1) for each in range(1, 5))))
    assert shown and len(shown.steps) == 2 and shown.has_more
    row = {"kind": "text", "content": "Imported", "data": {"call": "1"}}
    assert timeline.of_turn(a_turn(row)) is None


def width(step: timeline.Step) -> float:
    assert step.bar
    return float(step.bar.width[:-1])


def test_a_turn_that_waited_to_begin_leaves_room_for_the_rest() -> None:
    turn = a_turn(said("1", 10 * HOUR, 10 * HOUR + 2), begin=10 * HOUR, end=10 * HOUR + 4)
    shown = timeline.of_turn(turn)
    assert shown and shown.is_shortened and [each.kind for each in shown.steps] == ["queue", "model"]
    assert width(shown.steps[0]) < 30 and width(shown.steps[1]) > 30


def test_what_goes_on_is_drawn_to_the_end_and_what_did_not_run_is_a_moment() -> None:
    turn = a_turn(
        said("1", 0.2, 2),
        {"kind": "approval", "tool_name": "pay", "started_at": 2, "status": "pending"},
        called("pay", 2, 2, status="pending"),
        {"kind": "error", "started_at": 5, "finished_at": 5, "status": "failed"},
    )
    shown = timeline.of_turn(turn)
    assert shown
    _, wait, call, error = shown.steps
    assert width(wait) > 20 and width(call) == width(error) == 0.5
    assert (wait.seconds, call.seconds, error.seconds) == (None, None, None)


def test_clocks_that_differ_and_ids_that_repeat_do_no_harm() -> None:
    calls = (
        called("x", number, number + 1, tool_call_id="0", data={"inside": "0"} if number else {})
        for number in range(8)
    )
    shown = timeline.of_turn(a_turn(said("1", 1, 3, data=timing(2, 1, 1.5)), *calls))
    assert shown and shown.steps[0].seconds == shown.steps[0].until_first == 0
    assert max(each.depth for each in shown.steps) == 1
    turn = a_turn({"kind": "handoff", "started_at": 9, "data": {"from": "Desk", "to": "7"}})
    shown = timeline.of_turn(turn)
    assert shown and shown.steps[0].detail == "7"
