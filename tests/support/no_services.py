"""Fails tests that use a service or open a port, for folders that need none. Import it into a conftest.py."""

import socket
from typing import Any, NoReturn

import pytest
import urllib3  # noqa: F401  (binds a socket while it is imported, which a test may do first)

REASON = "Tests in this folder run without services. Put it into tests/turns, tests/web or tests/streams."


@pytest.fixture(scope="session")
def running_stack() -> NoReturn:
    pytest.fail(REASON)


@pytest.fixture(autouse=True)
def no_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    bind = socket.socket.bind

    def bind_to_a_path_only(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            pytest.fail(REASON)
        bind(self, address)

    monkeypatch.setattr(socket.socket, "bind", bind_to_a_path_only)
