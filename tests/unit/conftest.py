"""Tests in this folder use no services: neither the stack nor a port."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from agentex_web.tasks import threads
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


@pytest.fixture(autouse=True)
def own_database_threads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Gives tests that commit, and tests that may not use the database, database threads of their own.

    The process's threads keep the connections of earlier tests open, and checking whether a connection is usable
    counts as access.
    """
    marker = request.node.get_closest_marker("django_db")
    if marker is not None and not marker.kwargs.get("transaction"):
        yield
        return
    with ThreadPoolExecutor(threads.THREADS, thread_name_prefix="database") as pool:
        monkeypatch.setattr(threads, "_pool", pool)
        yield
