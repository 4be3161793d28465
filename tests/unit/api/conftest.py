from tests.support.accounts import fresh_counts
from tests.support.async_tests import pytest_pyfunc_call

__all__ = ["fresh_counts", "pytest_pyfunc_call"]
