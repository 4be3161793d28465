"""Waits for all kinds of things at once, after it has done what can be undone."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio import activity

from agentex_web import adk
from agents import Agent, function_tool


def _note(line: str) -> str:
    """The effect outside: one line of a file."""
    with (Path(os.environ["AGENTEX_DATA_DIR"]) / "everything.txt").open("a") as file:
        file.write(f"{line}\n")
    return line


@function_tool
def cancel(what: str) -> str:
    """Cancels a booking."""
    return _note(f"cancel {what}")


@adk.tool(undo=cancel)
@function_tool
def book(what: str) -> str:
    """Books something."""
    return _note(f"book {what}")


@function_tool(needs_approval=True)
def delete(what: str) -> str:
    """Deletes something."""
    return _note(f"delete {what}")


@activity.defn
async def return_deposit(what: str) -> str:
    """Gives back a deposit."""
    return _note(f"give back {what}")


booker = Agent[Any](name="Booker", instructions="Book.", tools=[book])
deleter = Agent[Any](name="Deleter", instructions="Delete.", tools=[delete])
writer = Agent[Any](name="Writer", instructions="Write.")


class Everything(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        words = turn.message.content.content
        booked = await turn.run(booker, f"book for {words}")
        await turn.compensate(return_deposit, words, title="the deposit")

        async def ask() -> str:
            name = await turn.ask("Who are you?")
            greeting = await turn.run(writer, f"greet {name} for {words}")
            return str(greeting.final_output)

        deleted, greeted, slept, event = await asyncio.gather(
            turn.run(deleter, f"delete for {words}"),
            ask(),
            turn.sleep(timedelta(days=9), reason="Nine days"),
            turn.wait_for_event("parcel"),
        )
        results = [booked.final_output, deleted.final_output, greeted, str(slept), event["what"]]
        await turn.say("; ".join(results), author="system")
