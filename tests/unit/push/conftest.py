"""These tests run their own push service on a loopback port."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.support.own_chats import client_of, somebody
from tests.unit.push.pushing import Browser, PushService


@pytest.fixture
def no_ports() -> None:
    """Overrides the fixture of tests/unit, to allow ports."""


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
