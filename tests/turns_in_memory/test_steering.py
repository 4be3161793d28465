"""Messages into a running turn, paused chats, and undone turns."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import Payload

from agentex_web import adk
from agentex_web.adk.testing import chat, hold, text, tool_call
from agentex_web.turns import workflow_outbound
from agentex_web.turns.activity_context import ActivityContext, with_context
from tests.turns_in_memory.agents import of_tests, rows


def said(items: list[dict[str, object]]) -> list[object]:
    return [item.get("role") or item["type"] for item in items]


async def test_a_message_goes_in_between_two_calls_of_the_model() -> None:
    async with chat(of_tests("trips")) as trips:
        held = trips.tools.hold("book")
        trips.model.script(tool_call("book", what="hotel"), text("Booked, without breakfast."), text("Next."))
        turn = await trips.send("book a hotel", wait=False)
        late = await trips.send("no breakfast, please", wait=False)
        assert late.status == "queued"
        await trips.send_now(late)
        assert late.status == "queued"
        held.release("hotel is booked")
        await trips.ended()
        assert (turn.status, turn.answer, late.status) == ("done", "Booked, without breakfast.", "withdrawn")
        order = ["user", "function_call", "function_call_output", "user"]
        assert said(trips.model.requests[1].input) == order
        assert [each.kind for each in turn.messages if each.author == "user"] == ["text", "text"]
        assert ("text", "done", "no breakfast, please") in rows(turn)
        await trips.send("and then?")
        assert said(trips.model.requests[2].input) == [*order, "assistant", "user"]


async def test_where_no_step_follows_the_message_has_its_own_turn() -> None:
    async with chat(of_tests("trips")) as trips:
        trips.model.script(hold(text("Hello.")), text("And goodbye."))
        turn = await trips.send("hello", wait=False)
        late = await trips.send("goodbye", wait=False)
        await trips.send_now(late)
        trips.model.release()
        await trips.ended()
        assert (turn.answer, late.status, late.answer) == ("Hello.", "done", "And goodbye.")


async def test_a_message_that_was_taken_back_does_not_go_in() -> None:
    async with chat(of_tests("trips")) as trips:
        held = trips.tools.hold("book")
        trips.model.script(tool_call("book", what="hotel"), text("Booked."))
        turn = await trips.send("book a hotel", wait=False)
        late = await trips.send("wait", wait=False)
        await trips.send_now(late)
        await trips.withdraw(late)
        held.release("booked")
        await trips.ended()
        assert turn.answer == "Booked." and late.status == "withdrawn"
        assert said(trips.model.requests[1].input) == ["user", "function_call", "function_call_output"]


async def test_a_paused_chat_starts_nothing_until_it_goes_on() -> None:
    async with chat(of_tests("trips")) as trips:
        trips.model.script(hold(tool_call("book", what="hotel")), text("Booked."))
        turn = await trips.send("book a hotel", wait=False)
        await trips.pause()
        trips.model.release()
        await trips.rest()
        await trips.sleep(days=1)
        assert [each.output for each in turn.tools] == [None] and turn.status == "running"
        await trips.restart()
        await trips.resume()
        assert (turn.status, turn.answer) == ("done", "Booked.")


async def test_a_paused_chat_can_be_stopped() -> None:
    async with chat(of_tests("trips")) as trips:
        trips.model.script(hold(tool_call("book", what="hotel")))
        turn = await trips.send("book a hotel", wait=False)
        await trips.pause()
        trips.model.release()
        await trips.rest()
        await trips.stop()
        assert turn.status == "interrupted"


async def test_a_message_withdrawn_while_the_chat_is_paused_is_not_run_when_it_is_resumed() -> None:
    async with chat(of_tests("trips")) as trips:
        trips.model.script(hold(text("The first answer.")))
        first = await trips.send("the first", wait=False)
        second = await trips.send("the second", wait=False)
        await trips.pause()
        trips.model.release()
        await trips.rest()
        assert first.status == "done"
        await trips.withdraw(second)
        await trips.resume()
        assert second.status == "withdrawn" and len(trips.model.requests) == 1


async def test_stop_and_undo_undoes_the_last_thing_first(monkeypatch: pytest.MonkeyPatch) -> None:
    undoing: set[tuple[str, bool]] = set()

    def noting(headers: Mapping[str, Payload], context: ActivityContext) -> Mapping[str, Payload]:
        if context.tool_call_id:
            undoing.add((context.path, context.undoes))
        return with_context(headers, context)

    monkeypatch.setattr(workflow_outbound, "with_context", noting)
    async with chat(of_tests("trips")) as trips:
        held = trips.tools.hold("pay")
        trips.model.script(
            tool_call("book", what="hotel"), tool_call("book", what="train"), tool_call("pay", amount=5)
        )
        turn = await trips.send("book and pay", wait=False)
        await trips.stop_and_undo(turn)
        held.release("paid")
        assert turn.status == "interrupted"
        undone = [(each.name, each.output) for each in turn.tools if each.name.startswith("Undo")]
        assert undone == [("Undo: book", "train is cancelled"), ("Undo: book", "hotel is cancelled")]
        # So no Stop ends these calls (worker/interceptor.py).
        assert [each for _, each in sorted(undoing)] == [False, False, False, True, True]
        trips.model.script(text("I see."))
        await trips.send("what is booked?")
        assert "was undone: book, book." in str(trips.model.requests[-1].input)


async def test_what_a_workflow_registers_is_undone_and_one_failure_keeps_nothing_back() -> None:
    async with chat(of_tests("undoing")) as shop:
        turn = await shop.send("go", wait=False)
        assert [each.content for each in turn.messages if each.data.get("undo")] == [
            "Can be undone: first",
            "Can be undone: second",
            "Can be undone: third",
        ]
        await shop.restart()
        await shop.stop_and_undo(turn)
        assert [(each.name, each.status) for each in turn.tools] == [
            ("Undo: third", "done"),
            ("Undo: second", "failed"),
            ("Undo: first", "done"),
        ]


async def never() -> None:
    """Undoes nothing, and does not let itself be cancelled."""
    while True:
        with suppress(asyncio.CancelledError):
            await workflow.wait_condition(lambda: False)


async def cancelled() -> None:
    raise asyncio.CancelledError


async def asks(turn: adk.Turn) -> str:
    return str(await turn.ask("Really?"))


class Hung(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        await turn.compensate(forgotten, title="first")
        await turn.compensate(cancelled, title="cancelled")
        await turn.compensate(asks, turn, title="asks")
        await turn.compensate(never, title="never")
        await turn.compensate(never, title="soon", timeout=30)
        await turn.sleep(timedelta(days=9))


async def forgotten() -> str:
    return "forgotten"


async def test_what_cannot_be_undone_in_time_does_not_hold_the_chat() -> None:
    async with chat(Hung) as shop:
        turn = await shop.send("go", wait=False)
        shop.suggest_continue_as_new()
        await shop.stop_and_undo(turn)
        assert turn.is_open
        await shop.restart()
        await shop.sleep(minutes=21)
        assert turn.status == "interrupted"
        assert [(each.name, each.output) for each in turn.tools] == [
            ("Undo: soon", "It could not be undone: It took longer than 30 seconds."),
            ("Undo: never", "It could not be undone: It took longer than 600 seconds."),
            ("Undo: asks", "It could not be undone: It took longer than 600 seconds."),
            ("Undo: cancelled", "It could not be undone: It was cancelled."),
            ("Undo: first", "forgotten"),
        ]
