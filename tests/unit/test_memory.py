"""The model is told the truth about calls that did not return."""

import json
from typing import Any

import pytest

from agentex_web.memory import STOPPED_TOOL_OUTPUT, UNKNOWN_TOOL, answered, calls_of

CALL = {"type": "function_call", "call_id": "c", "name": "charge", "arguments": "{}"}


def told(status: str, error: str = "", *, began: bool = True, lost: bool = False) -> str:
    items: list[dict[str, Any]] = answered([CALL], status, error, {"c": began}, lost=lost)
    assert items[-1]["type"] == "function_call_output" and items[-1]["call_id"] == "c"
    return str(items[-1]["output"])


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (told("interrupted"), STOPPED_TOOL_OUTPUT),
        (told("interrupted", began=False), "This was not run: The user stopped it before it began."),
        (
            told("failed", "The model is busy"),
            "This did not return: The model is busy. It may have taken effect.",
        ),
        (told("failed", "The model is busy.", began=False), "This was not run: The model is busy."),
        (
            told("failed", "The worker stopped.", lost=True),
            "Whether this ran is not known: The worker stopped.",
        ),
        (
            told("failed", UNKNOWN_TOOL.format(name="charge"), began=False),
            "This was not run: There is no tool “charge”.",
        ),
    ],
)
def test_why_a_call_did_not_return(output: str, said: str) -> None:
    assert output == said


def test_a_handover_that_went_well_is_no_call_that_was_stopped() -> None:
    handoff = {**CALL, "call_id": "h", "name": "transfer_to_billing"}
    items = answered([handoff, CALL], "interrupted", "", {"c": True}, ["Billing"])
    assert [item["output"] for item in items[2:]] == [
        json.dumps({"assistant": "Billing"}),
        STOPPED_TOOL_OUTPUT,
    ]


def test_calls_of_a_turn_that_was_lost() -> None:
    items = calls_of([("a", "look", "{}", "sunny"), ("b", "charge", "{}", None)])
    items = answered(items, "failed", "The worker stopped.", {"a": True, "b": True}, lost=True)
    assert [item.get("output") for item in items] == [
        None,
        "sunny",
        None,
        "Whether this ran is not known: The worker stopped.",
    ]
