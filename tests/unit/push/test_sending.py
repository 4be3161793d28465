"""Notifications are sent to a push service over HTTP, encrypted for the browser, and to no other address."""

import asyncio
import base64
import json
from functools import partial
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.auth.models import User
from django.db import IntegrityError
from py_vapid import Vapid02

from agentex_web.journal.listing import arrange
from agentex_web.push import news, sending
from agentex_web.push.keys import public_key
from agentex_web.push.models import Subscription, Told
from agentex_web.tasks.models import Task, Turn
from agentex_web.waits.models import Wait
from agentex_web.worker.push import Notifications, send_notifications
from tests.support.own_chats import a_chat, another_turn, somebody
from tests.support.waiting import until
from tests.unit.push.pushing import Browser, PushService

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "GRACE", news.GRACE * 0)
    monkeypatch.setattr(sending, "PAUSES", (0.0, 0.0))


def push() -> int:
    """Sends notifications as the worker does, inside the test's transaction."""

    async def sent() -> int:
        return sum(await asyncio.gather(*await Notifications().sweep()))

    return async_to_sync(sent)()


def unseen(task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(seen_at=task.created_at)


@pytest.fixture(autouse=True)
def _same_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    async def in_this_thread(work: Any, *values: Any, **named: Any) -> Any:
        return await sync_to_async(work)(*values, **named)

    monkeypatch.setattr("agentex_web.worker.push.in_database", in_this_thread)


def test_an_answer_that_nobody_saw_is_told_once(person: User, browser: Browser, service: PushService) -> None:
    task = a_chat(person, asked="How is the weather?")
    unseen(task)
    assert push() == 1
    headers, body = service.got[0]
    told = browser.read(body)
    assert told["title"] == task.title and told["body"] == "An answer is ready."
    assert told["url"] == f"/tasks/{task.pk}/" and told["tag"] == str(task.pk)
    assert b"weather" not in body
    assert headers["Content-Encoding"] == "aes128gcm" and int(headers["TTL"]) > 0
    assert headers["Topic"] == task.pk.hex
    # The push service identifies the site by the key that the browser got.
    assert Vapid02.verify(headers["Authorization"])
    assert headers["Authorization"].endswith(f"k={public_key()}")
    claims = json.loads(base64.urlsafe_b64decode(headers["Authorization"].split(".")[1] + "=="))
    assert claims["aud"] == service.url
    assert push() == 0
    another_turn(task, "And tomorrow?", "Rain")
    assert push() == 1
    assert len(service.got) == 2


def test_an_account_that_is_deleted_meanwhile_costs_the_others_nothing(
    person: User, browser: Browser, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = somebody()
    Subscription.objects.create(person=gone, endpoint="https://push.example.org", session_key="s")
    for owner in (person, gone, person):
        unseen(a_chat(owner))
    create = Told.objects.get_or_create

    def refused(**fields: Any) -> Any:
        if fields["person_id"] == gone.pk:
            raise IntegrityError
        return create(**fields)

    monkeypatch.setattr(Told.objects, "get_or_create", refused)
    assert [each.person_id for each in news.take_due()] == [person.pk] * 2


def test_what_was_seen_or_is_somebody_elses_is_not_told(
    person: User, browser: Browser, service: PushService
) -> None:
    task = a_chat(person)
    arrange(person.pk, [task.pk], "seen")
    other = a_chat(somebody())
    unseen(other)
    stopped = a_chat(person)
    unseen(stopped)
    Turn.objects.filter(task=stopped).update(status="interrupted")
    assert push() == 0 and not service.got


def test_who_is_needed_is_told(person: User, browser: Browser, service: PushService) -> None:
    task = a_chat(person)
    Task.objects.filter(pk=task.pk).update(seen_at=task.created_at + news.WINDOW)
    Wait.objects.create(task=task, turn=task.head, kind="approval", title="Send the mail?", workflow_id="w")
    Wait.objects.create(task=task, turn=task.head, kind="timer", title="Nobody", workflow_id="w")
    assert push() == 1
    headers, body = service.got[0]
    assert browser.read(body)["body"] == "Send the mail?" and headers["Urgency"] == "high"


def test_people_of_a_group_are_told_and_see_no_title_of_the_chat(
    person: User, browser: Browser, service: PushService
) -> None:
    from django.contrib.auth.models import Group

    person.groups.add(Group.objects.create(name="finance"))
    task = a_chat(somebody(), asked="A secret plan")
    Wait.objects.create(
        task=task, turn=task.head, kind="approval", agent_name="Clerk", group="finance", workflow_id="w"
    )
    assert push() == 1
    told = browser.read(service.got[0][1])
    assert told["title"] == "Clerk" and told["url"] == "/inbox/"


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(
    person: User, browser: Browser, service: PushService, status: int
) -> None:
    unseen(a_chat(person))
    service.answers = [status]
    assert push() == 0
    assert not Subscription.objects.exists()


def test_a_service_that_fails_is_tried_again_and_one_that_refuses_is_not(
    person: User, browser: Browser, service: PushService
) -> None:
    unseen(a_chat(person))
    service.answers = [503, 429]
    assert push() == 1 and len(service.got) == 3
    unseen(a_chat(person))
    # Redirects are not followed.
    service.answers = [302]
    assert push() == 0 and len(service.got) == 4
    assert Subscription.objects.get().failures == 1


def test_one_browser_that_fails_costs_the_others_nothing(
    person: User, browser: Browser, service: PushService
) -> None:
    second = Browser()
    Subscription.objects.create(
        person=person, endpoint="http://127.0.0.1:1/x", session_key="k", **second.keys()
    )
    unseen(a_chat(person))
    assert push() == 1
    assert Subscription.objects.filter(failures=1).count() == 1
    assert Told.objects.count() == 1


def test_a_persons_slow_push_service_delays_nobody_else(
    person: User, browser: Browser, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = somebody()
    endpoint = "http://127.0.0.1:1/slow"
    Subscription.objects.create(person=slow, endpoint=endpoint, session_key="k", **Browser().keys())
    post = sending._post

    async def hanging(subscription: Subscription, message: Any, *, urgent: bool) -> int:
        if subscription.endpoint == endpoint:
            await asyncio.sleep(3_600)
        return await post(subscription, message, urgent=urgent)

    monkeypatch.setattr(sending, "_post", hanging)

    async def swept() -> None:
        loop = asyncio.create_task(send_notifications(partial(asyncio.sleep, 0.01)))
        for _ in range(2):
            await sync_to_async(unseen)(await sync_to_async(a_chat)(slow))
            await sync_to_async(unseen)(await sync_to_async(a_chat)(person))
            count = len(service.got) + 1
            await asyncio.to_thread(until, partial(lambda count: len(service.got) >= count, count))
        loop.cancel()
        await asyncio.wait([loop])

    async_to_sync(swept)()
    assert len(service.got) == 2


def test_what_many_were_told_holds_up_nobody(
    person: User, browser: Browser, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "BATCH", 2)
    for _ in range(5):
        unseen(a_chat(person))
    assert [push() for _ in range(4)] == [2, 2, 1, 0]
