"""The agents of docs/agents.md and of the product: each answers, and does what its description says."""

import json
import runpy
from pathlib import Path

import pytest

from agentex_web.adk.testing import chat, reasoning, text, tool_call
from agentex_web.adk.testing.loading import description_of
from tests.support.documented import documented_tests, examples, fragments
from tests.turns_in_memory.agents import EXAMPLES, rows

SPECIAL = ("essayist", "travel", "archivist", "bookseller", "florist", "reminder", "storyteller")
WAITS = "trips"
"""The product's agent that asks and waits."""


@pytest.fixture(scope="module")
def documented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documented") / "agents"
    folder.mkdir()
    for name, source in examples().items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    return folder


@pytest.mark.parametrize("agent", [name for name in examples() if name not in SPECIAL])
async def test_a_documented_agent_answers(documented: Path, agent: str) -> None:
    async with chat(documented / f"{agent}.py") as opened:
        opened.model.script(text(f"I am the {agent}."))
        turn = await opened.send("hello")
    assert turn.status == "done", turn.error
    said = [each.content for each in turn.messages if each.author == "agent"]
    assert said == [f"I am the {agent}."]


def test_the_documented_parts_of_files_can_be_imported() -> None:
    imports = (
        "from datetime import timedelta\nfrom agents import function_tool\nfrom agentex_web import adk\n"
    )
    parts = fragments()
    for part in parts:
        exec(imports + part, {})
    assert len(parts) == 3


@pytest.mark.parametrize("agent", sorted(path.stem for path in EXAMPLES.glob("*.py") if path.stem != WAITS))
async def test_an_agent_of_the_product_answers(agent: str) -> None:
    async with chat(EXAMPLES / f"{agent}.py") as opened:
        opened.model.script([reasoning("Hm."), text(f"I am the {agent}.")], text("And I remember."))
        first = await opened.send("hello")
        second = await opened.send("again")
    assert (first.answer, second.answer) == (f"I am the {agent}.", "And I remember.")


async def test_the_travel_desk_asks_waits_and_books() -> None:
    about = {"home": "Bergen", "budget": 150}
    async with chat(EXAMPLES / f"{WAITS}.py", parameters=about) as desk:
        desk.model.script(text("Oslo it is, for 180 euros."))
        turn = await desk.send("somewhere nice")
        await desk.answer(place="Oslo", day="2030-05-17")
        assert desk.form.asked.title == "Bergen to Oslo by train for 180 euros, over your budget. Book it?"
        await desk.answer(answer="Book it")
        assert (turn.status, turn.answer) == ("done", "Oslo it is, for 180 euros.")
        assert "Oslo on 17 May by train" in str(desk.model.requests[0].input)
        other = await desk.send("or not")
        await desk.skip()
        assert other.answer.startswith("Then another time.")


async def test_the_documented_reminder_plans_by_code_and_by_its_model(documented: Path) -> None:
    async with chat(documented / "reminder.py") as reminder:
        plan = {"name": "Tea", "message": "Drink tea.", "cron": "", "at": "tomorrow 09:00", "time_zone": ""}
        reminder.model.script(
            tool_call("schedule_message", **plan), text("I will."), text("You are welcome.")
        )
        turn = await reminder.send("remind me of my tea tomorrow at nine")
        assert (turn.status, turn.answer) == ("done", "I will."), turn.error
        await reminder.send("thanks")
        assert [each.name for each in reminder.record.schedules.values()] == ["News", "Tea"]


async def test_the_documented_script_runs_its_agents_one_after_another(documented: Path) -> None:
    async with chat(documented / "storyteller.py") as storyteller:
        storyteller.model.script(text("A cat."), text('{"good":true}'), text("Once upon a cat."))
        turn = await storyteller.send("cats")
        shown = [each.content for each in turn.messages if each.kind == "text" and not each.opens_turn]
        assert shown == ["Outline written", "Once upon a cat."]


async def test_the_documented_florist_asks_and_waits(documented: Path) -> None:
    async with chat(documented / "florist.py") as shop:
        shop.model.script(tool_call("choose_vase"), text("Your flowers are on their way."))
        turn = await shop.send("flowers, please")
        await shop.answer(flowers="roses", number=12, day="2030-02-14")
        await shop.post_event("payment", {"amount": 40})
        assert shop.form.asked.title == "Which vase?"
        await shop.answer(answer="clay")
        assert (turn.status, turn.tools[0].output) == ("done", "clay")
        late = await shop.send("flowers again")
        await shop.answer(flowers="tulips", day="2030-02-15")
        await shop.sleep(days=3)
        assert late.answer == "It was not paid in time."


async def test_the_documented_workflow_drafts_and_improves(documented: Path) -> None:
    async with chat(documented / "essayist.py") as essayist:
        essayist.model.script(text("A draft."), agent="Writer")
        essayist.model.script(text("A better draft."), agent="Critic")
        turn = await essayist.send("write an essay")
    assert [(each.agent_name, each.content) for each in turn.messages[1:]] == [
        ("Writer", "A draft."),
        ("", "Reading it once more."),
        ("Critic", "A better draft."),
    ]


async def test_the_documented_plan_is_made_with_colleagues(documented: Path) -> None:
    plan = json.dumps({"city": "Oslo", "stops": ["the opera", "a boat"]})
    async with chat(documented / "travel.py") as travel:
        travel.model.script(tool_call("ask_guide", input="sights of Oslo"), text(plan), agent="Travel")
        travel.model.script(text("The opera, a boat."), agent="Guide")
        turn = await travel.send("plan a day in Oslo")
    assert (turn.status, turn.answer) == ("done", plan)
    said = [(each.agent_name, each.kind, each.content) for each in turn.messages]
    assert ("Guide", "text", "The opera, a boat.") in said


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("my card is 1234567890123456", "“no_card_in”: Please never send a card's number."),
        ("which card have I", "“no_card_out”: The answer held a card's number."),
    ],
)
async def test_the_documented_guardrails_trip(documented: Path, words: str, reason: str) -> None:
    async with chat(documented / "discreet_bank.py") as bank:
        bank.model.script(text("Your card is 1234 5678 9012 3456."))
        turn = await bank.send(words)
    assert turn.status == "failed" and turn.error.endswith(reason)
    assert [kind for kind, _, _ in rows(turn)] == ["error"]


async def test_the_documented_tool_is_an_activity(documented: Path) -> None:
    async with chat(documented / "shop.py") as shop:
        shop.model.script(tool_call("find_order", number="17"), text("Two lamps."))
        turn = await shop.send("where is order 17")
    assert turn.tools[0].output is not None and turn.tools[0].output.startswith("Order 17: two lamps")


async def test_the_documented_context_is_kept(documented: Path) -> None:
    async with chat(documented / "grocer.py") as grocer:
        grocer.model.script(tool_call("put_on_list", name="milk"), text("Done."), text("Milk."))
        await grocer.send("milk please")
        await grocer.send("what is on it?")
    assert grocer.model.requests[-1].instructions == "You keep a shopping list. On it: milk."


def test_the_documented_server_is_the_workers(documented: Path) -> None:
    description = description_of(documented / "bookseller.py", [])
    assert list(description.mcp_servers) == ["bookseller/books"]


async def test_the_documented_hooks_hide_internal_tools(documented: Path) -> None:
    async with chat(documented / "discreet.py") as discreet:
        discreet.model.script(tool_call("internal_rating", name="Ada"), text("A good customer."))
        turn = await discreet.send("how is Ada?")
    assert turn.said[1:] == [("system", "text", "Discreet is at work"), ("agent", "text", "A good customer.")]


def test_the_documented_tests_pass(documented: Path) -> None:
    file = documented.parent / "tests" / "test_shop.py"
    file.parent.mkdir()
    file.write_text(documented_tests(), encoding="utf-8")
    tests = [each for name, each in runpy.run_path(str(file)).items() if name.startswith("test_")]
    assert len(tests) == 3
    for each in tests:
        each()
