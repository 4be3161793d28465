"""A person's browsers subscribe and unsubscribe; addresses that are no push service's are refused."""

import asyncio
import socket
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from agentex_web.push import addresses
from agentex_web.push.models import Subscription
from tests.support.own_chats import client_of, somebody
from tests.unit.push.pushing import Browser, PushService, unpadded

pytestmark = pytest.mark.django_db


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
