"""Refusals: a status code, and a sentence that tells people why and what to do."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from agentex_web.actions.refused import Refused
from agentex_web.chat.access import View, person
from agentex_web.limits.people import TooMany
from agentex_web.tasks.threads import in_database


def valid(form: Form) -> dict[str, Any]:
    """The form's data.

    Raises:
        Refused: the form is invalid; the text is its first error.
    """
    if not form.is_valid():
        raise Refused(str(next(iter(form.errors.values()))[0]))
    return form.cleaned_data


async def refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The response to a refused request."""
    context = {"form_error": refused.reason, "home": reverse("chat:home")}
    answer = await in_database(render, request, "chat/_form_error.html", context, status=refused.status)
    if refused.retry_after is not None:
        answer.headers["Retry-After"] = str(refused.retry_after)
    return answer


Count = Callable[[int], Awaitable[None]]


def limited(count: Count) -> Callable[[View], View]:
    """Decorator for views inside `signed_in`: responds with 429 if the person has reached a limit.

    Args:
        count: a function of agentex_web/limits/people.py.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        async def within_limit(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                await count(person(request).pk)
            except TooMany as error:
                return await refusal(request, Refused(str(error), 429, error.seconds))
            return await view(request, *args, **kwargs)

        return within_limit

    return decorate
