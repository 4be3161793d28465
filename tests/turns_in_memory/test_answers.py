"""Every kind of text, and answers that fail or are interrupted, are shown, stored and remembered."""

from datetime import timedelta

import pytest

from agentex_web.adk.testing import chat, failure, reasoning, refusal, text
from tests.turns_in_memory.agents import example, kinds, of_tests, rows

WORDS = "one two three four five six"


async def test_an_answer_streams_and_is_kept() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script([reasoning("Let me see."), text("Waves come and go.")])
        turn = await haiku.send("Tell me of the sea")
    assert turn.said == [
        ("user", "text", "Tell me of the sea"),
        ("agent", "reasoning", "Let me see."),
        ("agent", "text", "Waves come and go."),
    ]
    assert {each.status for each in turn.messages} == {"done"}
    assert turn.streamed == "Let me see.Waves come and go."
    assert turn.usage["output"] > 0
    assert kinds(turn.items) == ["user", "reasoning", "assistant"]
    assert haiku.record.title == "Tell me of the sea"


async def test_several_texts_and_thoughts_are_several_messages() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script([reasoning("First."), text("Part one."), reasoning("More."), text("Part two.")])
        turn = await haiku.send("several items")
    assert rows(turn) == [
        ("reasoning", "done", "First."),
        ("text", "done", "Part one."),
        ("reasoning", "done", "More."),
        ("text", "done", "Part two."),
    ]
    assert turn.streamed == "First.Part one.More.Part two."


async def test_the_model_is_given_the_turns_before() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(text("Noted."), text("You are Ada."))
        await haiku.send("I am Ada")
        await haiku.send("Who am I?")
    asked = haiku.model.requests[-1].input
    assert [item["role"] for item in asked] == ["user", "assistant", "user"]
    assert asked[1]["content"][0]["text"] == "Noted."


async def test_thoughts_come_back_to_the_model_with_their_ids() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script([reasoning("Hm."), text("Yes.")], text("Again."))
        await haiku.send("think")
        await haiku.send("and again")
    user, thought, said, _ = haiku.model.requests[-1].input
    assert user == {"role": "user", "content": "think"}
    assert thought["id"].startswith("rs_") and thought["summary"] == [{"type": "summary_text", "text": "Hm."}]
    assert said["id"].startswith("msg_") and said["content"][0]["text"] == "Yes."


async def test_a_refusal_is_shown_and_remembered_as_one() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script([reasoning("Better not."), refusal("I will not do that.")], text("Gladly."))
        turn = await haiku.send("refuse me")
        await haiku.send("and now?")
    assert turn.status == "failed"
    assert rows(turn) == [("reasoning", "done", "Better not."), ("text", "failed", "I will not do that.")]
    assert turn.messages[-1].error == "The model declined to answer."
    refused = haiku.model.requests[-1].input[2]
    assert refused["content"] == [{"type": "refusal", "refusal": "I will not do that."}]


async def test_an_answer_in_json_is_asked_for_by_its_schema() -> None:
    answer = '{"city":"Oslo","days":[{"sky":"rain","high":9}]}'
    async with chat(of_tests("forecast")) as forecast:
        forecast.model.script(text(answer))
        turn = await forecast.send("forecast please")
    assert (turn.status, turn.answer) == ("done", answer)
    schema = forecast.model.requests[0].schema
    assert schema is not None and set(schema["properties"]) == {"city", "days"}


async def test_an_answer_that_breaks_its_schema_fails_and_says_so() -> None:
    async with chat(of_tests("forecast")) as forecast:
        forecast.model.script(text('{"city":1}'))
        turn = await forecast.send("wrong forecast")
    assert turn.status == "failed"
    assert turn.error == "The model's answer does not have the requested format."


async def test_a_busy_model_is_asked_again_and_says_so() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(failure(429, retry_after=timedelta(minutes=10)), text("Here I am."))
        turn = await haiku.send("busy model", wait=False)
        assert (turn.status, turn.attempt) == ("running", 2)
        assert turn.error == "The model is busy: too many requests (429)."
        began = haiku.temporal.clock.now
        await haiku.ended(turn)
        assert haiku.temporal.clock.now - began == timedelta(minutes=10)
    assert (turn.status, turn.attempt, turn.error) == ("done", 2, "")
    assert rows(turn) == [("text", "done", "Here I am.")]


async def test_what_may_pass_is_tried_again_and_shown_once() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(failure(503, reasoning("Hm."), text("one two")), text(WORDS), text("Next."))
        turn = await haiku.send("try this again")
        await haiku.send("next")
    assert (rows(turn), turn.attempt) == ([("text", "done", WORDS)], 2)
    assert "one two" in turn.streamed
    assert kinds(haiku.model.requests[-1].input) == ["user", "assistant", "user"]


async def test_a_refused_key_fails_with_a_reason_and_is_not_tried_again() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(failure(401))
        turn = await haiku.send("bad key")
    assert turn.status == "failed" and "refused the key" in turn.error
    assert [each.error for each in turn.messages if each.status == "failed"] == [turn.error]
    assert len(haiku.model.requests) == 1


async def test_a_model_that_stays_away_is_given_up_after_five_attempts() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(*[failure(500)] * 5)
        turn = await haiku.send("nobody there")
    assert (turn.status, turn.error) == ("failed", "The model's server failed (500).")
    assert [each.attempt for each in haiku.model.requests] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("reason", ["The answer was cut off: too long.", "The model failed: It is full."])
async def test_an_answer_that_ends_badly_keeps_its_words_and_says_why(reason: str) -> None:
    async with chat(example("haiku")) as haiku:
        cut = failure(200, reasoning("Hm."), text("one two "), reason=reason, retry=False)
        haiku.model.script(cut, text("On we go."))
        turn = await haiku.send("ends badly")
        await haiku.send("go on")
    assert (turn.status, turn.error) == ("failed", reason)
    thought, said = turn.messages[1:]
    assert (thought.kind, thought.status) == ("reasoning", "done")
    assert (said.status, said.content, said.error) == ("failed", "one two ", reason)
    assert haiku.model.requests[-1].input[:2] == [
        {"role": "user", "content": "ends badly"},
        {"role": "assistant", "content": "one two "},
    ]


async def test_a_failure_before_the_first_word_is_shown() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(failure(402, reason="The model failed: No.", retry=False), text("Better."))
        turn = await haiku.send("nothing said")
        await haiku.send("again")
    (row,) = turn.messages[1:]
    assert (row.status, row.content, row.error) == ("failed", "", "The model failed: No.")
    assert haiku.model.requests[-1].input[0] == {"role": "user", "content": "nothing said"}
