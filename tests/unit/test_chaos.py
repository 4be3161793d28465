"""`make chaos` says what a page shows wrongly, and has a verdict when a step of its comparison fails."""

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.judge import Verdict, differences, judge
from tests.chaos.markup import Conversation, Shown
from tests.chaos.page import Page
from tests.chaos.people import Ledger

ANY: Any = None


def shown(message: str, text: str, status: str = "done") -> Shown:
    return Shown(message, "t1", "text", "agent", status, "", 1, len(text), text)


def test_what_a_page_shows_wrongly_is_named() -> None:
    page, fresh = Page(ANY, ANY, random.Random(1)), Conversation("")
    page.turns = {"t1": "running", "t3": "done"}
    page.messages = {"m1": shown("m1", "onetwo"), "m2": shown("m2", "a", "streaming"), "m4": shown("m4", "")}
    fresh.turns = {"t1": "done", "t2": "done"}
    fresh.messages = {"m1": shown("m1", "onethree"), "m2": shown("m2", "a"), "m3": shown("m3", "")}
    found = differences(page, fresh, {"t1": "done", "t2": "failed"})
    assert sorted(found) == [
        "message m1 of turn t1 has 6 characters, 8 when read anew; from 4: 'wo', 'hree'",
        "message m2 of turn t1 is streaming, done when read anew",
        "message m3 (text, done, of turn t1) is not on the page",
        "message m4 (text, done, of turn t1) is on the page only",
        "turn t1 is running on the page, done when read anew",
        "turn t2 is done when read anew, failed in the record",
        "turn t2 is not on the page",
        "turn t3 is on the page only",
    ]
    page.turns, page.messages = {"t2": "done", "t1": "done"}, fresh.messages
    assert differences(page, fresh, fresh.turns) == [
        "the order of turns is ['t2', 't1'] on the page, ['t1', 't2'] when read anew"
    ]


def test_a_step_that_fails_is_part_of_the_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def requests(self) -> list[dict[str, object]]:
            raise ConnectionRefusedError

    async def nothing(*_args: object) -> dict[object, object]:
        return {}

    monkeypatch.setattr("tests.chaos.judge.in_database", nothing)
    verdict, model = Verdict(), Gone()
    asyncio.run(judge([], Ledger(), model, tmp_path, verdict, asyncio.Event()))  # type: ignore[arg-type]
    assert verdict.wrong["not compared"] == ["the model's requests: ConnectionRefusedError()"]
    assert not verdict.ok
