"""These tests have a push service of their own, on a port of loopback."""

import pytest


@pytest.fixture
def no_ports() -> None:
    """In place of the rule of tests/unit."""
