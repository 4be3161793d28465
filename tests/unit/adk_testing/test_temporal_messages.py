"""The in-memory Temporal: signals, queries and updates."""

import asyncio

import pytest
from temporalio import workflow
from temporalio.exceptions import (
    ApplicationError,
)

from agentex_web.adk.testing import NothingHappens
from tests.unit.adk_testing.in_memory import LIMIT, Mailbox, greet, temporal, value_of


async def test_signals_start_a_workflow_and_come_in_their_order() -> None:
    async with temporal(Mailbox) as server:
        run = await server.signal_with_start("Mailbox", "workflow", 3, "put", "one")
        for letter in ("two", "three"):
            await server.signal_with_start("Mailbox", "workflow", 3, "put", letter)
        await server.until(lambda: not run.is_open)
        assert value_of(run) == ["one", "two", "three"]
        assert len(server.runs) == 1


async def test_queries_are_answered_and_leave_no_trace() -> None:
    async with temporal(Mailbox) as server:
        run = await server.signal_with_start("Mailbox", "workflow", 3, "put", "one")
        await server.until_idle()
        steps = len(run.steps)
        assert await server.query("workflow", "count") == 1
        await server.forget()
        assert await server.query("workflow", "count") == 1
        assert len(run.steps) == steps
        with pytest.raises(Exception, match="'unknown' expected but not found"):
            await server.query("workflow", "unknown")


async def test_updates_are_awaited_or_refused() -> None:
    async with temporal(Mailbox) as server:
        await server.start("Mailbox", "workflow", 5)
        assert await server.update("workflow", "exchange", "a card") == "a card for 0"
        with pytest.raises(ApplicationError, match="It is empty"):
            await server.update("workflow", "exchange", "")
        assert await server.check_replay() == []


async def test_nobody_is_signalled_who_does_not_run() -> None:
    async with temporal(Mailbox) as server:
        with pytest.raises(LookupError, match="No workflow nobody is running"):
            await server.signal("nobody", "put", "one")


async def test_waiting_for_what_cannot_come_says_so() -> None:
    async with temporal(Mailbox) as server:
        run = await server.start("Mailbox", "workflow", 1)
        with pytest.raises(NothingHappens, match="No workflow, activity or timer is left"):
            await server.until(lambda: not run.is_open)


@workflow.defn(sandboxed=False)
class Calling:
    @workflow.run
    async def run(self) -> None:
        await workflow.get_external_workflow_handle("mailbox").signal("put", "a call")


async def test_a_workflow_signals_another() -> None:
    async with temporal(Calling, Mailbox) as server:
        mailbox = await server.start("Mailbox", "mailbox", 1)
        await server.start("Calling", "workflow")
        await server.until(lambda: not mailbox.is_open)
        assert value_of(mailbox) == ["a call"]


@workflow.defn(sandboxed=False)
class Ending:
    def __init__(self) -> None:
        self.said: list[str] = []

    @workflow.run
    async def run(self) -> list[str]:
        await workflow.execute_local_activity(greet, "x", start_to_close_timeout=LIMIT)
        return self.said

    @workflow.signal
    def say(self, word: str) -> None:
        self.said.append(word)


async def test_a_signal_that_comes_as_a_workflow_ends_is_not_lost() -> None:
    async with temporal(Ending) as server:
        run = await server.start("Ending", "workflow")
        # Wait until the worker has the second and last workflow task.
        while len(run.steps) != 1 or run.activities or run.jobs or not run.advancing:  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0)
        await server.signal("workflow", "say", "wait")
        await server.until(lambda: not run.is_open)
        assert value_of(run) == ["wait"]
        assert await server.check_replay() == []
