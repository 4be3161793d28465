"""Why a model's stream failed: what people are told, and whether the call is tried again.

tests/turns/test_answers_failing.py runs turns with one failure of each kind.
"""

from typing import Any

import httpx2
import pytest
from openai import APIStatusError

from agentex_web.failure_types import ANSWER_CUT, INPUT_REFUSED, MODEL_FAILURE
from agentex_web.worker.model.failures import failure_of
from agentex_web.worker.model.responses import last_response
from tests.unit.worker.test_streams_run_out import DELTA, RESPONSE, stream_of

LOST = "The connection to the model was lost."


def failed(code: str) -> dict[str, Any]:
    error = {"code": code, "message": "It is full."}
    return {"type": "response.failed", "response": RESPONSE | {"status": "failed", "error": error}}


def error_event(code: str) -> dict[str, Any]:
    return {"type": "error", "code": code, "message": "It broke.", "param": None}


def incomplete(reason: str) -> dict[str, Any]:
    details = {"incomplete_details": {"reason": reason}}
    return {"type": "response.incomplete", "response": RESPONSE | {"status": "incomplete"} | details}


@pytest.mark.parametrize(
    ("events", "told", "kind", "is_tried_again"),
    [
        ([DELTA], LOST, MODEL_FAILURE, True),
        ([], LOST, MODEL_FAILURE, True),
        ([DELTA, failed("server_error")], "The model failed: It is full.", MODEL_FAILURE, True),
        ([DELTA, failed("503")], "The model failed: It is full.", MODEL_FAILURE, True),
        ([DELTA, error_event("server_error")], "The model failed: It broke.", MODEL_FAILURE, True),
        ([DELTA, failed("invalid_prompt")], "The model failed: It is full.", INPUT_REFUSED, False),
        ([DELTA, error_event("invalid_prompt")], "The model failed: It broke.", INPUT_REFUSED, False),
        (
            [DELTA, incomplete("max_output_tokens")],
            "The answer reached the model's length limit.",
            ANSWER_CUT,
            False,
        ),
        (
            [DELTA, incomplete("content_filter")],
            "The answer was cut off by the model's content filter.",
            MODEL_FAILURE,
            False,
        ),
    ],
    ids=[
        "ended without an end",
        "ended before the start",
        "failed",
        "a status",
        "error event",
        "failed for good",
        "error event for good",
        "too long",
        "filtered",
    ],
)
async def test_it_is_told_and_tried_again_if_it_may_pass(
    events: list[dict[str, Any]], told: str, kind: str, is_tried_again: bool
) -> None:
    with pytest.raises(Exception) as raised:
        await last_response(stream_of(events, stays_open=False), "key")
    failure = failure_of(raised.value)
    assert (failure.message, failure.type, not failure.non_retryable) == (told, kind, is_tried_again)


@pytest.mark.parametrize(
    ("status", "is_tried_again"), [(500, True), (503, True), (429, True), (400, False), (401, False)]
)
def test_a_status_that_may_pass_is_tried_again(status: int, is_tried_again: bool) -> None:
    response = httpx2.Response(status, request=httpx2.Request("POST", "http://model.invalid"))
    failure = failure_of(APIStatusError("No.", response=response, body={"message": "No."}))
    assert failure.non_retryable != is_tried_again
