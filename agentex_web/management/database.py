"""Prepares the database when a process starts: the web process migrates it, and the worker waits for that."""

import logging
import os
import sys
import time

from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from agentex_web.accounts.environment import create_superuser_from_environment

logger = logging.getLogger(__name__)

_ASK_EVERY = 0.2
_COMPLAIN_EVERY = 15.0
_MOST_BYTES = 4_096
"""Of an error's text. A pipe holds more without a reader."""

_Name = tuple[str, str]
"""A migration's app and name."""


def prepare() -> None:
    """Applies missing migrations, and creates the account that the environment names.

    Raises:
        DatabaseError: the database cannot be used.
        CommandError: the environment names an account that cannot be created.
    """
    try:
        if _missing():
            _migrate()
        create_superuser_from_environment()
    finally:
        connections.close_all()


def _migrate() -> None:
    """Applies the migrations.

    Raises:
        DatabaseError: the database cannot be used, or a migration failed.
    """
    if sys.platform == "linux":
        _migrate_in_child()
    else:
        # On macOS, PostgreSQL's client library crashes in a process that was forked after it had connected.
        call_command("migrate", interactive=False, verbosity=0)


def _migrate_in_child() -> None:
    """Applies the migrations in a forked process. All migrations' models take 60 MB, of which this process
    would keep half for good.

    Raises:
        DatabaseError: the database cannot be used, or a migration failed.
    """
    # A process that inherits a connection must not use it.
    connections.close_all()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        code, error = 1, b""
        try:
            call_command("migrate", interactive=False, verbosity=0)
            code = 0
        except Exception as failed:  # noqa: BLE001  (the parent reports it)
            error = f"{type(failed).__name__}: {failed}".encode(errors="replace")
        finally:
            os.write(write, error[:_MOST_BYTES])
            # Not sys.exit: the exit handlers belong to the first process.
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        reason = pipe.read().decode(errors="replace")
    if os.waitpid(child, 0)[1]:
        raise DatabaseError(reason or "the process that applies the migrations was killed")


def wait_until_migrated() -> None:
    """Returns when the database has every migration of this code."""
    complaint_due = time.monotonic() + _COMPLAIN_EVERY
    missing: set[_Name] | None = None
    while True:
        try:
            # Reading all migrations takes 46 ms of processor time, which the process that applies them needs.
            if missing is None or missing <= MigrationRecorder(connection).applied_migrations().keys():
                missing = _missing()
                if not missing:
                    return
            reason = "it lacks migrations; run `migrate`"
        except DatabaseError as error:
            reason = str(error).strip()
        finally:
            connections.close_all()
        if time.monotonic() > complaint_due:
            complaint_due = time.monotonic() + _COMPLAIN_EVERY
            logger.warning("Waiting for the database: %s", reason)
            missing = None
        time.sleep(_ASK_EVERY)


def _missing() -> set[_Name]:
    """The migrations of this code that the database lacks."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return {(migration.app_label, migration.name) for migration, _ in plan}
