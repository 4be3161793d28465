"""Who is signed in: views for them, and whether a session still counts."""

from collections.abc import Callable, Coroutine
from functools import wraps
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse

from agentex_web.tasks.threads import in_database


def still_signed_in(session_key: str) -> User | AnonymousUser:
    """The session's user; AnonymousUser if they have logged out or changed their password since."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    return user if isinstance(user, User) else AnonymousUser()


def person(request: HttpRequest) -> User:
    """The signed-in user. For views decorated with ``signed_in``."""
    assert isinstance(request.user, User)
    return request.user


View = Callable[..., Coroutine[Any, Any, HttpResponse]]


def signed_in(view: View) -> View:
    """Decorator of async views: sends people who are not signed in to the login page, loads the user once."""

    @wraps(view)
    async def with_user(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Loads session and account in one thread hop; each of Django's own async calls would be another.
        request.user = await in_database(get_user, request)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        try:
            return await view(request, *args, **kwargs)
        except DataError as error:
            # PostgreSQL refuses a NUL in a field that no Django form has cleaned. SQLite finds nothing.
            if "NUL" in str(error):
                raise BadRequest("There is a NUL in the form.") from error
            raise

    return with_user
