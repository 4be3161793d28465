"""A wait is decided once, by a person with the permission, and others are told about the decision."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from agents.items import ToolApprovalItem
from django.contrib.auth.models import Group, User
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

from agentex_web.chat.access import get_readable_task
from agentex_web.chat.refusals import Refused
from agentex_web.chat.waits.approvals import _ask_again, _verdict
from agentex_web.chat.waits.argument_fields import argument_fields_of, arguments_in
from agentex_web.chat.waits.decisions import _commit, card
from agentex_web.journal import endings, stops, waits
from agentex_web.journal.ending import Ending
from agentex_web.journal.waits import AlreadyDecided, AnotherMustApprove
from agentex_web.positions import below
from agentex_web.tasks.message_ids import tool_message_id
from agentex_web.tasks.models import Message, Turn
from agentex_web.tasks.permissions import open_turns_of
from agentex_web.turns.approvals import _arguments
from agentex_web.waits.models import Allowed, Decision, Wait
from agentex_web.waits.queries import inbox_of
from agents import Agent
from tests.support.own_chats import a_chat, somebody

pytestmark = pytest.mark.django_db

CALL = "call_1"


def asked(owner: User, **fields: Any) -> Wait:
    """A tool call that waits for an approval, in a new chat."""
    task = a_chat(owner)
    turn = Turn.objects.filter(task=task).latest("created_at")
    Turn.objects.filter(pk=turn.pk).update(status=Turn.Status.RUNNING)
    Message.objects.create(
        pk=tool_message_id(turn.pk, CALL, Message.Kind.TOOL_REQUEST),
        turn=turn,
        position=below("000900", 0),
        author="agent",
        kind="tool_request",
        status="pending",
        content='{"amount": 50}',
        tool_call_id=CALL,
        tool_name="pay",
    )
    return again(turn, CALL, **fields)


def again(turn: Turn, call: str, **fields: Any) -> Wait:
    payload = {"arguments": {"amount": 50}, "type": "function_call"}
    wait = Wait(
        pk=uuid.uuid5(turn.pk, call),
        task_id=turn.task_id,
        turn=turn,
        kind="approval",
        title="pay",
        payload=payload,
        workflow_id="none",
        **fields,
    )
    card = Message(
        pk=wait.pk,
        turn=turn,
        position=below("000901", len(call)),
        author="agent",
        kind="approval",
        status="pending",
        tool_call_id=call,
    )
    return waits.open_wait(turn.task_id, wait, card).result


def post(user: User, wait: Wait, **said: str) -> Wait:
    request = RequestFactory().post("/", said)
    request.user = user
    value_of = lambda found: _verdict(request, found)  # noqa: E731
    return _commit(request, wait.task_id, wait.pk, Wait.Kind.APPROVAL, value_of).result


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


def test_the_deadline_decides_what_nobody_did() -> None:
    ada = somebody()
    wait = asked(ada, deadline=timezone.now(), otherwise={"verdict": "reject"})
    assert waits.expire(wait.task_id, wait.pk).result.status == "expired"
    with pytest.raises(AlreadyDecided):
        waits.decide(wait.task_id, wait.pk, {"verdict": "approve"}, ada)
    response = Message.objects.get(turn=wait.turn_id, kind="tool_response")
    assert response.content == "Nobody approved this call in time, so it was not run."


def test_a_deadline_that_approves_says_so_on_the_card() -> None:
    ada = somebody()
    wait = asked(ada, deadline=timezone.now(), otherwise={"verdict": "approve"})
    request = RequestFactory().get("/")
    request.user = ada
    shown = card(request, waits.expire(wait.task_id, wait.pk).result).content.decode()
    assert "Approved automatically: " in shown


def test_a_deadline_that_comes_late_changes_nothing() -> None:
    ada = somebody()
    wait = asked(ada)
    post(ada, wait, do="approve")
    assert waits.expire(wait.task_id, wait.pk).result.decision == {"verdict": "approve"}


@pytest.mark.parametrize("status", ["interrupted", "failed", "done"])
def test_the_end_of_the_turn_cancels_what_it_waits_for(status: str) -> None:
    ada = somebody()
    wait = asked(ada)
    endings.finish(wait.task_id, wait.turn_id, Ending(status, "because" if status == "failed" else ""))
    assert Wait.objects.get(pk=wait.pk).status == "cancelled"
    assert Message.objects.get(pk=wait.pk).status == ("failed" if status == "failed" else "interrupted")
    with pytest.raises(Refused, match="agent has finished"):
        post(ada, wait, do="approve")


def test_what_a_turn_waits_for_is_cancelled_as_soon_as_it_is_stopped() -> None:
    ada = somebody()
    wait = asked(ada)
    change = stops.request_stops(wait.task_id, undo=True)
    assert change.changes_row and not inbox_of(ada).exists()
    with pytest.raises(Refused, match="agent has finished"):
        post(ada, wait, do="approve")


def test_asking_again_finds_the_decision() -> None:
    ada = somebody()
    wait = asked(ada)
    post(ada, wait, do="approve")
    found = again(wait.turn, CALL)
    assert (found.status, found.decision) == ("decided", {"verdict": "approve"})


def test_a_turn_that_waits_takes_no_place_of_those_at_work() -> None:
    ada = somebody()
    wait = asked(ada)
    number = lambda: User.objects.annotate(n=open_turns_of(ada)).get(pk=ada.pk).n  # type: ignore[attr-defined]  # noqa: E731
    assert number() == 0
    post(ada, wait, do="approve")
    assert number() == 1


def test_two_who_approve_need_to_be_two() -> None:
    ada, bob = somebody(), somebody()
    wait = asked(ada, group=members(bob).name, people=2)
    waits.decide(wait.task_id, wait.pk, {"verdict": "approve"}, bob)
    with pytest.raises(AnotherMustApprove):
        waits.decide(wait.task_id, wait.pk, {"verdict": "approve"}, bob)


def test_a_deleted_chat_is_in_no_inbox() -> None:
    ada = somebody()
    wait = asked(ada)
    wait.task.delete_at = timezone.now() + timedelta(seconds=10)
    wait.task.save(update_fields=["delete_at"])
    assert not inbox_of(ada).exists()


def test_arguments_that_are_nested_too_deeply_are_shown_as_the_model_wrote_them() -> None:
    deep = '{"a":' + 400 * "[" + 400 * "]" + "}"
    for arguments, shown in ((deep, deep), ('{"a": [1]}', {"a": [1]})):
        call = {"type": "function_call", "name": "pay", "arguments": arguments, "call_id": "c"}
        assert _arguments(ToolApprovalItem(Agent(name="A"), call)) == shown
