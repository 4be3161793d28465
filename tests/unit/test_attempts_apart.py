"""The output of an outdated attempt is not mixed with that of the current attempt."""

from collections.abc import Iterable

from agentex_web.actions.live_attempts import LiveAttempts
from agentex_web.streams.events import Event, MessageDelta, MessageReset, MessageStarted, TurnChanged
from agentex_web.streams.snapshot import Snapshot

POSITION = "000001000000"


def started(message: str, attempt: int, call: str = "call") -> MessageStarted:
    return MessageStarted(message, "t", POSITION, attempt=attempt, call=call)


def shown(events: Iterable[Event]) -> dict[str, str]:
    snapshot = Snapshot()
    for event in events:
        snapshot.apply(event)
    return {key: live.text for key, live in snapshot.messages.items()}


def test_a_late_attempt_adds_nothing_to_a_page() -> None:
    events = (
        MessageStarted("m", "t", POSITION, attempt=1),
        MessageDelta("m", 0, "old ", 1),
        MessageStarted("m", "t", POSITION, attempt=2),
        MessageDelta("m", 0, "new ", 2),
        MessageDelta("m", 4, "old words", 1),
        MessageStarted("m", "t", POSITION, attempt=1),
        MessageDelta("m", 4, "words", 2),
        # Workers of earlier versions send no attempt.
        MessageDelta("m", 9, "."),
    )
    assert shown(events) == {"m": "new words."}


def test_a_late_reset_removes_only_what_its_own_attempt_and_earlier_ones_said() -> None:
    second = [started("m", 2), MessageDelta("m", 0, "new", 2)]
    assert shown([started("m", 1), *second, MessageReset("call", 1)]) == {"m": "new"}
    assert shown([*second, MessageReset("call", 2)]) == {}
    assert shown([*second, MessageReset("call")]) == {}


def test_a_later_attempt_takes_the_place_of_an_earlier_one_whose_reset_was_lost() -> None:
    assert shown([started("thought", 1), started("text", 1), started("thought", 2)]) == {"thought": ""}


def test_an_earlier_attempt_adds_no_message_of_its_own() -> None:
    assert shown([started("thought", 2), started("text", 1)]) == {"thought": ""}


def test_another_call_is_another_matter() -> None:
    assert shown([started("m", 3), started("n", 1, "other")]) == {"m": "", "n": ""}


def test_a_socket_is_not_sent_what_a_lost_attempt_says() -> None:
    lost = LiveAttempts()
    assert lost.counts(started("thought", 1)) and lost.counts(started("thought", 2))
    assert not lost.counts(started("text", 1))
    assert not lost.counts(MessageDelta("text", 0, "old", 1))
    assert not lost.counts(MessageDelta("thought", 0, "old", 1))
    assert lost.counts(MessageDelta("thought", 0, "new", 2))
    assert lost.counts(started("text", 2)) and lost.counts(MessageDelta("text", 0, "new", 2))


def test_a_socket_is_not_sent_what_begins_in_a_turn_that_has_ended() -> None:
    ended = LiveAttempts()
    assert ended.counts(TurnChanged("t", "interrupted"))
    assert not ended.counts(started("m", 1)) and not ended.counts(MessageDelta("m", 0, "words", 1))
