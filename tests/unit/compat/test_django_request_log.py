"""agentex_web/compat/django_request_log.py is needed while Django logs every response of 500 and above."""

import logging

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.log import log_response

from agentex_web.compat.django_request_log import unlogged


def logged(response: HttpResponse, caplog: pytest.LogCaptureFixture) -> list[str]:
    with caplog.at_level(logging.WARNING, "django.request"):
        log_response("%s", "busy", response=response, request=RequestFactory().get("/healthz"))
    return [record.message for record in caplog.records]


def test_django_logs_what_is_not_marked(caplog: pytest.LogCaptureFixture) -> None:
    assert logged(HttpResponse(status=503), caplog) == ["busy"]


def test_a_marked_answer_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert logged(unlogged(HttpResponse(status=503)), caplog) == []
