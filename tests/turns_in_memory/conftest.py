"""Turns without services: agentex_web.adk.testing runs the agents in tests/agents and agents/."""

from agentex_web.adk.testing.temporal import waiting
from tests.support.async_tests import pytest_pyfunc_call  # noqa: F401  (a hook)
from tests.support.no_services import no_ports, running_stack  # noqa: F401  (fixtures)
from tests.support.waiting import PATIENCE

# Authors' tests wait for 20 s, which a turn of many calls can take on a machine that does much else.
waiting.LONGEST_WAIT = PATIENCE
