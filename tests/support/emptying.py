"""Empties the tables after a test that commits. Django's own way also creates all content types and permissions again."""

from functools import cache

from django.core.management.color import no_style
from django.db import connections
from django.test import TransactionTestCase

KEPT = {"django_content_type", "auth_permission"}
"""They come from the migrations, and tests do not change them."""


def empty_quickly() -> None:
    """Makes the tests of this process empty the other tables only."""

    def empty(self: TransactionTestCase) -> None:
        for alias in self._databases_names(include_mirrors=False):  # type: ignore[attr-defined]
            operations = connections[alias].ops
            operations.execute_sql_flush(operations.sql_flush(no_style(), _tables(alias)))

    TransactionTestCase._fixture_teardown = empty  # type: ignore[attr-defined]


@cache
def _tables(alias: str) -> list[str]:
    names = connections[alias].introspection.django_table_names(only_existing=True, include_views=False)
    return sorted({*names} - KEPT)
