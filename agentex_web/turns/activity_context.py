"""What a workflow tells its activities and child workflows in a header: for which task and turn they work.

Neither the SDK nor an author's activity has an argument for that. Any of the fields may be missing; no chat
depends on them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadConverter

from agentex_web.positions import END, below

HEADER = "agentex-context"


@dataclass(frozen=True)
class ActivityContext:
    """An activity's task, turn and path. Ids are strings; empty means unknown."""

    task_id: str = ""
    trace_id: str = ""
    parent_span_id: str = ""
    turn_id: str = ""
    path: str = ""
    """Where in the turn the activity or child workflow was started (positions.py); empty outside turns."""
    holds_tools: bool = False
    """The author's hooks decide which tool calls are shown, so the model's stream must not show them."""
    agent_name: str = ""
    """For a model call: the name of the agent that makes it."""
    quiet: bool = False
    """The model's output is shown as a collapsed step, not as an answer."""
    checks: bool = False
    """For a model call: a guardrail makes it."""
    summarises: bool = False
    """For a model call: it writes a summary, so nothing of it is shown."""
    may_compact: bool = False
    """For a model call: if its input is too long, a summary can replace part of it."""
    parent_tool_call_id: str = ""
    """Set while an agent used as a tool runs: the id of that tool call."""
    tool_call_id: str = ""
    """For an activity that runs a tool: the id of the tool call."""
    continued: int = 0
    """How often the turn was continued after a cut answer."""
    continues: str = ""
    """For a model call: the id of the cut message that it continues; empty for a new answer."""
    is_later_run: bool = False
    """For a child workflow: it was continued as new, so the path is one below that of its first run."""
    undoes: bool = False
    """The activity undoes what the turn has done, so a Stop does not end it."""
    beats: bool = False
    """True if the worker sends the activity's heartbeats, because its author set no heartbeat timeout."""


def with_context(headers: Mapping[str, Payload], context: ActivityContext) -> Mapping[str, Payload]:
    """Adds the context to the headers of an activity or child workflow."""
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
