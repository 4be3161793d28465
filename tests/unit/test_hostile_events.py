"""Events, answers and arguments that people and other systems send: forged, odd or too large."""

import json
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from agentex_web.actions.refused import Refused
from agentex_web.chat.questions.values import values_of
from agentex_web.chat.waits.argument_fields import argument_fields_of, arguments_in
from agentex_web.events import links as event_links
from agentex_web.events.models import ReceivedEvent
from tests.support.accounts import fresh_counts, kept_record
from tests.support.own_chats import a_chat, somebody

__all__ = ["fresh_counts", "kept_record"]


pytestmark = pytest.mark.usefixtures("kept_record", "fresh_counts")


def event(client: Client, address: str, body: bytes = b"{}", **headers: str) -> Any:
    path = "/" + address.split("/", 3)[3]
    return client.post(path, body, content_type="application/json", headers=headers)


def test_an_event_url_is_bound_to_its_task_and_its_name_and_expires(settings: Any, monkeypatch: Any) -> None:
    task, other = a_chat(somebody()), a_chat(somebody())
    address = event_links.link_of(task.pk, "paid")
    client = Client(enforce_csrf_checks=True)
    assert event(client, address, b'{"n": 1}', idempotency_key="k").status_code == 202
    # A repeated event is recognised.
    assert event(client, address, b'{"n": 2}', idempotency_key="k").status_code == 202
    [kept] = ReceivedEvent.objects.filter(task=task)
    assert (kept.name, kept.body) == ("paid", {"n": 1})
    token = address.rstrip("/").rsplit("/", 1)[1]
    forged = signing.dumps([other.pk.hex, "paid"], key="guessed", salt="agentex_web.events", compress=True)
    for each in (
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token.replace(":", "x", 1),
        forged,
        "a:b:c",
        ".",
    ):
        assert event(client, f"http://h/x/events/{each}/".replace("/x/", "/")).status_code == 404, each
    settings.AGENTEX_EVENT_DAYS = 0
    assert event(client, address).status_code == 410
    assert not ReceivedEvent.objects.filter(task=other).exists()


@pytest.mark.parametrize("body", [b"NaN", b'{"a": Infinity}', b"[" * 50_000, b'"\\ud800', b"{", b"9" * 5_000])
def test_what_is_no_json_is_no_event(body: bytes) -> None:
    address = event_links.link_of(a_chat(somebody()).pk, "paid")
    assert event(Client(), address, body).status_code == 400


@pytest.mark.parametrize(
    "body", [b'"\\ud800 \\u0000"', b'{"\\u0000": "\\udfff"}', b"1e400", b'"' + b"x" * 60_000 + b'"']
)
def test_odd_json_is_kept_as_far_as_a_database_takes_it(body: bytes) -> None:
    task = a_chat(somebody())
    assert event(Client(), event_links.link_of(task.pk, "paid"), body).status_code == 202
    kept = ReceivedEvent.objects.get(task=task).body
    assert "\x00" not in json.dumps(kept) and kept != float("inf")


def test_an_event_is_limited_in_size_and_number(settings: Any) -> None:
    address = event_links.link_of(a_chat(somebody()).pk, "paid")
    settings.AGENTEX_EVENT_BYTES = 10
    assert event(Client(), address, b'"12345678901234"').status_code == 413
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 12
    assert event(Client(), address, b'"12345678901234"').status_code == 413
    settings.AGENTEX_EVENTS_PER_MINUTE = 3
    event(Client(), address)
    refused = event(Client(), address)
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 0


@pytest.mark.parametrize("text", ["nan", "inf", "-Infinity", "1e999", "9" * 5_000, "٣x"])
def test_what_is_no_number_to_json_stays_a_text(text: str) -> None:
    from django.http import QueryDict

    for kind in ("number", "integer"):
        post = QueryDict(mutable=True)
        post["field-n"] = text
        [value] = values_of([{"name": "n", "kind": kind}], post, {}).values()
        assert isinstance(value, str)


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "[NaN]", "[" * 50_000, "9" * 5_000])
def test_an_argument_is_json(text: str) -> None:
    with pytest.raises(Refused):
        arguments_in({"argument.n": text}, argument_fields_of({"n": 1.5}, {}))


def test_a_choice_that_is_none_is_refused_by_the_schema() -> None:
    from django.http import QueryDict

    spec = {"name": "c", "kind": "choice", "choices": [{"value": "a", "label": "A"}]}
    for number in ("1", "-1", "²", "9" * 5_000):
        post = QueryDict(mutable=True)
        post["field-c"] = number
        assert values_of([spec], post, {}) == {"c": number}
