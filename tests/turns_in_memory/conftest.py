"""Turns without any service: agentex_web.adk.testing drives the agents of tests/agents and of agents/."""

from tests.support.async_tests import pytest_pyfunc_call  # noqa: F401  (a hook)
from tests.support.no_services import no_ports, running_stack  # noqa: F401  (fixtures)
