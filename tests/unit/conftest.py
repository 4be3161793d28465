"""Tests in this folder need no service: neither the stack nor a port."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.no_services import no_ports, running_stack  # noqa: F401  (fixtures)


@pytest.fixture(autouse=True)
def kept_connections(django_db_blocker: Any) -> Iterator[None]:
    """On PostgreSQL the threads for the database keep their connections from test to test, and to look whether one is
    usable counts as access to the database, also in a test that asks it nothing."""
    if not os.environ.get("AGENTEX_TEST_POSTGRES"):
        yield
        return
    with django_db_blocker.unblock():
        yield
