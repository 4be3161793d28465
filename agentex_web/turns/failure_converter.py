"""How Temporal gets the exceptions of authors' code: of an exception group, the first cause.

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
        super().to_failure(without_groups(exception), payload_converter, failure)


class EncodedReadableFailures(ReadableFailures):
    """The same; texts are part of what a codec encrypts."""

    def __init__(self) -> None:
        super().__init__(encode_common_attributes=True)
