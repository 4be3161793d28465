"""Approvals, forms and timers over the API."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group

from agentex_web.actions import deciding
from agentex_web.tasks.models import Message, Turn
from agentex_web.waits.models import Allowed, Wait
from tests.support.own_chats import a_chat
from tests.unit.api.calling import Caller
from tests.unit.waits.approvals import asked

pytestmark = pytest.mark.django_db(transaction=True)
CALL = {"type": "function_call", "arguments": {"amount": 50}, "schema": {"type": "object"}, "tool": "pay"}
FORM = {
    "fields": [
        {"name": "city", "label": "City", "kind": "text", "required": True},
        {"name": "photo", "label": "Photo", "kind": "file"},
    ],
    "schema": {
        "type": "object",
        "properties": {"city": {"type": "string", "minLength": 2}},
        "required": ["city"],
    },
}


@pytest.fixture(autouse=True)
def delivered(monkeypatch: pytest.MonkeyPatch) -> list[Wait]:
    """The decisions that were delivered to Temporal."""
    found: list[Wait] = []

    async def deliver(wait: Wait) -> None:
        found.append(wait)

    monkeypatch.setattr(deciding, "_deliver", deliver)
    return found


async def approval(owner: Caller, **fields: Any) -> tuple[Wait, str]:
    payload = fields.pop("payload", CALL)
    wait = await sync_to_async(asked)(owner.user, **fields)
    await Wait.objects.filter(pk=wait.pk).aupdate(payload=payload)
    return wait, f"/tasks/{wait.task_id}/waits/{wait.pk}/decide"


async def other(owner: Caller, kind: str, payload: dict[str, Any]) -> tuple[Wait, str]:
    task = await sync_to_async(a_chat)(owner.user)
    await Turn.objects.filter(pk=task.head_id).aupdate(status="running")
    wait = await Wait.objects.acreate(
        task=task, turn_id=task.head_id, kind=kind, payload=payload, workflow_id="w"
    )
    await Message.objects.acreate(
        pk=wait.pk, turn_id=task.head_id, position="000800", author="agent", kind="form", status="pending"
    )
    return wait, f"/tasks/{task.pk}/waits/{wait.pk}/decide"


async def test_an_approval_is_listed_and_approved_once(ada: Caller, delivered: list[Wait]) -> None:
    wait, path = await approval(ada)
    inbox = (await ada.json("/waits"))["data"]
    assert [each["id"] for each in inbox] == [str(wait.pk)]
    assert inbox[0]["actions"] == ["approve", "reject", "answer"] and inbox[0]["may_change_arguments"]
    assert inbox[0]["arguments"] == {"amount": 50}
    assert (await ada.json(f"/tasks/{wait.task_id}/waits"))["data"] == inbox
    decided = await ada.post(path, {"action": "approve", "arguments": {"amount": 5}})
    assert decided.status_code == 200 and decided.json()["status"] == "decided"
    await wait.arefresh_from_db()
    assert wait.decision == {"verdict": "approve", "arguments": {"amount": 5}}
    assert [each.pk for each in delivered] == [wait.pk]
    late = await ada.post(path, {"action": "reject"})
    assert (late.status_code, late.json()["code"]) == (409, "conflict")
    assert (await ada.json("/waits"))["data"] == []
    assert len((await ada.json(f"/tasks/{wait.task_id}/waits?status=all"))["data"]) == 1


@pytest.mark.parametrize(
    ("body", "decision"),
    [
        ({"action": "approve"}, {"verdict": "approve"}),
        ({"action": "approve", "arguments": {"amount": 50}}, {"verdict": "approve"}),
        ({"action": "approve", "always": True}, {"verdict": "approve", "always": True}),
        ({"action": "reject", "reason": "Too much"}, {"verdict": "reject", "reason": "Too much"}),
        ({"action": "answer", "output": "paid"}, {"verdict": "answer", "output": "paid"}),
    ],
)
async def test_decisions_are_as_those_of_the_page(ada: Caller, body: Any, decision: Any) -> None:
    wait, path = await approval(ada)
    assert (await ada.post(path, body)).status_code == 200
    await wait.arefresh_from_db()
    assert wait.decision == decision
    assert await Allowed.objects.filter(task=wait.task_id).aexists() == bool(body.get("always"))


async def test_what_the_wait_does_not_allow_is_refused(ada: Caller) -> None:
    _wait, path = await approval(ada, payload={"type": "shell_call", "arguments": {}})
    form, form_path = await other(ada, "form", FORM)
    for where, body in (
        (path, {"action": "answer", "output": "x"}),
        (path, {"action": "approve", "arguments": {"a": 1}}),
        (path, {"action": "submit", "values": {}}),
        (path, {"action": "nothing"}),
        (path, {"action": "approve", "reason": "x"}),
        (path, {}),
        (form_path, {"action": "approve"}),
        (form_path, {"action": "skip"}),
        (form_path, {"action": "submit", "values": {}}),
        (form_path, {"action": "submit", "values": {"city": "x"}}),
        (form_path, {"action": "submit", "values": {"city": 7}}),
        (form_path, {"action": "submit", "values": {"city": "Oslo", "photo": "x"}}),
    ):
        assert (await ada.post(where, body)).status_code == 422, body
    errors = await ada.post(form_path, {"action": "submit", "values": {"city": "x"}})
    assert errors.json()["errors"][0]["field"] == "city"
    assert await Wait.objects.filter(status="waiting").acount() == 2
    assert (await ada.post(form_path, {"action": "submit", "values": {"city": "Oslo"}})).status_code == 200
    await form.arefresh_from_db()
    assert form.decision == {"values": {"city": "Oslo"}}


@pytest.mark.parametrize("arguments", [{"amount": "x"}, {"euros": 5}, {}])
async def test_changed_arguments_are_what_the_tool_takes(ada: Caller, arguments: Any) -> None:
    properties = {"amount": {"type": "integer"}}
    schema = {"properties": properties, "required": ["amount"], "additionalProperties": False}
    payload = {"type": "function_call", "arguments": {"amount": 50}, "schema": schema}
    wait, path = await approval(ada, payload=payload)
    refused = await ada.post(path, {"action": "approve", "arguments": arguments})
    assert refused.status_code == 422 and refused.json()["errors"][0]["in"] == "arguments"
    assert (await ada.post(path, {"action": "approve", "arguments": {"amount": 7}})).status_code == 200
    await wait.arefresh_from_db()
    assert wait.decision["arguments"] == {"amount": 7}


async def test_a_timer_is_ended_and_a_form_skipped(ada: Caller) -> None:
    timer, path = await other(ada, "timer", {})
    assert (await ada.post(path, {"action": "end"})).json()["decision"] == {"early": True}
    form, path = await other(ada, "form", {**FORM, "skippable": True})
    listed = (await ada.json(f"/tasks/{form.task_id}/waits"))["data"]
    assert listed[0]["actions"] == ["submit", "skip"] and listed[0]["json_schema"] == FORM["schema"]
    assert (await ada.post(path, {"action": "skip"})).json()["decision"] == {"skipped": True}
    assert timer.task_id != form.task_id


async def test_a_group_decides_in_the_chat_of_another(ada: Caller, eve: Caller) -> None:
    group = await Group.objects.acreate(name="finance")
    wait, path = await approval(ada, group="finance")
    mine = await ada.post(path, {"action": "approve"})
    assert mine.status_code == 403 and (await ada.json("/waits"))["data"] == []
    assert (await ada.json(f"/tasks/{wait.task_id}/waits"))["data"][0]["actions"] == []
    assert (await eve.post(path, {"action": "approve"})).status_code == 404
    await eve.user.groups.aadd(group)
    assert [each["id"] for each in (await eve.json("/waits"))["data"]] == [str(wait.pk)]
    assert (await eve.get(f"/tasks/{wait.task_id}")).status_code == 200
    assert (await eve.post(f"/tasks/{wait.task_id}/messages", {"content": "a"})).status_code == 404
    always = await eve.post(path, {"action": "approve", "always": True})
    assert always.status_code == 422
    assert (await eve.post(path, {"action": "approve"})).status_code == 200
