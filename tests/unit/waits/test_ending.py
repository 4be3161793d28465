"""What ends a wait besides a person: its deadline, Stop, the end of its turn or chat. An earlier decision stays."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory
from django.utils import timezone

from agentex_web.actions.refused import Refused
from agentex_web.chat.waits.decisions import card
from agentex_web.journal import endings, stops, waits
from agentex_web.journal.ending import Ending
from agentex_web.journal.waits import AlreadyDecided
from agentex_web.tasks.models import Message
from agentex_web.tasks.permissions import open_turns_of
from agentex_web.waits.models import Wait
from agentex_web.waits.queries import inbox_of
from agentex_web.watches.models import FollowedTurn, TurnWatch
from agentex_web.watches.telling import WATCHED
from tests.support.own_chats import somebody
from tests.unit.waits.approvals import CALL, again, asked, post

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("waits_for_it", ["nothing", "another turn's wait", "a workflow", "a wait elsewhere"])
def test_the_end_of_a_turn_tells_whether_something_waits_for_it(waits_for_it: str) -> None:
    ada = somebody()
    wait, other = asked(ada), asked(ada)
    if waits_for_it != "another turn's wait":
        Wait.objects.update(status=Wait.Status.CANCELLED)
    else:
        Wait.objects.filter(pk=wait.pk).update(status=Wait.Status.DECIDED)
    watch = TurnWatch.objects.create(turn_id=other.turn_id, workflow_id="w")
    follower = FollowedTurn.objects.create(wait=other, turn_id=other.turn_id)
    if waits_for_it == "a workflow":
        TurnWatch.objects.filter(pk=watch.pk).update(turn_id=wait.turn_id)
    if waits_for_it == "a wait elsewhere":
        FollowedTurn.objects.filter(pk=follower.pk).update(turn_id=wait.turn_id)
    finished = endings.finish(wait.task_id, wait.turn_id, Ending("done", ""), WATCHED).result
    assert finished.is_watched is waits_for_it.startswith("a ")


def test_a_turn_that_ends_while_its_own_wait_is_open_cancels_it() -> None:
    wait = asked(somebody())
    endings.finish(wait.task_id, wait.turn_id, Ending("done", ""), WATCHED)
    assert Wait.objects.get(pk=wait.pk).status == "cancelled"


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


def test_a_deleted_chat_is_in_no_inbox() -> None:
    ada = somebody()
    wait = asked(ada)
    wait.task.delete_at = timezone.now() + timedelta(seconds=10)
    wait.task.save(update_fields=["delete_at"])
    assert not inbox_of(ada).exists()
