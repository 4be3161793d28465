"""The header in which a workflow tells an activity or child workflow what it works for.

Neither the SDK nor an author's activity has an argument for that. Any of its fields may be missing; no chat
depends on them.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadConverter

from agentex_web.positions import END, below
from agentex_web.turns import opening
from agentex_web.turns.activity_context import ActivityContext

HEADER = "agentex-context"


def with_context(
    headers: Mapping[str, Payload], tool_call_id: str = "", beats: bool = False
) -> Mapping[str, Payload]:
    """Adds the context to the headers of an activity or child workflow, and counts it as a step of the turn.

    Args:
        tool_call_id: the tool call that the activity answers; empty if it answers none.
        beats: the worker sends heartbeats for the activity.
    """
    instance, here = workflow.instance(), opening.scope_here()
    context = ActivityContext(
        # Workflows written as in the guide store these as attributes; others may have none.
        task_id=getattr(instance, "_task_id", None)
        or (here.part.task_id if here else opening.task_of(instance)),
        trace_id=getattr(instance, "_trace_id", None) or "",
        parent_span_id=getattr(instance, "_parent_span_id", None) or "",
        turn_id=here.part.turn_id if here else "",
        path=here.part.start() if here else opening.next_path(),
        holds_tools=here.part.holds_tools if here else False,
        agent_name=here.agent_name if here else "",
        quiet=here.quiet if here else False,
        checks=here.checks if here else False,
        summarises=here.summarises if here else False,
        may_compact=here.may_compact if here else False,
        parent_tool_call_id=here.parent_tool_call_id if here else "",
        tool_call_id=tool_call_id,
        continued=here.part.cut.number if here else 0,
        continues=here.continues if here else "",
        beats=beats,
    )
    return {**headers, HEADER: PayloadConverter.default.to_payload(asdict(context))}


def context_of(headers: Mapping[str, Payload]) -> ActivityContext | None:
    """The context from the headers of an activity or child workflow; None if they have none."""
    payload = headers.get(HEADER)
    if payload is None:
        return None
    values = _of_version_0_1(PayloadConverter.default.from_payload(payload))
    known = {name: value for name, value in values.items() if name in ActivityContext.__dataclass_fields__}
    return ActivityContext(**known)


def _of_version_0_1(values: dict[str, Any]) -> dict[str, Any]:
    """Converts headers of version 0.1. Such activities may still be running while it is being replaced."""
    renamed = {"parent_tool_call_id": values.get("inside", ""), **values}
    sequence = values.get("sequence", 0)
    if 0 < sequence < int(END):
        renamed.setdefault("path", below("", sequence))
    return renamed
