"""What a child process reads from an export comes one conversation at a time, however long each is."""

import asyncio
import json
from contextlib import aclosing
from typing import Any

import pytest

from agentex_web.imports import child, reading
from agentex_web.imports.conversation import TOO_MANY, NotReadable
from agentex_web.imports.reading import read_export
from tests.support.waiting import PATIENCE
from tests.unit.imports import uploading

LONG = "x" * 200_000


def chats(number: int, messages: int) -> bytes:
    nodes = {
        f"{each}": {
            "parent": f"{each - 1}",
            "message": {"author": {"role": "user"}, "content": {"parts": [LONG]}},
        }
        for each in range(messages)
    }
    return json.dumps([{"id": f"chat {each}", "mapping": nodes} for each in range(number)]).encode()


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The child processes that are started."""
    found: list[Any] = []
    start = asyncio.create_subprocess_exec

    async def starting(*args: Any, **kwargs: Any) -> Any:
        found.append(await start(*args, **kwargs))
        return found[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", starting)
    return found


async def until_full(child: Any) -> None:
    """Waits until no more of the child's output is read ahead."""
    async with asyncio.timeout(PATIENCE):
        while not child.stdout._paused:  # noqa: ASYNC110  (a StreamReader has no event for it)
            await asyncio.sleep(0.01)


def test_the_child_waits_while_a_conversation_is_imported(children: list[Any]) -> None:
    async def keys() -> list[str]:
        found = []
        async for each in read_export(chats(12, 5)):
            if not found:
                await until_full(children[0])
                assert len(children[0].stdout._buffer) < 4 * reading.BUFFERED
            found.append(each["key"])
        return found

    assert asyncio.run(keys()) == [f"chat {each}" for each in range(12)]


def test_an_import_that_is_stopped_ends_although_much_is_unread(children: list[Any]) -> None:
    async def stopped() -> Any:
        async with aclosing(read_export(chats(12, 5))) as conversations:
            found = await anext(conversations)
            await until_full(children[0])
        return found

    async def in_time() -> Any:
        return await asyncio.wait_for(stopped(), PATIENCE)

    assert asyncio.run(in_time())["key"] == "chat 0"


def test_a_conversation_may_be_longer_than_the_buffer(monkeypatch: pytest.MonkeyPatch) -> None:
    async def whole() -> list[dict[str, Any]]:
        return [each async for each in read_export(chats(1, 20))]

    [found] = asyncio.run(whole())
    assert [turn["asked"] for turn in found["turns"]] == [LONG] * 20
    monkeypatch.setattr(reading, "LINE_BYTES", 2_000_000)
    with pytest.raises(NotReadable):
        asyncio.run(whole())


def test_one_conversation_that_is_too_long_is_left_out() -> None:
    first, second = chats(1, 90)[1:-1], chats(2, 1)[1:-1]

    async def found() -> list[bool]:
        return ["oversized" in each async for each in read_export(b"[" + first + b"," + second + b"]")]

    assert asyncio.run(found()) == [True, False, False]


def test_a_file_has_so_many_chats(monkeypatch: pytest.MonkeyPatch) -> None:
    assert f"{child.CHATS:,} chats" in TOO_MANY
    monkeypatch.setattr(child, "CHATS", 3)
    assert len(list(child.lines_in(uploading.chats("One", "Two", "Three")))) == 3
    lines = child.lines_in(uploading.chats("One", "Two", "Three", "Four"))
    assert [next(lines)["title"] for _ in range(3)] == ["One", "Two", "Three"]
    with pytest.raises(NotReadable, match=TOO_MANY):
        next(lines)
