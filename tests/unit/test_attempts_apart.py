"""What an attempt says that has lost its call is not shown with what the one says that counts."""

from agentex_web.streams.events import MessageDelta, MessageStarted
from agentex_web.streams.snapshot import Snapshot


def test_a_late_attempt_adds_nothing_to_a_page() -> None:
    snapshot = Snapshot()
    for event in (
        MessageStarted("m", "t", "000001000000", attempt=1),
        MessageDelta("m", 0, "old ", 1),
        MessageStarted("m", "t", "000001000000", attempt=2),
        MessageDelta("m", 0, "new ", 2),
        MessageDelta("m", 4, "old words", 1),
        MessageStarted("m", "t", "000001000000", attempt=1),
        MessageDelta("m", 4, "words", 2),
        # A worker of an earlier version does not say which attempt it is.
        MessageDelta("m", 9, "."),
    ):
        snapshot.apply(event)
    assert snapshot.messages["m"].text == "new words."
