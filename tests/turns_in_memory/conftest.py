"""Turns without services: agentex_web.adk.testing runs the agents in tests/agents and agents/."""

from tests.support.async_tests import pytest_pyfunc_call  # noqa: F401  (a hook)
from tests.support.no_services import no_ports, running_stack  # noqa: F401  (fixtures)
