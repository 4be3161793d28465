"""How later turns remember failed turns.

Input that the model refused is left out, and calls that did not return have a true reason.
"""

from typing import Any

import pytest

from agentex_web.adk.testing import chat, failure, text, tool_call
from agentex_web.turns.event import AttachmentRef
from tests.turns_in_memory.agents import example, kinds, of_tests

PICTURE = AttachmentRef("0" * 8 + "-0000-4000-8000-" + "0" * 12, "x.png", "image/png")


def outputs(items: list[dict[str, Any]]) -> list[str]:
    return [item["output"] for item in items if "output" in item]


async def test_a_file_that_the_model_refuses_is_left_out_of_later_turns() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(failure(400, reason="Invalid image."), text("Better."), text("Fine."))
        refused = await haiku.send("look at this", files=[PICTURE])
        assert (refused.status, refused.error, refused.left_out) == ("failed", "Invalid image.", "message")
        for words in ("never mind", "and now"):
            await haiku.send(words)
    for request in haiku.model.requests[1:]:
        note = request.input[0]["content"]
        assert "look at this" in note and "x.png" in note and "attachment:" not in str(request.input)


async def test_words_that_the_model_refuses_are_not_repeated() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(failure(400, reason="Flagged."), text("Better."))
        await haiku.send("forbidden words")
        await haiku.send("never mind")
    asked = haiku.model.requests[-1].input
    assert kinds(asked) == ["user", "user"] and "forbidden" not in str(asked)


async def test_a_paste_over_the_limit_is_left_out_but_for_its_beginning() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(failure(400, too_long=True), text("Better."))
        long = await haiku.send("the beginning " + "word " * 5_000)
        assert long.left_out == "message"
        await haiku.send("short")
    asked = str(haiku.model.requests[-1].input)
    assert "the beginning" in asked and len(asked) < 1_000


async def test_results_that_the_model_refuses_are_left_out() -> None:
    async with chat(of_tests("slow_tools")) as slow:
        slow.tools["count_up"] = "result " * 1_000
        slow.model.script([text("I count."), tool_call("count_up", name="a")], failure(400), text("Better."))
        turn = await slow.send("count for me")
        assert turn.left_out == "results"
        await slow.send("next")
    asked = slow.model.requests[-1].input
    assert kinds(asked) == ["user", "assistant", "assistant", "user"]
    assert asked[0]["content"] == "count for me" and "result result" not in str(asked)


@pytest.mark.parametrize("status", [401, 404, 500])
async def test_a_failure_that_is_not_the_messages_fault_keeps_it(status: int) -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(failure(status, retry=False), text("Better."))
        turn = await haiku.send("keep me")
        assert turn.left_out == ""
        await haiku.send("next")
    assert haiku.model.requests[-1].input[0]["content"] == "keep me"


async def test_a_call_of_a_failed_turn_is_not_said_to_be_stopped_by_the_user() -> None:
    async with chat(of_tests("careful")) as careful:
        calls = [tool_call("rename_file", name="a"), tool_call("no_such_tool")]
        careful.model.script(calls, text("Well."), text("Well."))
        turn = await careful.send("use both")
        if turn.status == "failed":
            await careful.send("next")
    told = " ".join(outputs(careful.model.requests[-1].input))
    assert "user stopped" not in told and "no_such_tool" in told
