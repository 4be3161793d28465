"""Notifications are sent to a push service over HTTP, encrypted for the browser, and to no other address."""

import asyncio
import base64
import json
import socket
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import pytest
from asgiref.sync import async_to_sync, sync_to_async
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth.models import User
from django.test import Client
from py_vapid import Vapid02

from agentex_web.journal.listing import arrange
from agentex_web.push import addresses, news, sending
from agentex_web.push.keys import public_key
from agentex_web.push.models import Subscription, Told
from agentex_web.tasks.models import Task, Turn
from agentex_web.waits.models import Wait
from agentex_web.worker.push import Notifications, send_notifications
from tests.support.own_chats import a_chat, another_turn, client_of, somebody
from tests.support.waiting import until

pytestmark = pytest.mark.django_db


def unpadded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


class Browser:
    """A browser's private part of a subscription: its key and secret."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = b"sixteen bytes ok"

    def keys(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"p256dh": unpadded(point), "auth": unpadded(self.secret)}

    def read(self, body: bytes) -> dict[str, Any]:
        opened = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        found: dict[str, Any] = json.loads(opened)
        return found


class PushService:
    """
    Attributes:
        got: headers and body of each request.
        answers: the status of each response; 201 after the last.
    """

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.got.append((dict(self.headers), body))
                self.send_response(service.answers.pop(0) if service.answers else 201)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def service(settings: Any) -> Iterator[PushService]:
    settings.AGENTEX_PUSH_PRIVATE = True
    found = PushService()
    thread = threading.Thread(target=found.server.serve_forever, daemon=True)
    thread.start()
    yield found
    found.server.shutdown()
    found.server.server_close()
    thread.join()


@pytest.fixture
def person() -> User:
    return somebody()


@pytest.fixture
def browser(person: User, service: PushService) -> Browser:
    """A browser that has subscribed as a page does."""
    found = Browser()
    answer = client_of(person).post(
        "/settings/push/subscribe/", {"endpoint": f"{service.url}/send/abc", **found.keys()}
    )
    assert answer.status_code == 204
    return found


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


def test_a_logout_ends_it(person: User, service: PushService) -> None:
    client, browser = client_of(person), Browser()
    given = {"endpoint": f"{service.url}/x", **browser.keys()}
    assert client.post("/settings/push/subscribe/", given).status_code == 204
    client.post("/accounts/logout/")
    assert not Subscription.objects.exists()
    assert Client().post("/settings/push/subscribe/", given).status_code == 302
    # Log in again, then unsubscribe.
    client = client_of(person)
    client.post("/settings/push/subscribe/", given)
    client_of(somebody()).post("/settings/push/unsubscribe/", given)
    assert Subscription.objects.count() == 1
    client.post("/settings/push/unsubscribe/", given)
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["http://push.example.com/x", "https://localhost/x", "https://127.0.0.1/x", "https://10.0.0.1/x",
     "https://[::1]/x", "https://[64:ff9b::a00:1]/x", "https://[::10.0.0.1]/x", "https://[2002:a00:1::]/x", "https://[::ffff:10.0.0.1]/x", "https://169.254.169.254/latest", "https://redis:6379/",
     "https://user:pass@push.example.com/x", "https://printer.local/x", "ftp://push.example.com/x", "https:///x",
     "https://push.example.com:99999/x", "https://push.example.com/ x", "https://224.0.0.1/", "", "x" * 1_100],
)  # fmt: skip
def test_an_address_that_is_no_push_service_is_refused(person: User, address: str) -> None:
    given = {"endpoint": address, **Browser().keys()}
    answer = client_of(person).post("/settings/push/subscribe/", given)
    assert answer.status_code == 400 and not Subscription.objects.exists()


def test_keys_that_are_none_are_refused(person: User) -> None:
    given = {"endpoint": "https://push.example.com/x", "p256dh": "AAAA", "auth": "!"}
    assert client_of(person).post("/settings/push/subscribe/", given).status_code == 400
    good = {"endpoint": "https://push.example.com/x", **Browser().keys()}
    assert client_of(person).post("/settings/push/subscribe/", good).status_code == 204


def test_a_name_that_leads_into_the_network_is_not_followed(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(*_: object, **__: object) -> list[Any]:
        return [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("127.0.0.1", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    with pytest.raises(addresses.NotAllowed):
        asyncio.run(addresses.resolved(addresses.parsed("https://push.example.com/x")))


def test_a_person_has_a_bounded_number_of_browsers(person: User) -> None:
    client = client_of(person)
    for number in range(23):
        given = {"endpoint": f"https://push.example.com/{number}", **Browser().keys()}
        assert client.post("/settings/push/subscribe/", given).status_code == 204
    kept = Subscription.objects.values_list("endpoint", flat=True)
    assert len(kept) == 20 and "https://push.example.com/22" in kept


def test_the_key_stays_the_same_and_follows_the_setting(settings: Any) -> None:
    from agentex_web.push import keys

    keys.vapid.cache_clear()
    first = keys.vapid().private_pem()
    keys.vapid.cache_clear()
    assert keys.vapid().private_pem() == first
    settings.AGENTEX_VAPID_KEY = unpadded((5).to_bytes(32))
    keys.vapid.cache_clear()
    assert keys.vapid().private_key.private_numbers().private_value == 5
    keys.vapid.cache_clear()
