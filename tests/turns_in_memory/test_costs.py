"""A turn's usage is known however the turn ends, in authors' workflows, too."""

from agentex_web.adk.testing import KeptTurn, chat, failure, handoff, hold, text, tool_call
from tests.turns_in_memory.agents import example, of_tests

NAMES = ("input", "cached", "output", "reasoning")


def shown(turn: KeptTurn) -> dict[str, int]:
    """The sum of the usage in the turn's messages."""
    costs = [each.usage for each in turn.messages if each.usage]
    return {name: sum(cost[name] for cost in costs) for name in NAMES}


async def test_each_model_call_counts_once() -> None:
    async with chat(example("weather")) as weather:
        weather.model.script(tool_call("get_weather", city="Oslo"), text("Fine."))
        turn = await weather.send("count tokens")
    assert len([each for each in turn.messages if each.usage]) == 2
    assert turn.usage == shown(turn) and turn.usage["input"] > 0


async def test_a_workflow_of_an_authors_own() -> None:
    async with chat(of_tests("two_writers")) as writers:
        writers.model.script(text("A draft."), text("A better draft."))
        turn = await writers.send("own workflow cost")
    assert len([each for each in turn.messages if each.usage]) == 2
    assert turn.usage == shown(turn)


async def test_a_turn_that_is_stopped_in_its_second_call() -> None:
    async with chat(of_tests("slow_tools")) as slow:
        slow.tools["count_up"] = "once"
        slow.model.script(tool_call("count_up", name="x"), hold(text("one two three"), after="one"))
        turn = await slow.send("stopped cost", wait=False)
        await slow.stop()
    assert turn.usage["input"] > 0
    assert turn.usage == shown(turn)


async def test_a_turn_that_fails_in_its_second_call() -> None:
    async with chat(of_tests("slow_tools")) as slow:
        slow.tools["count_up"] = "once"
        slow.model.script(tool_call("count_up", name="x"), failure(401))
        turn = await slow.send("failed cost")
    assert turn.status == "failed" and turn.usage["input"] > 0
    assert turn.usage == shown(turn)


async def test_a_call_that_is_tried_again_counts_once() -> None:
    async with chat(example("haiku")) as haiku:
        haiku.model.script(failure(503, text("Half")), text("A whole answer."))
        turn = await haiku.send("retried cost")
    assert (turn.status, turn.attempt) == ("done", 2)
    assert turn.usage == shown(turn)


async def test_a_call_that_only_hands_over_has_no_message_and_is_counted() -> None:
    async with chat(example("triage")) as triage:
        triage.model.script(handoff("billing"), text("A refund."))
        turn = await triage.send("handoff cost")
    assert turn.usage["input"] > shown(turn)["input"] > 0


async def test_agents_that_are_tools() -> None:
    async with chat(of_tests("editor")) as editor:
        editor.model.script(tool_call("judge", input="judge the cost"), text("Judged."), agent="Editor")
        editor.model.script(text("Dear."), agent="Critic")
        turn = await editor.send("helper cost")
    assert len([each for each in turn.messages if each.usage]) == 3
    assert turn.usage == shown(turn)


async def test_what_children_cost_is_of_their_parents_turn() -> None:
    async with chat(of_tests("reporter")) as reporter:
        reporter.model.script(tool_call("shelf_of", word="tide"), text("It is on shelf 4."))
        turn = await reporter.send("report at once")
    calls = [each.usage["input"] for each in turn.messages if each.usage]
    assert len(calls) == 2
    assert turn.usage["input"] == sum(calls) > 0
