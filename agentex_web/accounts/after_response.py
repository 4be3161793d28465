"""Runs what a response must not wait for: its time would tell strangers whether there is an account."""

import contextvars
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connections
from django.utils import translation

logger = logging.getLogger(__name__)

AT_MOST = 100
"""Calls that run or wait. Strangers can cause them, so what comes beyond that is logged and left out."""
_threads = ThreadPoolExecutor(2, thread_name_prefix="after a response")
"""A mail server that does not answer holds a thread for 10 s (configuration/mail.py)."""
_places = threading.BoundedSemaphore(AT_MOST)


def after_response(work: Callable[[], object]) -> None:
    """Runs ``work`` in a thread, in the language of the request. An exception is logged."""
    if not _places.acquire(blocking=False):
        logger.error("%s calls still wait after their responses: one more was left out.", AT_MOST)
        return
    context, language = contextvars.copy_context(), translation.get_language()
    _threads.submit(context.run, _run, work, language)


def _run(work: Callable[[], object], language: str | None) -> None:
    try:
        with translation.override(language):
            work()
    except BaseException:
        logger.exception("Work after a response failed")
    finally:
        connections.close_all()
        _places.release()
