"""One person's limits across two web processes: counted in Redis, refused with a text and Retry-After."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from django.contrib.auth.models import User
from redis import Redis

from agentex_web.services import redis_url
from tests.support.model_server import text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack, free_port
from tests.support.waiting import until

LIMITS = {"AGENTEX_MESSAGES_PER_MINUTE": "4", "AGENTEX_UPLOADS_PER_MINUTE": "2", "AGENTEX_OPEN_TURNS": "2"}


@pytest.fixture(scope="module")
def sites(running_stack: Stack) -> Iterator[list[str]]:
    """The addresses of two web processes of one site."""
    running_stack.restore()
    ports = [free_port(), free_port()]
    running_stack.shared = {f"web-{port}" for port in ports}
    for port in ports:
        running_stack.start_web(f"web-{port}", port, **LIMITS)
    yield [f"http://127.0.0.1:{port}" for port in ports]
    running_stack.shared = set()
    for port in ports:
        running_stack.kill(f"web-{port}")


@pytest.fixture(autouse=True)
def fresh_counts(stack: Stack) -> Iterator[None]:
    """Deletes the counts afterwards, because other tests use the same address."""
    yield
    redis = Redis.from_url(redis_url())
    for key in redis.scan_iter("limit:*"):
        redis.delete(key)


def post(person: Person, site: str, words: str) -> httpx2.Response:
    data = {"id": str(uuid.uuid4()), "agent": "haiku", "content": words}
    return person.http.post(f"{site}/tasks/", data=data, headers={"Referer": site})


def test_messages_of_a_minute(stack: Stack, person: Person, stranger: Person, sites: list[str]) -> None:
    stack.model.script(text("A."), match="one of many", times=5)
    for site in sites * 2:
        assert post(person, site, "one of many").status_code == 201
        for task in person.user.tasks.all():
            ended(last_turn(task))
    refused = post(person, sites[1], "one of many")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert "You can send 4 messages a minute. Try again in" in refused.text
    assert person.user.tasks.count() == 4
    assert post(stranger, sites[1], "one of many").status_code == 201


def test_uploads_of_a_minute(person: Person, sites: list[str]) -> None:
    def upload(site: str) -> httpx2.Response:
        return person.http.post(
            f"{site}/attachments/", files={"file": ("a.txt", b"words")}, headers={"Referer": site}
        )

    assert [upload(site).status_code for site in (*sites, sites[0])] == [201, 201, 429]
    assert "2 files a minute" in upload(sites[1]).text


def test_turns_at_work(stack: Stack, person: Person, sites: list[str]) -> None:
    stack.model.script(text("Done."), match="hold this", hold_after=0, times=2)
    for site in sites:
        assert post(person, site, "hold this").status_code == 201
    refused = post(person, sites[0], "one too many")
    assert refused.status_code == 429 and refused.headers["Retry-After"]
    assert "2 of your messages are being answered; the limit is 2." in refused.text
    # A message that has already arrived is accepted again.
    task = person.user.tasks.first()
    assert task is not None
    turn = last_turn(task)
    again = person.http.post(
        f"{sites[1]}/tasks/{task.pk}/messages/",
        data={"id": str(turn.pk), "content": "hold this"},
        headers={"Referer": sites[1]},
    )
    assert again.status_code == 200
    # Answers can only be released once they have been requested.
    until(lambda: len(stack.model.requests("hold this")) == 2, stack.logs)
    stack.model.release()
    for each in person.user.tasks.all():
        ended(last_turn(each))


def test_twenty_wrong_logins_at_once_check_few_passwords(stack: Stack, sites: list[str]) -> None:
    name = f"ada-{uuid.uuid4().hex[:8]}"
    User.objects.create_user(name, password="lovelace-1843")

    def attempt(site: str) -> tuple[int, str]:
        with httpx2.Client(base_url=site, timeout=60) as client:
            token = (
                client.get("/accounts/login/")
                .text.partition('csrfmiddlewaretoken" value="')[2]
                .partition('"')[0]
            )
            data = {"username": name, "password": "wrong", "csrfmiddlewaretoken": token}
            answer = client.post("/accounts/login/", data=data, headers={"Referer": site})
            return answer.status_code, answer.headers.get("Retry-After", "")

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(attempt, sites * 10))
    # 200: the password was checked. 503: the request waited too long for its check.
    assert sum(status in (200, 503) for status, _ in found) == 5
    assert all(retry for status, retry in found if status != 200)
    assert attempt(sites[0])[0] == 429 and attempt(sites[1])[0] == 429
