"""The header that passes task and turn to activities."""

from dataclasses import asdict
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadConverter

from agentex_web.turns.activity_context import HEADER, ActivityContext, context_of
from agentex_web.turns.running_activity import current_context, entered


def header(values: dict[str, Any]) -> dict[str, Payload]:
    return {HEADER: PayloadConverter.default.to_payload(values)}


def test_a_context_arrives_as_it_was_sent() -> None:
    context = ActivityContext("task", turn_id="turn", path="000002", parent_tool_call_id="call", beats=True)
    assert context_of(header(asdict(context))) == context


def test_without_a_header_nothing_is_known() -> None:
    assert context_of({}) is None


def test_fields_of_a_newer_version_are_left_out() -> None:
    assert context_of(header({"task_id": "task", "colour": "red"})) == ActivityContext("task")


def test_a_header_of_version_0_1_is_understood() -> None:
    old = {"task_id": "task", "turn_id": "turn", "sequence": 3, "span": 0, "inside": "call"}
    assert context_of(header(old)) == ActivityContext(
        "task", turn_id="turn", path="000003", parent_tool_call_id="call"
    )


def test_a_context_lasts_as_long_as_its_activity() -> None:
    with entered(ActivityContext("task")):
        context = current_context()
        assert context is not None and context.task_id == "task"
    assert current_context() is None
