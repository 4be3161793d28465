"""SIGTERM ends a worker within its grace period even if authors' code hangs; its turns continue elsewhere."""

import signal
from collections.abc import Iterator

import pytest

from tests.support.authored import Authored, authored
from tests.support.broken import BROKEN
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack
from tests.support.waiting import until

STUBBORN = '''
"""Has tools that do not end when they are cancelled."""
import asyncio
import time
from agents import Agent, function_tool

@function_tool
async def ignores() -> str:
    print("ignores runs", flush=True)
    while True:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            pass

@function_tool
def blocks() -> str:
    print("blocks runs", flush=True)
    while True:
        time.sleep(3600)

agent = Agent(name="Stubborn", tools=[ignores, blocks])
'''


@pytest.fixture
def files(stack: Stack) -> Iterator[Authored]:
    with authored(stack) as files:
        files.write({"stubborn": STUBBORN, "looping": BROKEN.format(name="Looping")})
        stack.kill("worker")
        stack.start_worker(settings={"AGENTEX_WORKER_GRACE_SECONDS": 1.0})
        yield files


def test_a_worker_ends_though_a_workflow_loops_and_tools_ignore_their_end(
    stack: Stack, files: Authored, person: Person
) -> None:
    stack.model.script_steps(
        step(function_call("ignores", {}), function_call("blocks", {})),
        step(text("Done.")),
        match="be stubborn",
    )
    person.begin("stubborn", "be stubborn")
    until(lambda: all(f"{each} runs" in stack.log("worker") for each in ("ignores", "blocks")), stack.logs)
    looping = ended(last_turn(person.begin("looping", "block")))
    assert "blocked for more than 2 seconds" in looping.error
    # Returns when the process has ended, and fails if it does not end by itself.
    stack.kill("worker", signal.SIGTERM)
    assert "The worker stops" in stack.log("worker")
    # Nothing is lost: the next worker serves.
    files.write({"stubborn": None})
    stack.start_worker()
    assert ended(person.send(looping.task, "hello")).status == "done"
