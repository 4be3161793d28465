"""Migrations one by one, although a squashed migration replaces them in a new database."""

from typing import Any

from django.db.migrations.executor import MigrationExecutor


def migrate_one_by_one(connection: Any, *targets: tuple[str, str]) -> MigrationExecutor:
    """Migrates forwards or backwards to the targets, pairs of an app and a migration. Returns the executor."""
    executor = MigrationExecutor(connection)
    vars(executor.loader)["replace_migrations"] = False
    executor.loader.build_graph()
    executor.migrate(targets)
    executor.loader.build_graph()
    return executor
