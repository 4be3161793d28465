"""Prepares the database when a process starts: the web process migrates it, and the worker waits for that."""

import contextlib
import ctypes
import gc
import logging
import time

from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from agentex_web.accounts.environment import create_superuser_from_environment

logger = logging.getLogger(__name__)

_ASK_EVERY = 0.2
_COMPLAIN_EVERY = 15.0


def prepare() -> None:
    """Applies missing migrations, and creates the account that the environment names.

    Raises:
        DatabaseError: the database cannot be used.
        CommandError: the environment names an account that cannot be created.
    """
    try:
        if _is_behind():
            call_command("migrate", interactive=False, verbosity=0)
            _give_back_memory()
        create_superuser_from_environment()
    finally:
        connections.close_all()


def _give_back_memory() -> None:
    """Frees the memory of all migrations' models: the collector is off at the start, and glibc keeps it."""
    gc.collect()
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def wait_until_migrated() -> None:
    """Returns when the database has every migration of this code."""
    complaint_due = time.monotonic() + _COMPLAIN_EVERY
    while True:
        try:
            if not _is_behind():
                return
            reason = "it lacks migrations; run `migrate`"
        except DatabaseError as error:
            reason = str(error).strip()
        finally:
            connections.close_all()
        if time.monotonic() > complaint_due:
            complaint_due = time.monotonic() + _COMPLAIN_EVERY
            logger.warning("Waiting for the database: %s", reason)
        time.sleep(_ASK_EVERY)


def _is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
