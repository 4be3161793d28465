"""Failures of authors' code reach Temporal with their first cause."""

import pytest
from temporalio.api.failure.v1 import Failure
from temporalio.converter import PayloadConverter
from temporalio.exceptions import ApplicationError

from agentex_web.turns.failure_converter import ReadableFailures


@pytest.mark.parametrize("has_cause", [True, False])
@pytest.mark.parametrize("error", [ApplicationError("no rain", type="Dry"), KeyError("rain")])
def test_an_error_that_was_taken_out_of_its_group(error: Exception, has_cause: bool) -> None:
    def run() -> None:
        try:
            raise ExceptionGroup("unhandled errors", [ValueError("other"), error])
        except ExceptionGroup as group:
            if has_cause:
                raise group.exceptions[1] from ExceptionGroup("unhandled errors", [error])
            raise ExceptionGroup("again", [error]).exceptions[0] from None

    with pytest.raises(type(error)) as raised:
        run()
    failure = Failure()
    ReadableFailures().to_failure(raised.value, PayloadConverter.default, failure)
    assert "rain" in failure.message
    assert not failure.HasField("cause")


@pytest.mark.parametrize("error", [ApplicationError("no rain", type="Dry"), KeyError("rain")])
def test_an_error_that_is_raised_while_its_group_is_handled(error: Exception) -> None:
    def run() -> None:
        try:
            raise ExceptionGroup("unhandled errors", [error])
        except ExceptionGroup as group:
            raise group.exceptions[0]  # noqa: B904

    with pytest.raises(type(error)) as raised:
        run()
    failure = Failure()
    ReadableFailures().to_failure(raised.value, PayloadConverter.default, failure)
    assert "rain" in failure.message
    assert not failure.HasField("cause")
