"""One person's limits across two web processes: counted in Redis, refused with a text and Retry-After.

This process is the second one: it has the same code, and lower limits.
"""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from redis import Redis

from agentex_web.limits import counting
from agentex_web.services import redis_url
from tests.support.accounts import kept_record
from tests.support.chat_rows import Chat
from tests.support.model_server import text
from tests.support.own_chats import client_of
from tests.support.people import Person
from tests.support.stack import Stack
from tests.support.waiting import PATIENCE

__all__ = ["kept_record"]

pytestmark = pytest.mark.usefixtures("kept_record")


@pytest.fixture(autouse=True)
def fresh_counts(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Deletes the counts afterwards, because other tests use the same address."""
    monkeypatch.setattr(counting, "REDIS_SECONDS", PATIENCE)
    yield
    redis = Redis.from_url(redis_url())
    for key in redis.scan_iter("limit:*"):
        redis.delete(key)


def message(words: str) -> dict[str, str]:
    return {"id": str(uuid.uuid4()), "agent": "haiku", "content": words}


def upload(client: Client) -> Any:
    return client.post("/attachments/", {"file": SimpleUploadedFile("a.txt", b"words")})


def test_messages_of_a_minute(stack: Stack, person: Person, settings: Any) -> None:
    stack.model.script(text("A."), match="one of many", times=2)
    for _ in range(2):
        assert person.http.post("/tasks/", data=message("one of many")).status_code == 201
    settings.AGENTEX_MESSAGES_PER_MINUTE = 2
    refused = client_of(person.user).post("/tasks/", message("one of many"))
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert "You can send 2 messages a minute. Try again in" in refused.text
    assert person.user.tasks.count() == 2


def test_uploads_of_a_minute(person: Person, stranger: Person, settings: Any) -> None:
    settings.AGENTEX_UPLOADS_PER_MINUTE = 2
    client = client_of(person.user)
    assert person.http.post("/attachments/", files={"file": ("a.txt", b"words")}).status_code == 201
    refused = [upload(client), upload(client), upload(client)]
    assert [each.status_code for each in refused] == [201, 429, 429]
    assert "2 files a minute" in refused[-1].text
    # A person who has reached it costs the others nothing.
    assert upload(client_of(stranger.user)).status_code == 201


def test_turns_at_work(person: Person, settings: Any) -> None:
    settings.AGENTEX_OPEN_TURNS = 2
    turns = [Chat(person).turn("hold this", status="running") for _ in range(2)]
    client = client_of(person.user)
    refused = client.post("/tasks/", message("one too many"))
    assert refused.status_code == 429 and refused.headers["Retry-After"]
    assert "2 of your messages are being answered; the limit is 2." in refused.text
    # A message that has already arrived is accepted again.
    again = {"id": str(turns[0].pk), "content": "hold this"}
    path = f"/tasks/{turns[0].task_id}/messages/"
    assert client.post(path, again, headers={"HX-Request": "true"}).status_code == 200


def test_twenty_wrong_logins_at_once_check_few_passwords(stack: Stack) -> None:
    name = f"ada-{uuid.uuid4().hex[:8]}"
    User.objects.create_user(name, password="lovelace-1843")

    def attempt(_: int = 0) -> tuple[int, str]:
        with httpx2.Client(base_url=stack.url, timeout=60, verify=False) as client:
            token = (
                client.get("/accounts/login/")
                .text.partition('csrfmiddlewaretoken" value="')[2]
                .partition('"')[0]
            )
            data = {"username": name, "password": "wrong", "csrfmiddlewaretoken": token}
            answer = client.post("/accounts/login/", data=data, headers={"Referer": stack.url})
            return answer.status_code, answer.headers.get("Retry-After", "")

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(attempt, range(20)))
    # 200: the password was checked. 503: the request waited too long for its check.
    assert sum(status in (200, 503) for status, _ in found) == 5
    assert all(retry for status, retry in found if status != 200)
    assert attempt()[0] == 429
    elsewhere = Client().post("/accounts/login/", {"username": name, "password": "wrong"})
    assert elsewhere.status_code == 429
