"""With keys, nothing in Temporal's history is readable, and the chat and its memory work as without keys."""

import asyncio
import base64
import json
from collections.abc import Iterator

import httpx2
import pytest
from django.test import override_settings
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads

from agentex_web.delivery.client import temporal_client
from agentex_web.encryption import converter
from agentex_web.tasks.models import Task
from agentex_web.waits.models import Wait
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until

UI = "http://temporal.test:8233"
KEYS = "2026:" + base64.b64encode(b"k" * 32).decode()


@pytest.fixture(scope="module")
def encrypting_processes(running_stack: Stack) -> Iterator[None]:
    running_stack.restore()
    for name in ("worker", "web"):
        running_stack.kill(name)
    running_stack.start_worker(AGENTEX_PAYLOAD_KEYS=KEYS)
    running_stack.start_web(AGENTEX_PAYLOAD_KEYS=KEYS, TEMPORAL_UI_URL=UI)
    yield
    # The next test that needs these processes starts them without keys.
    for name in ("worker", "web"):
        running_stack.kill(name)


@pytest.fixture
def encrypted(encrypting_processes: None, stack: Stack) -> Iterator[Stack]:
    """The stack with keys in the worker, the web process and this process."""
    converter.codec.cache_clear()
    with override_settings(AGENTEX_PAYLOAD_KEYS=[KEYS]):
        yield stack
    converter.codec.cache_clear()


def raw_history(task: Task) -> str:
    """The history as Temporal stores it, with bytes decoded as Latin-1."""

    async def read() -> str:
        handle = (await temporal_client()).get_workflow_handle(task.workflow_id)
        description = await handle.describe()
        events = [event async for event in handle.fetch_history_events()]
        raw = b"\n".join(event.SerializeToString() for event in [*events, description.raw_description])
        return raw.decode("latin-1")

    return asyncio.run(read())


def test_the_history_of_a_chat_is_unreadable(encrypted: Stack, person: Person) -> None:
    encrypted.model.script_steps(
        step(function_call("get_weather", {"city": "Swordfish Bay"})),
        step(text("It is marvellous there.")),
        match="whisper the password",
    )
    encrypted.model.script(text("I remember."), match="and again")
    turn = ended(last_turn(person.begin("weather", "whisper the password")))
    assert turn.status == "done", turn.error
    again = ended(person.send(turn.task, "and again"))
    assert again.status == "done", again.error
    assert "Swordfish Bay" in json.dumps(encrypted.model.requests("and again")[-1]["body"])
    history = raw_history(turn.task)
    for words in ("password", "Swordfish", "marvellous", "You are a weather reporter", person.user.username):
        assert words not in history, words
    assert "encryption-key-id" in history


def test_what_people_and_systems_tell_a_turn_is_unreadable(encrypted: Stack, person: Person) -> None:
    task = person.begin("waiter", "wait in secret")
    chat = f"/tasks/{task.pk}"

    def waiting(kind: str) -> Wait:
        found: Wait = until(lambda: Wait.objects.filter(task=task, kind=kind, status="waiting").first())
        return found

    answer = {"field-answer": "Captain Marvellous"}
    assert person.http.post(f"{chat}/forms/{waiting('form').pk}/", data=answer).status_code == 200
    assert person.http.post(f"{chat}/waits/{waiting('timer').pk}/go-on/").status_code == 200
    path = "/" + waiting("event").payload["url"].split("/", 3)[3]
    assert httpx2.post(encrypted.url + path, json={"what": "a swordfish"}).status_code == 202
    turn = ended(last_turn(task))
    assert turn.answers().get().content == "Captain Marvellous got a swordfish"
    history = raw_history(task)
    for words in ("secret", "Marvellous", "swordfish", "Who are you", "Three days", "parcel", "/events/"):
        assert words not in history, words


def test_temporals_page_is_decrypted_for_staff_alone(encrypted: Stack, person: Person) -> None:
    own = converter.codec()
    assert own is not None
    [written] = asyncio.run(own.encode([Payload(data=b'"a secret"')]))
    body = json_format.MessageToJson(Payloads(payloads=[written]))
    address = f"{person.url}/temporal/codec/decode"
    ui = {"Origin": UI, "Content-Type": "application/json"}
    elsewhere = {**ui, "Origin": "http://evil.test"}
    assert person.http.post(address, content=body, headers=elsewhere).status_code == 403
    assert person.http.post(address, content=body, headers=ui).status_code == 401
    person.user.is_staff = True
    person.user.save()
    answer = person.http.post(address, content=body, headers=ui)
    assert answer.headers["access-control-allow-origin"] == ui["Origin"]
    [found] = json.loads(answer.text)["payloads"]
    assert base64.b64decode(found["data"]) == b'"a secret"'
    assert person.http.options(address, headers=ui).status_code == 204
