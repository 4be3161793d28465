"""Stream events between versions: an event that a version cannot read is skipped and logged once."""

import asyncio
import json
import logging
import threading
from typing import Any

import pytest

from agentex_web.streams import entries
from agentex_web.streams.encoding import UnreadableEvent, decode, encode
from agentex_web.streams.events import ChatChanged, Event, MessageDelta, MessageStarted, TurnChanged
from agentex_web.streams.keys import FIELD
from agentex_web.utf16 import utf16_length

DELTA = MessageDelta("m", 3, "żółw 😀")
MESSAGE, TURN = "0d6c9ae6-52d4-4a4c-8b5a-6f2f5e1b0a01", "0d6c9ae6-52d4-4a4c-8b5a-6f2f5e1b0a02"


@pytest.mark.parametrize(
    "event",
    [
        DELTA,
        TurnChanged(TURN, "running", 2, "busy", "2026-01-02T03:04:05+00:00"),
        MessageStarted(MESSAGE, TURN, "000007"),
        ChatChanged(),
        ChatChanged(TURN),
    ],
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
        *(
            json.dumps({"t": name, "message": MESSAGE, "turn": TURN, "position": "0", **wrong}).encode()
            for name, wrong in [
                ("done", {"message": "m"}),
                ("done", {"turn": ""}),
                ("started", {"message": "m"}),
                ("started", {"turn": "../1"}),
                ("started", {"started_at": "yesterday"}),
                ("turn", {"turn": "t", "status": "done"}),
                ("turn", {"status": "running", "retry_at": "2026-13-40T00:00:00"}),
                ("stopping", {"turn": "t"}),
                ("chat", {"task": "all"}),
            ]
        ),
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


def test_a_full_stream_is_read_in_pages_off_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []
    real = entries.readable
    monkeypatch.setattr(
        entries, "readable", lambda raw: threads.append(threading.current_thread().name) or real(raw)
    )
    raw = [(f"{number}-0".encode(), {FIELD: encode(DELTA)}) for number in range(1, 4)]
    answers: dict[str, Any] = {"-": raw[:2], "(2-0": raw[2:], "(3-0": []}

    class Redis:
        async def xrange(self, _key: str, *, min: str, **_: Any) -> Any:
            return answers[min]

    async def read() -> list[str]:
        pages: Any = entries.pages_between(Redis(), "key", "-", "+")  # type: ignore[arg-type]
        return [entry.cursor async for page in pages for entry in page]

    assert asyncio.run(read()) == ["1-0", "2-0", "3-0"]
    assert [name.startswith("computing") for name in threads] == [True, True]
