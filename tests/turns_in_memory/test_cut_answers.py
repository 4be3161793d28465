"""An answer that was cut at the length limit continues in the same message."""

from datetime import timedelta

import pytest

from agentex_web import adk
from agentex_web.adk.testing import Chat, cut, failure, hold, reasoning, text, tool_call, with_chat
from agents import Agent, function_tool


@function_tool
def look_up(name: str) -> str:
    """Looks something up."""
    return f"{name} is blue"


AGENT = Agent(name="Teller", instructions="Tell.", tools=[look_up])
FIRST = "Once upon a time there was a fox. It lived in the impor"


def texts(chat: Chat) -> list[str]:
    return [each.content for each in chat.messages if each.author == "agent" and each.kind == "text"]


@with_chat(AGENT)
async def test_it_goes_on_in_the_same_message(teller: Chat) -> None:
    teller.model.script(cut(text(FIRST)), text("tant wood."), text("Not at all."))
    turn = await teller.send("Tell me of the fox.")
    assert (turn.status, turn.error) == ("failed", "The answer reached the model's length limit.")
    message, cost = turn.cut["message"], turn.usage["output"]
    await teller.continue_answer(turn)
    assert (turn.status, turn.error, turn.cut) == ("done", "", {})
    assert texts(teller) == [FIRST + "tant wood."]
    assert teller.record.messages[message].status == "done"
    assert turn.usage["output"] > cost
    asked = teller.model.requests[1]
    assert asked.input[-2] == {"role": "assistant", "content": FIRST}
    assert "Go on exactly where it stopped" in asked.question
    await teller.send("Was it red?")
    said = teller.model.requests[2].input
    assert [each.get("role") for each in said] == ["user", "assistant", "user"]
    assert said[1]["content"][0]["text"] == FIRST + "tant wood."


@with_chat(AGENT)
async def test_it_may_be_cut_again_and_repeats_are_left_out(teller: Chat) -> None:
    teller.model.script(
        cut(text(FIRST)), cut(text("It lived in the important wood, which")), text(" was old.")
    )
    turn = await teller.send("Tell me of the fox.")
    await teller.continue_answer(turn)
    assert turn.status == "failed"
    await teller.continue_answer(turn)
    assert turn.status == "done"
    assert texts(teller) == [
        "Once upon a time there was a fox. It lived in the important wood, which was old."
    ]
    assert len(turn.items) == 2


@with_chat(AGENT)
async def test_a_stop_keeps_what_came_and_it_goes_on_after_it(teller: Chat) -> None:
    teller.model.script(
        cut(text(FIRST)), hold(text("tant wood, far away."), after="tant wood"), text(", far off.")
    )
    turn = await teller.send("Tell me of the fox.")
    await teller.continue_answer(turn, wait=False)
    await teller.stop(turn)
    assert (turn.status, texts(teller)) == ("interrupted", [FIRST + "tant wood"])
    assert turn.items[-1] == {"role": "assistant", "content": FIRST + "tant wood"}
    await teller.continue_answer(turn)
    assert (turn.status, texts(teller)) == ("done", [FIRST + "tant wood, far off."])


@with_chat(AGENT)
async def test_a_failure_keeps_the_first_part(teller: Chat) -> None:
    teller.model.script(cut(text(FIRST)), failure(401), text("tant wood."))
    turn = await teller.send("Tell me of the fox.")
    await teller.continue_answer(turn)
    assert turn.status == "failed"
    assert "refused the key" in turn.error
    assert texts(teller) == [FIRST]
    await teller.continue_answer(turn)
    assert (turn.status, texts(teller)) == ("done", [FIRST + "tant wood."])


@with_chat(AGENT)
async def test_another_attempt_begins_where_it_was_cut(teller: Chat) -> None:
    again = failure(503, text("tant lie"), retry_after=timedelta(hours=1))
    teller.model.script(cut(text(FIRST)), again, text("tant wood."))
    turn = await teller.send("Tell me of the fox.")
    await teller.continue_answer(turn, wait=False)
    await teller.restart()
    await teller.sleep(hours=2)
    assert (turn.status, texts(teller)) == ("done", [FIRST + "tant wood."])


@with_chat(AGENT)
async def test_tools_before_it_are_not_called_again_and_tools_after_it_are(teller: Chat) -> None:
    teller.model.script(
        tool_call("look_up", name="sky"),
        cut(text(FIRST)),
        [text("tant wood."), tool_call("look_up", name="sea")],
    )
    teller.model.script(text("The sea is blue."))
    turn = await teller.send("Tell me of the fox.")
    await teller.continue_answer(turn)
    assert [each.output for each in turn.tools] == ["sky is blue", "sea is blue"]
    assert texts(teller) == [FIRST + "tant wood.", "The sea is blue."]
    kinds = [each.get("type", each.get("role")) for each in turn.items]
    assert kinds == [
        "user", "function_call", "function_call_output", "message", "function_call", "function_call_output", "message"
    ]  # fmt: skip


@with_chat(AGENT)
async def test_only_words_that_were_cut_can_go_on(teller: Chat) -> None:
    teller.model.script(cut(reasoning("I think that")), text("Hello."))
    turn = await teller.send("Hello?")
    assert (turn.status, turn.cut) == ("failed", {})
    with pytest.raises(ValueError, match="no answer that was cut"):
        await teller.continue_answer(turn)


@with_chat(AGENT)
async def test_it_goes_on_after_the_workflow_has_ended(teller: Chat) -> None:
    teller.model.script(cut(text(FIRST)), text("tant wood."), text("Yes."))
    turn = await teller.send("Tell me of the fox.")
    await teller.sleep(days=3)
    assert not teller.is_running
    await teller.continue_answer(turn)
    assert texts(teller) == [FIRST + "tant wood."]
    await teller.sleep(days=3)
    await teller.send("Really?")
    assert len(teller.model.requests[2].input) == 3


@with_chat(AGENT)
async def test_asked_twice_it_goes_on_once(teller: Chat) -> None:
    teller.model.script(cut(text(FIRST)), text("tant wood."))
    turn = await teller.send("Tell me of the fox.")
    await teller.continue_answer(turn)
    await teller.redeliver(turn)
    assert texts(teller) == [FIRST + "tant wood."]
    assert teller.model.unused == 0


writer = Agent(name="Writer", instructions="Write.")
critic = Agent(name="Critic", instructions="Criticise.")


class Essay(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        await turn.run(critic, "Plan it.", quiet=True)
        await turn.run(writer, [*await turn.history(), *turn.input])


@with_chat(Essay)
async def test_in_a_workflow_of_ones_own_the_agent_that_was_cut_goes_on(essay: Chat) -> None:
    essay.model.script(text("A plan."), cut(text(FIRST)), text("tant wood."))
    turn = await essay.send("An essay on foxes.")
    await essay.continue_answer(turn)
    assert (turn.status, texts(essay)) == ("done", [FIRST + "tant wood."])
    assert [each.agent for each in essay.model.requests] == ["Critic", "Writer", "Writer"]


class Passing(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        words = turn.message.content.content
        made = Agent(name="Passing", instructions=words, model="gpt-small", tools=[look_up])
        await turn.run(made, [*await turn.history(), *turn.input])


@with_chat(Passing)
async def test_the_words_of_an_agent_that_is_made_in_passing_go_on_in_any_run(passing: Chat) -> None:
    passing.model.script(cut(text(FIRST)), cut(text("tant wo")), text("od."), text("Red."))
    turn = await passing.send("Tell me of the fox.")
    await passing.sleep(days=3)
    assert not passing.is_running
    await passing.continue_answer(turn)
    await passing.continue_answer(turn)
    assert (turn.status, texts(passing)) == ("done", [FIRST + "tant wood."])
    first, second, third = passing.model.requests
    assert first.instructions == second.instructions == third.instructions == "Tell me of the fox."
    assert [each.model for each in passing.model.requests] == ["gpt-small"] * 3
    await passing.send("Which colour?")
    assert [each.get("role") for each in passing.model.requests[-1].input] == ["user", "assistant", "user"]


@with_chat(Passing)
async def test_instructions_that_are_too_long_to_be_stored_end_there(passing: Chat) -> None:
    passing.model.script(cut(text(FIRST)))
    turn = await passing.send("word " * 21_000)
    assert (turn.status, turn.cut) == ("failed", {})


@with_chat(AGENT)
async def test_a_conversation_that_is_too_long_to_go_on_is_compacted(teller: Chat) -> None:
    teller.model.script(text("It was red. " * 200), cut(text(FIRST)))
    await teller.send("Which colour is the fox?")
    turn = await teller.send("Tell me more of it.")
    teller.model.script(failure(too_long=True), text("The fox is red."), text("tant wood."))
    await teller.continue_answer(turn)
    assert (turn.status, texts(teller)[-1]) == ("done", FIRST + "tant wood."), turn.error
    _, summary, own, said, _ = [str(each) for each in teller.model.requests[-1].input]
    assert "The fox is red." in summary and "Tell me more of it." in own and FIRST in said
    teller.model.script(text("Yes."))
    await teller.send("Really?")
    assert "The fox is red." in str(teller.model.requests[-1].input[1])
