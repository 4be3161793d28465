"""Saying no: a status, and a sentence that tells the person why and what to do."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from agentex_web.tasks.threads import in_database


class Refused(Exception):
    """A request that changes nothing; the text tells the person why."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


def valid(form: Form) -> dict[str, Any]:
    """The form's data.

    Raises:
        Refused: with the first thing that is wrong with it.
    """
    if not form.is_valid():
        raise Refused(str(next(iter(form.errors.values()))[0]))
    return form.cleaned_data


async def refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The answer to a request that was refused."""
    context = {"form_error": refused.reason, "home": reverse("chat:home")}
    return await in_database(render, request, "chat/_form_error.html", context, status=refused.status)
