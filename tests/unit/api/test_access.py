"""Every operation of the API, asked without a key, by another person, and in ways that no client should."""

import json
import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.test import AsyncClient

from agentex_web.accounts.models import ApiKey
from agentex_web.api import bodies
from agentex_web.tasks.models import Task, Turn
from agentex_web.waits.models import Wait
from tests.support.addresses import routes
from tests.support.own_chats import a_chat
from tests.unit.api.calling import BASE, Caller, described

pytestmark = pytest.mark.django_db(transaction=True)
OPERATIONS = [
    (method, path.removeprefix(BASE))
    for path, operations in described()["paths"].items()
    for method in operations
]
BODIES: dict[str, Any] = {
    "sendMessage": {"content": "a"},
    "createTask": {"agent": "quiet", "message": {"content": "a"}},
    "decideWait": {"action": "approve"},
    "changeTask": {"title": "Mine"},
}
OWN = ("/agents", "/tasks", "/waits", "/files", "/agents/{name}")
"""Operations that name no object of another person."""


async def chat(owner: Caller) -> dict[str, str]:
    task = await sync_to_async(a_chat)(owner.user)
    wait = await Wait.objects.acreate(task=task, turn_id=task.head_id, kind="approval", workflow_id="w")
    return {
        "task_id": str(task.pk),
        "turn_id": str(task.head_id),
        "wait_id": str(wait.pk),
        "file_id": str(uuid.uuid4()),
        "name": task.agent_id,
    }


def body_of(method: str, path: str) -> Any:
    return BODIES.get(described()["paths"][BASE + path][method]["operationId"])


def test_every_operation_is_described_and_has_an_address() -> None:
    known = {route for route in routes() if route.startswith("api/v1/")} - {"api/v1/openapi.json"}
    said = {f"api/v1{path}".replace("{", "<").replace("}", ">") for _, path in OPERATIONS}
    assert said == known
    assert len(OPERATIONS) == 18


async def test_without_a_key_nothing_is_told(ada: Caller) -> None:
    ids = await chat(ada)
    session = AsyncClient()
    await session.aforce_login(ada.user)
    for method, path in OPERATIONS:
        filled = path.format(**ids)
        for key in ("", "Bearer wrong", f"Basic {ada.key}"):
            answer = await ada.call(method, filled, body_of(method, path), authorization=key)
            # Invalid keys are limited after some time.
            assert answer.status_code in (401, 429), (method, path)
            assert (answer.status_code == 429) == ("Retry-After" in answer.headers)
            assert answer.status_code == 429 or answer.headers["WWW-Authenticate"].startswith("Bearer")
        # A cookie does not count, and neither does a key in the address.
        for address in (BASE + filled, f"{BASE}{filled}?key={ada.key}&access_token={ada.key}"):
            assert (await session.generic(method.upper(), address)).status_code == 401
    assert await ApiKey.objects.aget(pk=ada.key_row.pk) == ada.key_row
    assert (await Task.objects.aget(pk=ids["task_id"])).delete_at is None


async def test_a_body_without_a_key_is_not_parsed(ada: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[Any] = []
    monkeypatch.setattr(bodies, "strict_json", parsed.append)
    large = b"[" * (bodies.LARGE + 1)
    assert (await ada.raw("post", "/tasks", large, authorization="")).status_code == 401
    assert not parsed
    await ada.raw("post", "/tasks", large)
    assert parsed


async def test_another_person_does_not_learn_that_it_exists(ada: Caller, eve: Caller) -> None:
    ids = await chat(ada)
    nothing = {**ids, **{name: str(uuid.uuid4()) for name in ("task_id", "turn_id", "wait_id", "file_id")}}
    for method, path in OPERATIONS:
        if path in OWN:
            continue
        theirs = await eve.call(method, path.format(**ids), body_of(method, path))
        none = await eve.call(method, path.format(**nothing), body_of(method, path))
        assert (theirs.status_code, none.status_code) == (404, 404), (method, path)
        assert theirs.json() == none.json()
    assert [each["id"] for each in (await eve.json("/tasks"))["data"]] == []
    assert (await eve.json("/waits"))["data"] == []
    task = await Task.objects.aget(pk=ids["task_id"])
    assert (task.title, task.delete_at) == ("A question", None)
    assert await Turn.objects.filter(task=task).acount() == 1


async def test_errors_are_never_html(ada: Caller, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("/nothing", "/tasks/1", "/tasks/", "/agents/x/y"):
        answer = await ada.raw("get", path)
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert (
        (await ada.raw("get", "/tasks", host="evil.example")).headers["Content-Type"].endswith("problem+json")
    )
    nul = await ada.raw("get", "/tasks?query=%00")
    assert (nul.status_code, nul.json()["code"]) == (400, "bad_request")

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("agentex_web.api.reading.agents", broken)
    answer = await ada.call("get", "/agents")
    assert answer.status_code == 500 and answer.json()["code"] == "internal_error"
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"content": NaN}', 400),
        (b"[" * 100_000, 400),
        (b'{"content": ' + b"[" * 200 + b"]" * 200 + b"}", 400),
        (b'{"content": "' + b"x" * 3_000_000 + b'"}', 413),
        (b'{"content": "' + b"x" * 200_000 + b'"}', 422),
        (b'{"content": 1}', 422),
        (b'{"content": ""}', 422),
        (b'{"content": " \\n "}', 422),
        (b'{"contents": "a"}', 422),
        (b'{"content": "a", "id": "1"}', 422),
        (b'{"content": "a", "attachments": ["x"]}', 422),
        (b'{"content": "a", "choices": {"temperature": 1e999}}', 422),
        (b'{"content": "a", "choices": {"model": "none"}}', 422),
        (b'{"content": "a", "choices": {"without": ["none"]}}', 422),
        (b'{"content": "a", "agent": "nobody"}', 409),
        (b"[]", 422),
        (b"null", 422),
    ],
)
async def test_a_faulty_body_is_refused_with_a_reason(ada: Caller, body: bytes, status: int) -> None:
    ids = await chat(ada)
    path = f"/tasks/{ids['task_id']}/messages"
    answer = await ada.raw("post", path, body)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json" and answer.json()["detail"]
    assert await Turn.objects.filter(task=ids["task_id"]).acount() == 1


async def test_only_json_is_read(ada: Caller) -> None:
    ids = await chat(ada)
    path = f"/tasks/{ids['task_id']}/messages"
    answer = await ada.raw("post", path, "content=a", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_halves_of_surrogate_pairs_and_nul_are_repaired(ada: Caller) -> None:
    ids = await chat(ada)
    body = json.dumps({"content": "a\ud83d b\x00c"})
    answer = await ada.raw("post", f"/tasks/{ids['task_id']}/messages", body)
    assert answer.status_code == 201
    assert answer.json()["messages"][0]["content"] == "a\ufffd bc"


@pytest.mark.parametrize("method", ["put", "trace", "options", "foo"])
async def test_other_methods_are_refused_with_the_possible_ones(ada: Caller, method: str) -> None:
    answer = await ada.raw(method, "/tasks")
    assert answer.status_code == 405 and answer.json()["code"] == "method_not_allowed"
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}


async def test_head_is_like_get_without_a_body(ada: Caller) -> None:
    got, head = await ada.raw("get", "/agents"), await ada.raw("head", "/agents")
    assert head.status_code == 200 and head.content == b""
    assert head.headers["Content-Length"] == str(len(got.content))
    ids = await chat(ada)
    stream = await ada.raw("head", f"/tasks/{ids['task_id']}/events")
    assert stream.status_code == 200 and not stream.streaming


async def test_no_other_site_may_read(ada: Caller) -> None:
    answer = await ada.raw("get", "/agents", origin="https://evil.example")
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert answer.headers["Cache-Control"] == "no-store, private"


async def test_requests_are_limited(ada: Caller, settings: Any) -> None:
    settings.AGENTEX_API_REQUESTS_PER_MINUTE = 2
    assert [(await ada.get("/agents")).status_code for _ in range(2)] == [200, 200]
    answer = await ada.get("/agents")
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert 0 < int(answer.headers["Retry-After"]) <= 60


async def test_the_description_is_valid_and_needs_no_key() -> None:
    answer = await AsyncClient().get(f"{BASE}/openapi.json")
    assert answer.json() == described() and answer.json()["openapi"].startswith("3.1")
    ids = [
        each["operationId"] for operations in described()["paths"].values() for each in operations.values()
    ]
    assert len(set(ids)) == len(ids)
    assert all(
        each["security"] for operations in described()["paths"].values() for each in operations.values()
    )
    assert settings.LANGUAGE_CODE == "en"
