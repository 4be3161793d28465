"""Converts the exceptions of authors' code for Temporal: an exception group becomes its first cause.

By default the failure would be called “ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)”,
and a retry policy's ``non_retryable_error_types`` would not match.
"""

from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverter, PayloadConverter

from agentex_web.exception_groups import without_groups


class ReadableFailures(DefaultFailureConverter):
    """Temporal's own converter, without exception groups."""

    def to_failure(
        self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure
    ) -> None:
        first = without_groups(exception)
        _break_circle(first)
        super().to_failure(first, payload_converter, failure)


def _break_circle(error: BaseException) -> None:
    """Removes a cause that leads back to the error itself. After ``except* E as group: raise
    group.exceptions[0]``, the first cause of that group is the error, and Temporal's converter would follow
    the circle without end.
    """
    chain = [error]
    while cause := chain[-1].__cause__ or (None if chain[-1].__suppress_context__ else chain[-1].__context__):
        first = without_groups(cause)
        if any(first is each for each in chain):
            chain[-1].__cause__ = None
            return
        chain.append(first)


class EncodedReadableFailures(ReadableFailures):
    """The same; texts are part of what a codec encrypts."""

    def __init__(self) -> None:
        super().__init__(encode_common_attributes=True)
