"""What one version writes to a stream and another one reads: what it cannot read is skipped and logged once."""

import json
import logging

import pytest

from agentex_web.streams import entries
from agentex_web.streams.events import (
    FIELD,
    Event,
    MessageDelta,
    MessageStarted,
    TurnChanged,
    UnreadableEvent,
    decode,
    encode,
)
from agentex_web.utf16 import utf16_length

DELTA = MessageDelta("m", 3, "żółw 😀")


@pytest.mark.parametrize(
    "event", [DELTA, TurnChanged("t", "running", 2, "busy"), MessageStarted("m", "t", "000007")]
)
def test_an_event_is_read_as_it_was_written(event: Event) -> None:
    assert decode(encode(event)) == event


def test_a_field_of_a_newer_worker_is_left_out() -> None:
    assert decode(json.dumps({**json.loads(encode(DELTA)), "colour": {"of": "money"}}).encode()) == DELTA


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[1]",
        b"null",
        b"7",
        b"[" * 100_000,
        b"{}",
        b'{"t":["delta"]}',
        b'{"t":"applause"}',
        b'{"t":"delta","id":"m","offset":0,"text":"x"}',
        b'{"t":"delta","message":"m","offset":"0","text":"x"}',
        b'{"t":"delta","message":"m","offset":0,"text":null}',
        b'{"t":"delta","message":["m"],"offset":0,"text":"x"}',
    ],
)
def test_what_cannot_be_read_is_said_to_be_unreadable(value: bytes) -> None:
    with pytest.raises(UnreadableEvent):
        decode(value)


def test_unreadable_entries_are_skipped_and_logged_once_a_kind(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "_logged", set())
    raw = [
        (b"1-0", {FIELD: encode(DELTA)}),
        (b"2-0", {FIELD: b"broken"}),
        (b"3-0", {FIELD: b'{"t":"applause"}'}),
        (b"4-0", {FIELD: b"broken as well"}),
        (b"5-0", {b"another": b"field"}),
        (b"6-0", {FIELD: encode(DELTA)}),
    ]
    with caplog.at_level(logging.WARNING):
        found = entries.readable(raw)
    assert [(each.cursor, each.event) for each in found] == [("1-0", DELTA), ("6-0", DELTA)]
    assert sum("not JSON" in record.getMessage() for record in caplog.records) == 1
    assert sum("'applause'" in record.getMessage() for record in caplog.records) == 1


def test_what_is_logged_is_bounded(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "_logged", set())
    entries.readable([(b"1-0", {FIELD: b'{"t":"kind %d"}' % number}) for number in range(1_000)])
    assert len(caplog.records) == entries.LOGGED


def test_half_a_surrogate_pair_ends_nothing() -> None:
    delta = MessageDelta("m", 0, "a\ud83d")
    assert utf16_length(delta.text) == 2
    assert decode(encode(delta)) == MessageDelta("m", 0, "a?")
