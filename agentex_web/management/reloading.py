"""`runworker --reload`. Its first process loads neither Django's apps nor the worker until a file changes."""

import asyncio
import gc
import logging.config
from collections.abc import Callable, Collection

from django.conf import settings

from agentex_web.embedded import leash
from agentex_web.worker.reloading import Reloader, Serve


def serve_and_reload(task_queue: str | None = None) -> int:
    """Serves until SIGTERM or SIGINT. Returns the exit code."""
    leash.hold()
    logging.config.dictConfig(settings.LOGGING)
    gc.enable()
    grace = settings.AGENTEX_WORKER_GRACE_SECONDS
    # When a new process takes over, the old one lets its running calls finish.
    settings.AGENTEX_WORKER_GRACE_SECONDS = settings.AGENTEX_MODEL_TIMEOUT
    return Reloader(lambda: _load(task_queue), settings.AGENTEX_AGENT_DIRS, grace, _forget).run()


def _load(task_queue: str | None) -> Serve:
    # The imports create many objects but no garbage.
    gc.disable()
    import django

    django.setup()
    from agentex_web.management.database import wait_until_migrated
    from agentex_web.worker.run import serve

    # What is loaded now is frozen, so that the garbage collector does not scan it again.
    gc.freeze()
    gc.enable()

    def serve_when_migrated(is_ready: Callable[[Collection[str] | None], None]) -> None:
        # Here and not in `_load`: the first process watches the others, and must not wait for a database.
        wait_until_migrated()
        asyncio.run(serve(task_queue, is_ready))

    return serve_when_migrated


def _forget(process: int) -> None:
    from agentex_web.worker.run import fatal_imports

    fatal_imports().forget(process)
