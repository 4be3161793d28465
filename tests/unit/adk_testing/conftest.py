"""What agentex_web.adk.testing promises to the authors of agents."""

from tests.support.async_tests import pytest_pyfunc_call  # noqa: F401  (a hook)
