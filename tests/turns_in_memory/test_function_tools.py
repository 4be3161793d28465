"""Plain function tools run in activities: once, whatever they do, and outside the workflow."""

import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from agentex_web import adk
from agentex_web.adk.testing import chat, text, tool_call
from agentex_web.adk.testing.loading import load_file
from agentex_web.turns import tool_limits
from agents import Agent, RunContextWrapper, function_tool
from tests.turns_in_memory.agents import of_tests, rows

load_file(of_tests("handyman"))
handyman: Any = sys.modules["agentex_web.agents.handyman"]


FAILED = "An error occurred while running the tool."


@pytest.fixture(autouse=True)
def nothing_was_called() -> Iterator[None]:
    handyman.CHARGES.clear()
    handyman.THREADS.clear()
    yield


async def test_a_charge_happens_once_whatever_is_replayed() -> None:
    async with chat(of_tests("handyman")) as shop:
        shop.model.script(tool_call("charge", amount=3), text("Paid."), text("Yes."))
        turn = await shop.send("pay")
        await shop.restart()
        await shop.send("did you?")
        await shop.restart()
    assert handyman.CHARGES == ["3"]
    assert turn.tools[0].output is not None and turn.tools[0].output.startswith("charged 3, receipt 0.")


@pytest.mark.parametrize(("tool", "output"), [("block", '42 True """'), ("hurry", "hurried")])
async def test_what_a_workflow_must_not_do_is_a_tools_right(tool: str, output: str) -> None:
    async with chat(of_tests("handyman")) as shop:
        shop.model.script(tool_call(tool), text("Done."))
        turn = await shop.send("do it")
    assert (turn.status, turn.tools[0].output) == ("done", output)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("exit", "Error: SystemExit: 3"),
        ("interrupt", "Error: KeyboardInterrupt"),
        ("group", "Error: ConnectionError: no route to the shop"),
        ("empty", "Error: ValueError"),
    ],
)
async def test_an_error_of_any_kind_is_said_to_the_model(how: str, words: str) -> None:
    async with chat(of_tests("handyman")) as shop:
        shop.model.script(tool_call("leave", how=how), text("I see."))
        turn = await shop.send("leave")
        assert shop.model.requests[-1].input[-1]["output"] == f"{FAILED} Please try again. {words}"
    assert (turn.status, turn.tools[0].status) == ("done", "failed")


async def test_half_a_character_is_replaced() -> None:
    async with chat(of_tests("handyman")) as shop:
        shop.model.script(tool_call("leave", how="half"), text("I see."))
        turn = await shop.send("half")
    assert (turn.status, turn.tools[0].output) == ("done", "a\N{REPLACEMENT CHARACTER}b")


async def test_a_failure_that_its_author_does_not_explain_ends_the_turn() -> None:
    async with chat(of_tests("handyman")) as shop:
        shop.model.script(tool_call("fragile"))
        turn = await shop.send("break")
    assert turn.status == "failed"
    assert "the shelf is empty" in turn.error


async def test_attempts_are_made_only_where_the_author_asks_for_them() -> None:
    async with chat(of_tests("handyman")) as shop:
        shop.model.script(tool_call("flaky"), text("At last."))
        turn = await shop.send("try")
    assert [(call.output, call.attempt) for call in turn.tools] == [("attempt 3", 3)]


async def test_results_of_authors_classes_and_pictures_come_back() -> None:
    async with chat(of_tests("handyman")) as shop:
        shop.model.script([tool_call("receipt"), tool_call("picture")], text("Both."))
        turn = await shop.send("show")
        receipt, picture = (each["output"] for each in shop.model.requests[-1].input[-2:])
    assert receipt == "number=7 lines=['lamp']"
    assert picture == [{"type": "input_image", "image_url": "data:image/png;base64,AAAA"}]
    assert [call.output for call in turn.tools] == ["number=7 lines=['lamp']", ""]
    assert turn.messages[-2].data["files"] == ["data:image/png;base64,AAAA"]


async def test_a_pure_tool_runs_in_the_workflow_and_others_do_not() -> None:
    async with chat(of_tests("handyman")) as shop:
        shop.model.script([tool_call("double", number=4), tool_call("charge", amount=1)], text("Done."))
        await shop.send("both")
    assert set(handyman.THREADS) >= {"tool"} and len(set(handyman.THREADS)) > 1


async def test_tools_of_one_function_are_told_apart() -> None:
    async with chat(of_tests("handyman")) as shop:
        shop.model.script([tool_call("say_yes"), tool_call("say_no")], text("Both."))
        turn = await shop.send("say")
    assert [call.output for call in turn.tools] == ["yes", "no"]


class Shop(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        basket = handyman.Basket()
        await turn.run(handyman.agent, turn.input, context=basket)
        await turn.say(f"{basket.items} for {basket.total}", author="system")


async def test_changes_of_the_run_context_come_back_also_of_calls_side_by_side() -> None:
    async with chat(Shop) as shop:
        shop.model.script(tool_call("put", item="lamp", price=3), tool_call("put", item="rug", price=4))
        shop.model.script(text("Done."))
        turn = await shop.send("buy both")
    assert [call.output for call in turn.tools] == ["1 in the basket", "2 in the basket"]
    assert ("text", "done", "['lamp', 'rug'] for 7") in rows(turn)


class Connection:
    def __init__(self) -> None:
        self.lock = threading.Lock()


@function_tool
def use(context: RunContextWrapper[Connection]) -> str:
    """Uses what cannot be sent."""
    return "used"


class Connected(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        await turn.run(Agent(name="Connected", tools=[use]), turn.input, context=Connection())


async def test_a_context_that_cannot_travel_says_what_to_do() -> None:
    async with chat(Connected) as connected:
        connected.model.script(tool_call("use"))
        turn = await connected.send("use it")
    assert turn.error.startswith(
        "“use”: The run context, a Connection, cannot be sent to the tool. Make it a"
    )
    assert "@adk.pure" in turn.error


async def test_a_test_replaces_a_function_tool() -> None:
    async with chat(of_tests("handyman")) as shop:
        shop.tools["charge"] = "charged nothing"
        shop.model.script(tool_call("charge", amount=9), text("Fine."))
        turn = await shop.send("pay")
        assert [run.arguments for run in shop.tools.runs] == [(9,)]
    assert turn.tools[0].output == "charged nothing"
    assert handyman.CHARGES == []


@function_tool
def pages(count: int) -> str:
    """Returns much text."""
    return "page " * count


@adk.pure
@function_tool
def numbers(count: int) -> list[int]:
    """Returns many numbers."""
    return list(range(count))


async def test_too_much_text_is_cut_and_the_model_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool_limits, "MOST_CHARACTERS", 1_000)
    async with chat(Agent(name="Reader", tools=[pages, numbers])) as reader:
        reader.model.script(
            [tool_call("pages", count=9_000), tool_call("numbers", count=9_000)],
            tool_call("pages", arguments_json=f'{{"count": 1, "more": "{"x" * 2_000}"}}'),
            text("Read."),
        )
        turn = await reader.send("read")
    cut, listed, refused = (each.output for each in turn.tools)
    assert turn.status == "done"
    assert cut.startswith("(Only the first 1,000 of 45,000 characters are here.)\n\npage page")
    assert listed.startswith("(Only the first 1,000 of 43,") and len(cut) + len(listed) < 2_200
    assert "It was not run: its arguments have 2,0" in refused and turn.tools[2].status == "failed"
    given = [each["output"] for each in reader.model.requests[-1].input if "output" in each]
    assert given == [cut, listed, refused]
