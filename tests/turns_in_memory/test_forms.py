"""Forms from a workflow, a tool, a hook and the model: answered, refused, skipped, or answered too late."""

from datetime import date, timedelta
from enum import Enum
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field, field_validator

from agentex_web import adk
from agentex_web.adk.testing import chat, text, tool_call
from agents import Agent, function_tool


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


class Trip(BaseModel):
    """Tell me about your trip."""

    city: str = Field(min_length=2, title="Where to?")
    when: date
    people: int = Field(default=2, ge=1, le=9)
    meals: list[Literal["breakfast", "dinner"]] = []
    size: Size = Size.SMALL
    insured: bool = False
    notes: str = Field(default="", max_length=2_000, description="Whatever else matters.")
    passport: adk.File | None = None

    @field_validator("city")
    @classmethod
    def is_no_moon(cls, city: str) -> str:
        if city == "Moon":
            raise ValueError("We do not fly there.")
        return city


class Agency(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        trip = await turn.ask(Trip, title="Your trip", skippable=True, deadline=timedelta(days=7))
        if trip is None:
            await turn.say("Another time.")
            return
        assert isinstance(trip, Trip)
        way = await turn.ask("By train?", choices=["train", "ferry"])
        await turn.say(f"{trip.city} on {trip.when:%d %B} for {trip.people}, {trip.size.name}, by {way}")


ANSWER: dict[str, Any] = {"city": "Oslo", "when": "2030-05-17"}


async def test_a_form_has_what_its_model_says() -> None:
    async with chat(Agency) as box:
        turn = await box.send("book it")
        assert turn.status == "running"
        payload = box.form.asked.payload
        assert payload["text"] == "Tell me about your trip." and payload["skippable"]
        kinds = {each["name"]: each["kind"] for each in payload["fields"]}
        assert kinds == {
            "city": "text", "when": "date", "people": "integer", "meals": "several", "size": "choice",
            "insured": "yes_no", "notes": "long_text", "passport": "file",
        }  # fmt: skip
        city, _, people, meals = payload["fields"][:4]
        assert (city["label"], city["required"]) == ("Where to?", True)
        assert (people["default"], people["maximum"], people["required"]) == (2, 9, False)
        assert [each["value"] for each in meals["choices"]] == ["breakfast", "dinner"]


async def test_answers_come_as_objects_over_a_crash() -> None:
    async with chat(Agency) as box:
        turn = await box.send("book it")
        await box.restart()
        await box.answer(ANSWER)
        await box.restart()
        await box.answer(answer="ferry")
        assert (turn.status, turn.answer) == ("done", "Oslo on 17 May for 2, SMALL, by ferry")
        assert [each.status for each in turn.messages if each.kind == "form"] == ["done", "done"]


async def test_what_the_models_own_check_refuses_is_asked_again() -> None:
    async with chat(Agency) as box:
        turn = await box.send("book it")
        with pytest.raises(ValueError, match="too short"):
            await box.answer({**ANSWER, "city": "O"})
        await box.answer({**ANSWER, "city": "Moon"})
        assert turn.status == "running"
        assert box.form.asked.payload["errors"] == {"city": "We do not fly there."}
        assert box.form.asked.payload["given"]["city"] == "Moon"
        await box.answer(ANSWER)
        await box.answer(answer="train")
        assert turn.status == "done"


async def test_it_may_be_skipped_if_it_says_so() -> None:
    async with chat(Agency) as box:
        assert (await box.send("book it")).status == "running"
        await box.skip()
        assert box.turns[0].answer == "Another time."
        turn = await box.send("book it")
        await box.answer(ANSWER)
        with pytest.raises(ValueError, match="must be answered"):
            await box.skip()
        await box.stop(turn)
        assert turn.status == "interrupted"
        assert [each.status for each in turn.messages if each.kind == "form"] == ["done", "interrupted"]


async def test_a_deadline_is_a_timeout() -> None:
    async with chat(Agency) as box:
        turn = await box.send("book it")
        await box.sleep(days=8)
        assert (turn.status, turn.error) == ("failed", "Nobody answered in time.")


@function_tool
async def book(city: str) -> str:
    """Books a trip."""
    nights = await adk.ask(
        {
            "type": "object",
            "properties": {"nights": {"type": "integer", "minimum": 1}},
            "required": ["nights"],
        },
        title=f"How long in {city}?",
    )
    return f"{nights['nights']} nights in {city}"


async def test_a_tool_asks_and_holds_no_worker() -> None:
    agent = Agent(name="Travel", instructions="Book.", tools=[book])
    async with chat(agent) as box:
        box.model.script(tool_call("book", city="Oslo"), text("Booked."))
        turn = await box.send("book Oslo")
        assert box.temporal.activities_under_way == []
        assert box.form.asked.title == "How long in Oslo?"
        await box.answer(nights=3)
        assert (turn.status, turn.tools[0].output) == ("done", "3 nights in Oslo")


async def test_the_model_asks_with_a_ready_tool() -> None:
    agent = Agent(name="Travel", instructions="Book.", tools=[adk.ask_user])
    questions = [
        {
            "name": "city",
            "question": "Which city?",
            "kind": "choice",
            "choices": ["Oslo", "Rome"],
            "help": "",
            "required": True,
        },
        {
            "name": "why",
            "question": "Why?",
            "kind": "text",
            "choices": [],
            "help": "In a word",
            "required": False,
        },
    ]
    async with chat(agent) as box:
        box.model.script(tool_call("ask_user", title="Your trip", questions=questions), text("Rome, then."))
        turn = await box.send("somewhere nice")
        assert [each["kind"] for each in box.form.asked.payload["fields"]] == ["choice", "text"]
        await box.answer(city="Rome")
        assert (turn.answer, turn.tools[0].output) == ("Rome, then.", '{"city": "Rome"}')


class Careful(adk.TemporalStreamingHooks):
    async def on_agent_end(self, context: Any, agent: Any, output: Any) -> None:
        await adk.ask("May I say it?", choices=["yes", "no"])


class Polite(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        await turn.run(Agent(name="A", instructions="Be polite."), turn.input, hooks=Careful(turn.task.id))


async def test_a_hook_asks() -> None:
    async with chat(Polite) as box:
        box.model.script(text("Hello."))
        turn = await box.send("hello")
        assert box.form.asked.title == "May I say it?"
        await box.answer(answer="yes")
        assert turn.status == "done"


class Nested(BaseModel):
    trip: Trip


class Broken(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        await turn.ask(Nested)


async def test_a_form_that_cannot_be_asked_says_which_field() -> None:
    async with chat(Broken) as box:
        turn = await box.send("hello")
        assert turn.status == "failed" and "“trip”" in turn.error
