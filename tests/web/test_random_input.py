"""Random, odd input causes no server errors and no log entries, and strangers change nothing.

Hypothesis generates the same input in every run.
"""

import json
import logging
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentex_web.chat.consumers import VERSION
from agentex_web.http.origins import is_allowed
from agentex_web.limits import counting
from agentex_web.limits.local import LocalCounter
from agentex_web.positions import OPENING
from agentex_web.streams.entries import readable
from agentex_web.streams.keys import FIELD, IN_QUERY
from agentex_web.tasks.models import Message
from tests.support.accounts import fresh_counts, kept_record
from tests.support.addresses import filled, routes
from tests.support.walking import World

__all__ = ["fresh_counts", "kept_record"]

# All examples of a test share its fixtures, so an example may find data from earlier examples.
few = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
fewest = settings(few, max_examples=8)

ODD = st.sampled_from(
    [
        "",
        "\x00",
        "\ud800",
        "💥" * 50,
        "NaN",
        "-1",
        "9" * 400,
        "0" * 32,
        "' OR 1=1 --",
        "../../etc/passwd",
        "%00",
        "\r\nX: y",
    ]
)
WORDS = st.one_of(st.text(max_size=60), ODD)
FIELDS = st.sampled_from(
    ["id", "agent", "content", "attachments", "keep", "choose_files", "value", "comment", "do", "message", "result",
     "encoding", "file", "username", "login", "password", "email", "action", "next", "first_name", "title", "text",
     "name", "prompt", "cadence", "once", "cron", "time_zone", "at", "skipped", "run", "ids", "folder", "to",
     "endpoint", "reason", "output"]
)  # fmt: skip
QUERIES = st.sampled_from(
    [
        "q",
        "agent",
        "all",
        "current",
        "cursor",
        "version",
        "next",
        "p",
        "o",
        "e",
        "_popup",
        "id__in",
        "before",
        "after",
        "shown",
        "state",
        "folder",
        "kind",
        "page",
    ]
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
OWN = [route for route in routes() if not route.startswith(("admin/", "accounts/3rdparty", "accounts/oidc"))]
LISTS = [route for route in routes() if route.startswith("admin/") and "<" not in route]


@pytest.fixture
def world(kept_record: None) -> World:
    return World()


@pytest.fixture(autouse=True)
def no_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fails a test that logs an error, or a traceback at any level."""
    yield
    bad = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.levelno >= logging.ERROR
        or (record.exc_info and not record.name.startswith("django.security"))
    ]
    assert not bad


def encoded(fields: list[tuple[str, str]]) -> bytes:
    """Encodes a form, with lone surrogates as some clients send them."""

    def quoted(text: str) -> str:
        return quote_from_bytes(text.encode("utf-8", "surrogatepass"))

    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in fields).encode()


def fine(answer: Any) -> bool:
    return answer.status_code < 500 or answer.status_code == 503


def post(client: Client, path: str, body: bytes, kind: str = "application/x-www-form-urlencoded") -> Any:
    counting._local = LocalCounter()
    return client.generic("POST", path, body, content_type=kind)


@pytest.mark.parametrize("role", ["nobody", "owner"])
def test_no_form_is_an_error_of_ours(world: World, role: str) -> None:
    client = world.client(role)

    @few
    @given(route=st.sampled_from(OWN), fields=st.lists(st.tuples(FIELDS, WORDS), max_size=6))
    def check(route: str, fields: list[tuple[str, str]]) -> None:
        assert fine(post(client, filled(route, world.values(route)), encoded(fields))), route

    check()


def test_no_query_is_an_error_of_ours(world: World) -> None:
    client = world.client("owner")

    @few
    @given(route=st.sampled_from(OWN), fields=st.lists(st.tuples(QUERIES, WORDS), max_size=4))
    def check(route: str, fields: list[tuple[str, str]]) -> None:
        query = encoded(fields).decode()
        assert fine(client.get(f"{filled(route, world.values(route))}?{query}")), route

    check()


def test_no_query_of_the_admin_is_an_error_of_ours(world: World) -> None:
    client = world.client("administrator")

    @few
    @given(route=st.sampled_from(LISTS), fields=st.lists(st.tuples(QUERIES, WORDS), max_size=3))
    def check(route: str, fields: list[tuple[str, str]]) -> None:
        assert fine(client.get(f"{filled(route, world.values(route))}?{encoded(fields).decode()}")), route

    check()


@pytest.mark.parametrize(
    "kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", "a/b; charset=\x7f"]
)
def test_no_body_is_an_error_of_ours(world: World, kind: str) -> None:
    client = world.client("owner")

    @fewest
    @given(
        route=st.sampled_from(OWN),
        body=st.one_of(st.binary(max_size=200), JSON.map(lambda value: json.dumps(value).encode())),
    )
    def check(route: str, body: bytes) -> None:
        assert fine(post(client, filled(route, world.values(route)), body, kind)), route

    check()


def test_no_address_is_an_error_of_ours(world: World) -> None:
    client = world.client("owner")

    @few
    @given(
        parts=st.lists(
            st.one_of(st.sampled_from(["tasks", "attachments", "admin", str(world.task.pk)]), WORDS),
            max_size=4,
        )
    )
    def check(parts: list[str]) -> None:
        path = "/".join(quote_from_bytes(part.encode("utf-8", "surrogatepass")) for part in parts)
        assert fine(client.get(f"/{path}/")), path

    check()


@pytest.mark.parametrize("route", ["tasks/", "tasks/<task_id>/messages/"])
def test_whatever_is_sent_is_kept_as_it_is_or_refused(world: World, route: str) -> None:
    client = world.client("owner")
    sent = Message.objects.filter(turn__task__owner=world.people["owner"], position=OPENING)

    @fewest
    @given(content=st.one_of(WORDS, st.text(max_size=200)))
    def check(content: str) -> None:
        before = set(sent.values_list("pk", flat=True))
        fields = [("id", str(uuid.uuid4())), ("agent", world.agent.name), ("content", content)]
        answer = post(client, filled(route, world.values(route)), encoded(fields))
        assert answer.status_code in (201, 302, 400)
        kept = [message.content for message in sent.exclude(pk__in=before)]
        # Invalid UTF-8 is stored with replacement characters.
        as_read = content.encode("utf-8", "surrogatepass").decode("utf-8", "replace").replace("\r\n", "\n")
        assert kept == ([] if answer.status_code == 400 else [as_read])

    check()


@few
@given(st.binary(max_size=200), st.dictionaries(st.text(max_size=10), JSON, max_size=6))
def test_no_stream_entry_is_an_error_of_ours(body: bytes, event: dict[str, Any]) -> None:
    types = ["delta", "started", "done", "turn", "reset", "branch", "version", "account"]
    entries = [
        body,
        json.dumps(event).encode(),
        *(json.dumps({**event, "t": each}).encode() for each in types),
    ]
    for entry in readable([(b"1-1", {FIELD: each}) for each in entries]):
        assert entry.cursor == "1-1"


@few
@given(st.text(max_size=200), st.integers(min_value=-(10**30), max_value=10**30))
def test_no_query_of_a_socket_is_an_error_of_ours(query: str, number: int) -> None:
    for each in (query, f"cursor={number}-{number}&version={number}", f"cursor={query}&version={query}"):
        cursor, version = IN_QUERY.search(each), VERSION.search(each)
        assert cursor is None or len(cursor[1]) <= 39
        assert version is None or 0 <= int(version[1]) < 10**15


@few
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_foreign_origin_is_allowed(origin: str, host: str) -> None:
    assert not is_allowed(origin, host)
    assert not is_allowed(f"https://{origin}.evil.example", "127.0.0.1:8000")
