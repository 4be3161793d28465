"""Runs what a response must not wait for: its time would tell strangers whether there is an account."""

import contextvars
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connections
from django.utils import translation

logger = logging.getLogger(__name__)

_threads = ThreadPoolExecutor(2, thread_name_prefix="after a response")
"""A mail server that does not answer holds a thread for 10 s (configuration/mail.py)."""


def after_response(work: Callable[[], object]) -> Future[None]:
    """Runs ``work`` in a thread, in the language of the request. An exception is logged."""
    context, language = contextvars.copy_context(), translation.get_language()
    return _threads.submit(context.run, _run, work, language)


def _run(work: Callable[[], object], language: str | None) -> None:
    try:
        with translation.override(language):
            work()
    except Exception:
        logger.exception("Work after a response failed")
    finally:
        connections.close_all()
