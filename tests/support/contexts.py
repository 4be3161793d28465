"""Responses of Django's test client without copies of their templates' contexts: a tenth of a request's time.

A template's variables are those at its end, and not those at its beginning.
"""

from typing import Any

from django.template import Context, Template
from django.test import client
from django.test.utils import ContextList


def copy_no_contexts() -> None:
    """Makes the responses of this process's clients have the contexts themselves."""
    vars(client)["store_rendered_templates"] = _store


def _store(
    store: dict[str, Any], signal: object, sender: object, template: Template, context: Context, **_: Any
) -> None:
    store.setdefault("templates", []).append(template)
    store.setdefault("context", ContextList()).append(context)
