"""How the ends of a turn's steps are passed on to the next workflow run, with their results in base64."""

import asyncio
import base64
from dataclasses import dataclass, replace
from typing import Any

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DataConverter
from temporalio.exceptions import FailureError

from agentex_web.turns.resumption import KeptStep

REPEATED_READS = frozenset(
    {"open_wait", "open_event_wait", "expire_wait", "load_items", "load_memory", "load_agent_memory"}
)
"""Activities that the next run executes again: the record returns the same result, or its current state."""


@dataclass
class EndedStep:
    """A step that has ended.

    Attributes:
        outcome: the step's future; None if the next run asks the record again.
        after: how many steps had been started when it ended.
        at: when it ended.
    """

    name: str
    outcome: "asyncio.Future[Any] | None"
    after: int
    at: float


def kept_step(ended: EndedStep) -> KeptStep:
    """Returns what the next run needs of a step that has ended."""
    outcome, kept = ended.outcome, KeptStep(ended.name, after=ended.after, at=ended.at)
    if outcome is None or ended.name in REPEATED_READS:
        return replace(kept, again=True)
    if outcome.cancelled():
        return replace(kept, cancelled=True)
    converter = workflow.payload_converter()
    if (error := outcome.exception()) is not None:
        if not isinstance(error, FailureError):
            return replace(kept, cancelled=True)
        failure = Failure()
        DataConverter.default.failure_converter.to_failure(error, converter, failure)
        return replace(kept, failure=_written(failure))
    return replace(kept, result=_written(converter.to_payload(outcome.result())))


def _written(message: Failure | Payload) -> str:
    return base64.b64encode(message.SerializeToString()).decode()


def result_of(kept: KeptStep, type_: Any) -> Any:
    """Returns a step's result as an object of this type.

    Raises:
        FailureError: the step had failed.
    """
    converter = workflow.payload_converter()
    if kept.failure:
        failure = Failure.FromString(base64.b64decode(kept.failure))
        raise DataConverter.default.failure_converter.from_failure(failure, converter)
    payload = Payload.FromString(base64.b64decode(kept.result))
    return converter.from_payload(payload, type_)
