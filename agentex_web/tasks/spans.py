"""Writes the spans that agents' authors define."""

from datetime import datetime
from typing import Any, Protocol

from agentex_web.names import NAME_LENGTH
from agentex_web.tasks.models import Span


class WrittenSpan(Protocol):
    """The fields of ``WriteSpan`` in turns/record_payloads.py."""

    id: str
    trace_id: str
    name: str
    parent_id: str
    input: Any
    output: Any
    data: Any
    started_at: str
    finished_at: str


def write(span: WrittenSpan, task_id: str, turn_id: str) -> None:
    """Writes a span in its current state; a later write replaces it."""
    row = Span(
        pk=span.id,
        task_id=task_id,
        turn_id=turn_id or None,
        trace_id=span.trace_id[:NAME_LENGTH],
        parent_id=span.parent_id[:NAME_LENGTH],
        name=span.name[:NAME_LENGTH],
        input=span.input,
        output=span.output,
        data=span.data,
        started_at=_time(span.started_at),
        finished_at=_time(span.finished_at),
    )
    Span.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["input", "output", "data", "finished_at"],
    )


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
