"""These tests run their own push service on a loopback port."""

import pytest


@pytest.fixture
def no_ports() -> None:
    """Overrides the fixture of tests/unit, to allow ports."""
