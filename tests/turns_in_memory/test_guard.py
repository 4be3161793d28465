"""Non-deterministic workflow code fails the turn, with the line number and the remedy. Tools may do anything."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from agentex_web.adk.testing import chat, hold, text, tool_call
from tests.turns_in_memory.agents import rows

FILE = '''
"""Does in a workflow what a workflow may not do."""

import asyncio
import datetime as dt
import random
import secrets
import socket
import subprocess
import time
import uuid
import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from random import choice

from agentex_web import adk
from agents import Agent, RunHooks, function_tool
from pydantic import BaseModel, Field
from pydantic.dataclasses import dataclass as checked
from temporalio import workflow

PROMPT = open(__file__, encoding="utf-8").read(10)
WHEN = datetime.now()
SYSTEM = random.SystemRandom()

@dataclass
class Made:
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    at: datetime = field(default_factory=datetime.now)

class Order(BaseModel):
    id: uuid.UUID = Field(default_factory=uuid.uuid4)
    at: datetime = Field(default_factory=datetime.now)
    name: str = ""

class Urgent(Order):
    number: float = Field(default_factory=random.random)

class Basket(BaseModel):
    orders: list[Urgent]

@checked
class Parcel:
    id: uuid.UUID = Field(default_factory=uuid.uuid4, repr=True)
    at: datetime = field(default_factory=datetime.now)

@checked
class Letter(Parcel):
    parcel: Parcel = Field(default_factory=lambda: Parcel())

async def aside() -> None:
    """What is well."""
    assert isinstance(dt.datetime(2020, 1, 1), datetime) and datetime(2020, 1, 1) < dt.datetime(2021, 1, 1)
    assert random.Random(3).random() == random.Random(3).random() and isinstance(SYSTEM, random.Random)
    assert os.path.exists and time.strftime("%Y", time.gmtime(0)) == "1970" and date.fromisoformat("2020-01-01").year == 2020

@adk.pure
@function_tool
def dice() -> int:
    """Rolls."""
    return random.randint(1, 6)

@function_tool
def clock() -> str:
    """Reads the clock."""
    time.sleep(0.001)
    return f"{datetime.now().year > 2000} {choice('aa')} {isinstance(WHEN, datetime)} {date.today().year > 2000}"

class Hooks(RunHooks):
    async def on_agent_start(self, context, agent):
        random.random()

player = Agent(name="Player", tools=[dice, clock])

class Careless(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        await aside()
        match turn.message.content.content:
            case "tool":
                await turn.run(player, turn.input)
            case "hooks":
                await turn.run(player, turn.input, hooks=Hooks())
            case "long":
                drawn = f"{random.random()} {uuid.uuid4()} {workflow.random().random()} {workflow.uuid4()}"
                await turn.say(drawn)
                await turn.run(player, turn.input)
                await turn.run(player, turn.input)
                await turn.say(f"Again: {drawn}", key="again")
            case "child":
                await asyncio.create_subprocess_exec("true")
            case "mistake":
                {}["x"]
            case "swallowed":
                with suppress(Exception):
                    time.sleep(0)
            case what:
                answer = {"random": random.random, "choice": lambda: choice("ab"), "now": datetime.now,
                 "seeded": lambda: random.seed(1) or random.sample(range(99), 3), "uuid": uuid.uuid4,
                 "module": lambda: dt.datetime.utcnow(), "today": date.today, "sleep": lambda: time.sleep(1),
                 "utc": lambda: datetime.now(dt.timezone.utc), "time": lambda: datetime.fromtimestamp(time.time()),
                 "spent": lambda: datetime.fromtimestamp(time.perf_counter()),
                 "nanoseconds": lambda: f"{datetime.fromtimestamp(time.perf_counter_ns() / 1e9)}{time.process_time()}",
                 "words": lambda: f"{time.strftime('%Y')} {time.ctime()} {time.asctime()}",
                 "own": lambda: random.Random().random(), "made": lambda: Made(),
                 "model": lambda: f"{Order()}", "nested": lambda: Basket.model_validate({"orders": [{}, {}]}),
                 "stamp": lambda: Order().at, "checked": lambda: f"{Letter()}", "post": lambda: Letter().at,
                 "bits": lambda: secrets.randbits(8), "bytes": lambda: os.urandom(4),
                 "system": lambda: random.SystemRandom().choice("ab"), "systems": lambda: SYSTEM.random(),
                 "local": lambda: datetime(*time.localtime()[:6]),
                 "secret": lambda: secrets.token_hex(4), "open": lambda: open(__file__),
                 "program": lambda: subprocess.run(["true"]),
                 "network": lambda: socket.create_connection(("127.0.0.1", 9))}[what]()
                await turn.say(f"{answer}", key="answer")
        await turn.say("Done.")
'''

CALLS = {
    "secret": ("calls secrets.token_hex()", "workflow.random()"),
    "bits": ("calls secrets.randbits()", "workflow.random()"),
    "bytes": ("calls os.urandom()", "workflow.random()"),
    "system": ("uses random.SystemRandom", "workflow.random()"),
    "systems": ("uses random.SystemRandom", "workflow.random()"),
    "sleep": ("calls time.sleep()", "workflow.sleep()"),
    "open": (
        "opens a file",
        "a tool or an activity for it; what never changes can be read at the top level of the file.",
    ),
    "program": ("starts a program", "a tool or an activity"),
    "network": ("looks up a server", "a tool or an activity"),
    "swallowed": ("calls time.sleep()", "workflow.sleep()"),
}
CHANCES = ("random", "choice", "seeded", "uuid", "own", "made", "model", "nested", "checked")
CLOCKS = ("now", "module", "utc", "today", "time", "spent", "local", "nanoseconds", "words", "stamp", "post")


@pytest.fixture(scope="module")
def careless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file for all tests: importing it costs as much as a turn."""
    path = tmp_path_factory.mktemp("agents") / "careless.py"
    path.write_text(FILE)
    return path


@pytest.mark.parametrize("what", CALLS)
async def test_it_fails_the_turn_and_says_what_to_use(careless: Path, what: str) -> None:
    async with chat(careless) as player:
        turn = await player.send(what)
    does, instead = CALLS[what]
    assert turn.status == "failed"
    assert turn.error.startswith("careless.py, line ") and does in turn.error
    assert f"Use {instead}" in turn.error


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (
            "child",
            "opens a connection or starts a program or a thread in a workflow. Use a tool or an activity",
        ),
        ("mistake", "failed in careless.py, line 94: KeyError: 'x'"),
    ],
)
async def test_other_failures_name_the_line(careless: Path, what: str, reason: str) -> None:
    async with chat(careless) as player:
        turn = await player.send(what)
    assert turn.error.startswith("The agent's code") and "careless.py, line " in turn.error
    assert reason in turn.error


@pytest.mark.parametrize("what", [*CHANCES, *CLOCKS])
async def test_clocks_and_random_numbers_are_those_of_the_workflow(careless: Path, what: str) -> None:
    # The chat replays the workflow after the turn, and would say if it did something else.
    async with chat(careless) as player:
        await player.sleep(days=800)
        turn = await player.send(what)
    assert (turn.status, turn.error) == ("done", "")
    if what in CLOCKS:
        assert turn.messages[1].content[:4] == str((datetime.now() + timedelta(days=800)).year)


async def test_those_of_hooks_and_pure_tools_too(careless: Path) -> None:
    async with chat(careless) as player:
        player.model.script(tool_call("clock"), text("It is late."), tool_call("dice"), text("A number."))
        late = await player.send("tool")
        rolled = await player.send("tool")
        player.model.script(text("Hello."))
        hooked = await player.send("hooks")
    assert ("tool_response", "done", "True a True True") in rows(late)
    assert rolled.tools[0].output in ("1", "2", "3", "4", "5", "6")
    assert hooked.status == "done"


async def test_the_same_numbers_are_drawn_when_a_turn_goes_on_in_another_run(careless: Path) -> None:
    async with chat(careless) as player:
        player.model.script(hold(text("One.")), text("Two."))
        turn = await player.send("long", wait=False)
        player.suggest_continue_as_new()
        player.model.release()
        await player.ended(turn)
        assert len(player.temporal.runs_of(player.workflow_id)) == 2
    said = [each.content for each in turn.messages if each.kind == "text"]
    assert said[4] == f"Again: {said[1]}"
