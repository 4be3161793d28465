"""Tests in this folder use no services: neither the stack nor a port."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.no_services import no_ports, running_stack  # noqa: F401  (fixtures)


@pytest.fixture(autouse=True)
def kept_connections(django_db_blocker: Any) -> Iterator[None]:
    """Allows database access in every test on PostgreSQL.

    The database threads keep their connections between tests, and checking whether a connection is usable counts as
    access, even in a test that makes no queries.
    """
    if not os.environ.get("AGENTEX_TEST_POSTGRES"):
        yield
        return
    with django_db_blocker.unblock():
        yield
