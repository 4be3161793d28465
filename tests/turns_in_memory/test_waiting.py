"""Turns wait durably and visibly for a time or an event. A person, Stop or a deadline can end the wait."""

from datetime import UTC, datetime, timedelta

import pytest

from agentex_web import adk
from agentex_web.adk.testing import Chat, chat


class Sleeper(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        words = turn.message.content.content
        if words == "long":
            passed = await turn.sleep(timedelta(days=30), reason="Until the invoice is due")
        elif words == "short":
            passed = await turn.sleep(2)
        else:
            passed = await turn.wait_until(datetime.fromisoformat(words))
        await turn.say("The time is over." if passed else "I went on early.")


class Buyer(adk.Workflow):
    async def on_message(self, turn: adk.Turn) -> None:
        payment = await turn.event("payment")
        await turn.say(payment.url)
        try:
            body = await payment.wait(timeout=timedelta(days=7), reason="Waiting for the bank")
        except TimeoutError:
            await turn.say("Nobody paid.")
            return
        await turn.say(f"Paid: {body['amount']}")
        again = await turn.wait_for_event("payment")
        await turn.say(f"And again: {again['amount']}")


def cards(box: Chat) -> list[tuple[str, str, str]]:
    return [(each.kind, each.status, each.content) for each in box.messages if each.kind == "wait"]


async def test_a_long_sleep_is_shown_and_survives_a_crash() -> None:
    async with chat(Sleeper) as box:
        turn = await box.send("long", wait=False)
        assert turn.status == "running"
        assert cards(box) == [("wait", "pending", "Until the invoice is due")]
        await box.restart()
        await box.sleep(days=31)
        assert (turn.status, turn.answer) == ("done", "The time is over.")
        assert cards(box) == [("wait", "done", "Until the invoice is due")]


async def test_a_person_goes_on_before_the_time_is_over() -> None:
    async with chat(Sleeper) as box:
        turn = await box.send("long", wait=False)
        await box.restart()
        await box.go_on()
        assert (turn.status, turn.answer) == ("done", "I went on early.")
        with pytest.raises(LookupError):
            await box.go_on()


async def test_a_short_sleep_has_no_card() -> None:
    async with chat(Sleeper) as box:
        turn = await box.send("short")
        assert (turn.answer, cards(box)) == ("The time is over.", [])


async def test_a_moment_is_waited_for_and_a_past_one_is_not() -> None:
    async with chat(Sleeper) as box:
        past = await box.send(datetime(2001, 1, 1, tzinfo=UTC).isoformat())
        assert (past.answer, cards(box)) == ("The time is over.", [])
        soon = (box.temporal.clock.now + timedelta(hours=5)).isoformat()
        turn = await box.send(soon, wait=False)
        assert turn.status == "running" and len(cards(box)) == 1
        await box.sleep(hours=6)
        assert turn.status == "done"
        naive = await box.send("2030-01-01T08:00:00")
        assert naive.status == "failed" and "time zone" in naive.error


async def test_a_stop_ends_the_wait() -> None:
    async with chat(Sleeper) as box:
        turn = await box.send("long", wait=False)
        await box.stop()
        assert turn.status == "interrupted" and not box.waiting
        assert cards(box) == [("wait", "interrupted", "Until the invoice is due")]


async def test_an_event_is_waited_for_and_one_that_came_early_is_kept() -> None:
    async with chat(Buyer) as box:
        turn = await box.send("buy it")
        assert turn.status == "running" and "/events/payment/" in turn.answer
        assert cards(box) == [("wait", "pending", "Waiting for the bank")]
        await box.restart()
        await box.post_event("other", {"amount": 1})
        await box.post_event("payment", {"amount": 5}, wait=False)
        await box.post_event("payment", {"amount": 7})
        assert [text for _, kind, text in turn.said if kind == "text"][-2:] == ["Paid: 5", "And again: 7"]
        assert turn.status == "done"


async def test_an_event_that_does_not_come_in_time() -> None:
    async with chat(Buyer) as box:
        turn = await box.send("buy it")
        await box.sleep(days=8)
        assert (turn.status, turn.answer) == ("done", "Nobody paid.")
        assert cards(box)[0][1] == "done"
