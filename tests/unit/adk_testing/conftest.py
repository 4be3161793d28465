"""Tests of what agentex_web.adk.testing promises to agents' authors."""

from tests.support.async_tests import pytest_pyfunc_call  # noqa: F401  (a hook)
