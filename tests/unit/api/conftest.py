import pytest

from tests.support.accounts import fresh_counts
from tests.support.async_tests import pytest_pyfunc_call
from tests.unit.api.calling import Caller

__all__ = ["fresh_counts", "pytest_pyfunc_call"]


@pytest.fixture
def ada(db: None) -> Caller:
    return Caller()


@pytest.fixture
def eve(db: None) -> Caller:
    return Caller()
