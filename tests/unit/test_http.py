"""Which origins may open sockets, which addresses are refused, and what a bad client can write into the log."""

import asyncio
import logging
from importlib import import_module

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from agentex_web.chat import access
from agentex_web.http.logs import LINES_PER_MINUTE, Bounded, OneLine, Plain
from agentex_web.http.origins import is_allowed


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("https://chat.example.org", "chat.example.org", True),
        ("https://chat.example.org:443", "chat.example.org", True),
        ("http://localhost:8000", "localhost:8000", True),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("http://localhost:9999", "localhost:8000", False),
        ("https://chat.example.org:8443", "chat.example.org", False),
        ("https://evil.example.org", "chat.example.org", False),
        ("https://evil.example.org", "evil.example.org", False),
        ("https://front.example.net", "chat.example.org", True),
        ("", "chat.example.org", False),
        ("null", "chat.example.org", False),
        ("http://localhost:port", "localhost:8000", False),
        ("http://localhost:8000", "localhost:port", False),
    ],
)
def test_a_socket_is_opened_by_pages_of_this_site(
    settings: Settings, origin: str, host: str, allowed: bool
) -> None:
    settings.ALLOWED_HOSTS = ["chat.example.org", "localhost", "[::1]"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://front.example.net"]
    assert is_allowed(origin, host) is allowed


def record(name: str, level: int, message: str = "bad %s", *args: object) -> logging.LogRecord:
    try:
        raise ValueError("a long story")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    return logging.LogRecord(name, level, "file.py", 1, message, args or ("input",), info)


def test_a_refused_request_is_logged_without_a_traceback_and_a_fault_of_ours_with_one() -> None:
    refused, fault = (
        record("django.security.TooManyFieldsSent", logging.ERROR),
        record("django.request", logging.ERROR),
    )
    assert OneLine().filter(refused) and refused.exc_info is None
    assert OneLine().filter(fault) and fault.exc_info is not None


def test_a_client_cannot_fill_the_log() -> None:
    bounded = Bounded()
    passed = [bounded.filter(record("django.request", logging.WARNING)) for _ in range(1_000)]
    assert passed.count(True) == LINES_PER_MINUTE + 1
    assert bounded.filter(record("django.request", logging.WARNING, "another %s"))
    # Django's messages of this kind hold what the client sent.
    hosts = (f"Invalid HTTP_HOST header: 'host-{each}' %s" for each in range(1_000))
    passed = [bounded.filter(record("django.security.DisallowedHost", logging.ERROR, host)) for host in hosts]
    assert passed.count(True) == LINES_PER_MINUTE + 1


@pytest.mark.parametrize("module", ["consumers", "feeds", "page_state", "list_socket"])
def test_a_page_that_connects_again_and_again_cannot_fill_the_log(module: str) -> None:
    log = import_module(f"agentex_web.chat.{module}").logger
    assert any(isinstance(each, Bounded) for each in log.filters)


def test_foreign_text_forges_no_line_of_the_log() -> None:
    name = "x\nERROR   root: all is lost\x1b[2J\r\u2028end"
    line = Plain("{levelname} {message}", style="{").format(record("n", logging.INFO, "A file %s", name))
    assert line.startswith("INFO A file x\n    ERROR   root: all is lost\\x1b[2J\\r\\u2028end\nTraceback")


def test_a_form_with_a_nul_that_postgresql_refuses_is_a_bad_request(monkeypatch: pytest.MonkeyPatch) -> None:
    async def view(_: HttpRequest) -> HttpResponse:
        raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")

    monkeypatch.setattr(access, "get_user", lambda _: User(username="ada"))
    with pytest.raises(BadRequest):
        asyncio.run(access.signed_in(view)(HttpRequest()))


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/share/a%00b/", "/prompts/suggest?q=%00", "/sidebar/?agent=a%00"])
def test_an_address_with_a_nul_is_refused(path: str) -> None:
    assert Client().get(path).status_code == 400
