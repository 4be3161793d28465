"""Plain function tools, of every kind that people paste."""

import asyncio
import random
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from agentex_web import adk
from agents import Agent, RunContextWrapper, Runner, ToolOutputImage, function_tool

CHARGES: list[str] = []
"""One entry for each time that the code of ``charge`` ran."""
THREADS: list[str] = []


@dataclass
class Basket:
    items: list[str] = field(default_factory=list)
    total: int = 0


class Receipt(BaseModel):
    number: int
    lines: list[str]


@function_tool
def charge(amount: int) -> str:
    """Charges a card."""
    CHARGES.append(f"{amount}")
    THREADS.append(threading.current_thread().name)
    return f"charged {amount}, receipt {random.random()}"


@function_tool
def block() -> str:
    """Does what must not be done in a workflow."""
    time.sleep(0.01)
    folder = len(list(Path(__file__).parent.iterdir()))
    said = subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True)
    with open(__file__, encoding="utf-8") as file:
        return f"{said.stdout.strip()} {bool(folder)} {file.read(3)}"


@function_tool
async def hurry() -> str:
    """A coroutine that blocks its event loop."""
    time.sleep(0.01)  # noqa: ASYNC251  (as people write it)
    await asyncio.sleep(0)
    return "hurried"


@function_tool
def put(context: RunContextWrapper[Basket], item: str, price: int) -> str:
    """Puts something into the basket."""
    context.context.items.append(item)
    context.context.total += price
    return f"{len(context.context.items)} in the basket"


@function_tool
def receipt() -> Receipt:
    """Returns a model."""
    return Receipt(number=7, lines=["lamp"])


@function_tool
def picture() -> ToolOutputImage:
    """Returns a picture."""
    return ToolOutputImage(image_url="data:image/png;base64,AAAA")


@function_tool
def leave(how: str) -> str:
    """Ends in every way that code can end."""
    match how:
        case "exit":
            raise SystemExit(3)
        case "interrupt":
            raise KeyboardInterrupt
        case "group":
            raise ExceptionGroup("unhandled errors in a TaskGroup", [ConnectionError("no route to the shop")])
        case "empty":
            raise ValueError
        case "half":
            return "a\ud800b"
    return "stayed"


@function_tool(failure_error_function=None)
def fragile() -> str:
    """Its failures end the run."""
    raise LookupError("the shelf is empty")


@adk.tool(retries=2)
@function_tool
def flaky() -> str:
    """Works at the third attempt."""
    CHARGES.append("flaky")
    if CHARGES.count("flaky") < 3:
        raise ConnectionError("not yet")
    return f"attempt {CHARGES.count('flaky')}"


@adk.pure
@function_tool
def double(number: int) -> str:
    """Only computes."""
    THREADS.append(threading.current_thread().name)
    return str(number * 2)


@function_tool
async def ask_another(question: str) -> str:
    """Runs an agent by hand, which needs the workflow."""
    answer = await Runner.run(Agent(name="Other", instructions="Answer."), question)
    return str(answer.final_output)


def make_tool(word: str):
    @function_tool(name_override=f"say_{word}")
    def say() -> str:
        return word

    return say


agent = Agent[Basket](
    name="Handyman",
    instructions="Use the tools.",
    tools=[
        *(charge, block, hurry, put, receipt, picture, leave, fragile, flaky, double, ask_another),
        make_tool("yes"),
        make_tool("no"),
    ],
)
