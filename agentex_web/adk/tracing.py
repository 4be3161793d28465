"""Custom trace spans: named parts of a turn with their input and output, stored in the record.

async with adk.tracing.span(trace_id=task_id, name="Turn 1", input={"question": question}) as span:
    …
    span.output = {"answer": answer}
"""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_json, to_jsonable_python
from temporalio import workflow

from agentex_web.turns import record
from agentex_web.turns.record_payloads import WriteSpan

LARGEST = 64 * 1024
"""A span keeps up to this many bytes of JSON of its input, of its output and of its data."""


@dataclass
class Span:
    """A step of the trace, with what went in and what came out.

    Attributes:
        input, output, data: JSON-serialisable values; set them while the span is open.
        parent_id: the id of the span that this one is part of.
    """

    id: str
    trace_id: str
    name: str
    input: Any = None
    output: Any = None
    data: Any = None
    parent_id: str | None = None
    task_id: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None


@asynccontextmanager
async def span(
    trace_id: str,
    name: str,
    input: Any = None,
    data: Any = None,
    parent_id: str | None = None,
    task_id: str | None = None,
    **_options: Any,
) -> AsyncIterator[Span]:
    """A span that begins and ends with the block. Works in workflows and in activities.

    Args:
        trace_id: groups spans that belong together; by convention, the task's id.
        task_id: by default the task of the running workflow or activity.
    """
    started = await start_span(trace_id, name, input, parent_id, data, task_id)
    try:
        yield started
    finally:
        await end_span(trace_id, started)


async def start_span(
    trace_id: str,
    name: str,
    input: Any = None,
    parent_id: str | None = None,
    data: Any = None,
    task_id: str | None = None,
    **_options: Any,
) -> Span:
    """Begins a span; ``end_span`` ends it."""
    pk = workflow.uuid4() if workflow.in_workflow() else uuid.uuid4()
    started = Span(str(pk), trace_id, name, input, None, data, parent_id, task_id, start_time=_now())
    await record.write_span(_written(started))
    return started


async def end_span(trace_id: str, span: Span, **_options: Any) -> Span:  # noqa: ARG001
    """Ends a span, and stores its output and data."""
    span.end_time = _now()
    await record.write_span(_written(span))
    return span


def _written(span: Span) -> WriteSpan:
    return WriteSpan(
        span.id,
        span.task_id or "",
        span.trace_id,
        span.name,
        span.parent_id or "",
        _limited(span.input),
        _limited(span.output),
        _limited(span.data),
        span.start_time.isoformat() if span.start_time else "",
        span.end_time.isoformat() if span.end_time else "",
    )


def _limited(value: Any) -> Any:
    """The value as JSON; if that is too large, the beginning of the JSON as a string."""
    written = to_json(value, fallback=str, inf_nan_mode="null")
    if len(written) > LARGEST:
        return written[:LARGEST].decode(errors="replace") + "…"
    return to_jsonable_python(value, fallback=str, inf_nan_mode="null")


def _now() -> datetime:
    return workflow.now() if workflow.in_workflow() else datetime.now(UTC)
