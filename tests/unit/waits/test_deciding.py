"""A wait is decided once, by a person with the permission, and others are told about the decision."""

import uuid
from typing import Any

import pytest
from agents.items import ToolApprovalItem
from django.contrib.auth.models import Group, User
from django.http import Http404
from django.test import RequestFactory

from agentex_web.actions.access import get_readable_task
from agentex_web.actions.refused import Refused
from agentex_web.chat.waits.approvals import _ask_again
from agentex_web.chat.waits.argument_fields import argument_fields_of, arguments_in
from agentex_web.journal import waits
from agentex_web.journal.waits import AnotherMustApprove
from agentex_web.tasks.models import Message
from agentex_web.turns.approvals import _arguments
from agentex_web.waits.models import Allowed, Decision, Wait
from agentex_web.waits.queries import inbox_of
from agents import Agent
from tests.support.own_chats import somebody
from tests.unit.waits.approvals import again, asked, post

pytestmark = pytest.mark.django_db


def members(*people: User) -> Group:
    group = Group.objects.create(name=f"finance-{uuid.uuid4().hex[:8]}")
    group.user_set.set(people)
    return group


def test_a_stranger_learns_nothing_and_decides_nothing() -> None:
    ada, eve = somebody(), somebody()
    wait = asked(ada)
    with pytest.raises(Http404):
        post(eve, wait, do="approve")
    assert Wait.objects.get(pk=wait.pk).is_waiting and not inbox_of(eve).exists()


def test_staff_who_may_read_cannot_decide() -> None:
    ada, root = somebody(), somebody(is_staff=True, is_superuser=True)
    wait = asked(ada)
    with pytest.raises(Refused) as refused:
        post(root, wait, do="approve")
    assert refused.value.status == 403


def test_the_first_decides_and_the_second_is_told() -> None:
    ada = somebody()
    wait = asked(ada)
    assert list(inbox_of(ada)) == [wait]
    assert post(ada, wait, do="reject", reason="No.").status == "decided"
    with pytest.raises(Refused, match="already decided by"):
        post(ada, wait, do="approve")
    kept = Wait.objects.get(pk=wait.pk)
    assert kept.decision == {"verdict": "reject", "reason": "No."} and kept.decided_by == ada
    assert kept.deliver_at is not None and not inbox_of(ada).exists()
    assert list(Decision.objects.filter(wait=wait).values_list("name", flat=True)) == [ada.get_username()]


def test_a_rejected_call_says_so_on_its_card() -> None:
    ada = somebody()
    wait = asked(ada)
    post(ada, wait, do="reject", reason="No.")
    response = Message.objects.get(turn=wait.turn_id, kind="tool_response")
    assert (response.status, response.content) == ("failed", "The user rejected this call. Reason: No.")
    assert response.data == {"rejected": True}
    assert Message.objects.get(pk=wait.pk).status == "done"


def test_changed_arguments_are_on_the_calls_card() -> None:
    ada = somebody()
    wait = asked(ada)
    kept = post(ada, wait, **{"do": "change", "argument.amount": "5"})
    assert kept.decision == {"verdict": "approve", "arguments": {"amount": 5}}
    assert Message.objects.get(turn=wait.turn_id, kind="tool_request").content == '{"amount": 5}'


def test_what_is_not_changed_stays_as_the_model_gave_it_or_left_out() -> None:
    schema = {
        "properties": {
            "urgent": {"type": "boolean"},
            "way": {"enum": ["card", "cash"]},
            "to": {"type": "string"},
        }
    }
    fields = argument_fields_of({"to": "", "note": "a\r\nb\rc", "limit": None}, schema)
    assert [(each.name, each.value) for each in fields if each.kind == "choice"] == [
        ("urgent", ""),
        ("way", ""),
    ]
    posted = {each.field_name: "\r\n".join(each.value.splitlines()) for each in fields}
    assert arguments_in(posted, fields) == {"to": "", "note": "a\r\nb\rc", "limit": None}
    assert arguments_in({**posted, "argument.urgent": "true"}, fields)["urgent"] is True


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"anyOf": [{"type": "string"}, {"type": "null"}], "description": "whose"}, "text"),
        ({"type": ["null", "number"], "description": "whose"}, "number"),
        ({"anyOf": [{"enum": ["a", "b"]}, {"type": "null"}], "description": "whose"}, "choice"),
        ({"anyOf": [{"type": "string"}, {"type": "number"}], "description": "whose"}, "json"),
        ({"description": "whose"}, "json"),
    ],
)
def test_an_argument_that_may_be_null_is_entered_like_any_other(schema: dict[str, Any], kind: str) -> None:
    [field] = argument_fields_of({"a": None}, {"properties": {"a": schema}})
    assert (field.kind, field.value, field.description) == (kind, "", "whose")


@pytest.mark.parametrize("schema", [{"properties": {"a": True}}, {"properties": None}, {"properties": ["a"]}])
def test_a_schema_that_says_nothing_of_an_argument_is_no_error(schema: dict[str, Any]) -> None:
    assert [each.kind for each in argument_fields_of({"a": "x"}, schema)] == ["text"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"do": "change", "argument.amount": "much"}, "not a number"),
        ({"do": "change", "argument.to": "x", "argument.amount": 900 * "[" + 900 * "]"}, "not a number"),
        ({"do": "maybe"}, "maybe"),
        ({}, "required"),
        ({"do": "reject", "reason": "x" * 2_001}, "2000"),
    ],
)
def test_what_makes_no_sense_is_refused_and_it_waits_on(said: dict[str, str], reason: str) -> None:
    ada = somebody()
    wait = asked(ada)
    with pytest.raises(Refused, match=reason):
        post(ada, wait, **said)
    assert Wait.objects.get(pk=wait.pk).is_waiting


def test_an_answer_in_place_of_the_tool_is_its_result() -> None:
    ada = somebody()
    wait = asked(ada)
    post(ada, wait, do="answer", output="Paid in cash.")
    response = Message.objects.get(turn=wait.turn_id, kind="tool_response")
    assert (response.status, response.content) == ("done", "Paid in cash.")


def test_always_asks_no_second_time_until_it_is_taken_back() -> None:
    ada = somebody()
    wait = asked(ada)
    post(ada, wait, do="always")
    second = again(wait.turn, "call_22")
    assert (second.status, second.decided_by) == ("decided", ada)
    assert not Message.objects.filter(pk=second.pk).exists()
    request = RequestFactory().post("/")
    request.user = ada
    _ask_again(request, wait.task_id, wait.pk)
    assert not Allowed.objects.filter(task=wait.task_id).exists()
    assert again(wait.turn, "call_333").is_waiting


def test_two_different_people_of_a_group_approve() -> None:
    ada, bob, cid = somebody(), somebody(), somebody()
    wait = asked(ada, group=members(bob, cid).name, people=2)
    assert list(inbox_of(bob)) == [wait] and not inbox_of(ada).exists()
    assert post(bob, wait, do="approve").is_waiting
    assert not inbox_of(bob).exists()
    with pytest.raises(Refused, match="Someone else"):
        post(bob, wait, do="approve")
    assert post(cid, wait, do="approve").status == "decided"
    with pytest.raises(Refused, match="decide this"):
        post(ada, wait, do="reject")


def test_of_several_who_must_approve_one_rejects_for_all() -> None:
    ada, bob, cid = somebody(), somebody(), somebody()
    wait = asked(ada, group=members(bob, cid).name, people=2)
    post(bob, wait, do="approve")
    assert post(cid, wait, do="reject").decision == {"verdict": "reject", "reason": ""}


def test_people_of_the_group_read_the_chat_for_as_long_as_it_concerns_them() -> None:
    ada, bob, cid, eve = somebody(), somebody(), somebody(), somebody()
    wait = asked(ada, group=members(bob, cid).name)
    assert get_readable_task(bob, wait.task_id).pk == wait.task_id
    with pytest.raises(Http404):
        get_readable_task(eve, wait.task_id)
    post(bob, wait, do="approve")
    assert get_readable_task(bob, wait.task_id).pk == wait.task_id
    with pytest.raises(Http404):
        get_readable_task(cid, wait.task_id)


def test_two_who_approve_need_to_be_two() -> None:
    ada, bob = somebody(), somebody()
    wait = asked(ada, group=members(bob).name, people=2)
    waits.decide(wait.task_id, wait.pk, {"verdict": "approve"}, bob)
    with pytest.raises(AnotherMustApprove):
        waits.decide(wait.task_id, wait.pk, {"verdict": "approve"}, bob)


def test_arguments_that_are_nested_too_deeply_are_shown_as_the_model_wrote_them() -> None:
    deep = '{"a":' + 400 * "[" + 400 * "]" + "}"
    for arguments, shown in ((deep, deep), ('{"a": [1]}', {"a": [1]})):
        call = {"type": "function_call", "name": "pay", "arguments": arguments, "call_id": "c"}
        assert _arguments(ToolApprovalItem(Agent(name="A"), call)) == shown
